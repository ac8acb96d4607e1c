import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asciiAddress,
  asciiOrcpt,
  domainOf,
  isOneLine,
  mailCommand,
  needsUtf8,
  type RelayMessage,
  rcptCommand,
} from './envelope.ts';

const message: RelayMessage = {
  sender: 'alice@hongyan.test',
  options: { ret: 'FULL', envid: 'a+2Bb' },
  size: 123,
  eightBit: false,
  utf8Header: false,
  async *content() {
    yield Buffer.from('x');
  },
};
const plain = { utf8: false, eightBit: '7BIT', size: false, dsn: false, requireTls: false } as const;

test('no parameter goes to a server that did not offer it (RFC 5321 §4.1.1.11)', () => {
  assert.equal(mailCommand(message, plain), 'MAIL FROM:<alice@hongyan.test>\r\n');
  const recipient = {
    address: 'bob@x.test',
    options: { notify: ['NEVER'], orcpt: 'rfc822;b@x.test' },
  } as const;
  assert.equal(rcptCommand(recipient, plain), 'RCPT TO:<bob@x.test>\r\n');
  const all = { utf8: true, eightBit: '8BITMIME', size: true, dsn: true, requireTls: true } as const;
  assert.equal(
    mailCommand(message, all),
    'MAIL FROM:<alice@hongyan.test> SIZE=123 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=FULL ENVID=a+2Bb\r\n',
  );
  assert.equal(rcptCommand(recipient, all), 'RCPT TO:<bob@x.test> NOTIFY=NEVER ORCPT=rfc822;b@x.test\r\n');
});

test('nothing in an envelope can put a second command or parameter on the wire', () => {
  const dsn = { ...plain, dsn: true };
  const hostile = { ...message, options: { envid: 'x\r\nRCPT TO:<evil@x.test>' } };
  assert.equal(mailCommand(hostile, dsn), 'MAIL FROM:<alice@hongyan.test>\r\n');
  const recipient = { address: 'bob@x.test', options: { orcpt: 'rfc822;b NOTIFY=NEVER' } };
  assert.equal(rcptCommand(recipient, dsn), 'RCPT TO:<bob@x.test>\r\n');
  assert.equal(isOneLine('a\r\nb@x.test'), false);
  assert.equal(isOneLine('"a b"@x.test'), true);
});

test('a domain in U-labels needs no SMTPUTF8, a local part does (RFC 6531 §3.4, RFC 5890)', () => {
  assert.equal(asciiAddress('bob@例子.test'), 'bob@xn--fsqu00a.test');
  assert.equal(needsUtf8(message, [{ address: 'bob@例子.test', options: {} }]), false);
  assert.equal(needsUtf8(message, [{ address: '鲍勃@x.test', options: {} }]), true);
  assert.equal(needsUtf8({ ...message, utf8Header: true }, []), true);
});

test('ORCPT of the utf-8 type in its 7-bit form (RFC 6533 §3), domains of quoted local parts', () => {
  assert.equal(asciiOrcpt('utf-8;鲍@x.test'), 'utf-8;\\x{9C8D}@x.test');
  assert.equal(asciiOrcpt('utf-8;😀'), 'utf-8;\\x{1F600}');
  assert.equal(domainOf('"a@b"@c.test'), 'c.test');
  assert.equal(domainOf('postmaster'), '');
});
