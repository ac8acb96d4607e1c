import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  formatMail,
  formatRcpt,
  parseBdatArgument,
  parseMailArgument,
  parseRcptArgument,
  splitCommand,
} from './command.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

const split = (line: string): [string, string] => {
  const { verb, argument } = splitCommand(Buffer.from(line, 'latin1'));
  return [verb, argument.toString('latin1')];
};

test('a command is a verb in any case, a space and an argument (RFC 5321 §2.4)', () => {
  assert.deepEqual(split('mail FROM:<a@b>'), ['MAIL', 'FROM:<a@b>']);
  assert.deepEqual(split('QUIT'), ['QUIT', '']);
  assert.deepEqual(split('NOOP   x  '), ['NOOP', 'x']);
  assert.deepEqual(split(''), ['', '']);
  assert.deepEqual(split(' MAIL'), ['', ' MAIL']);
  assert.deepEqual(split('MAIL\tFROM'), ['', 'MAIL\tFROM']);
  assert.deepEqual(split('X'.repeat(17)), ['', 'X'.repeat(17)]);
});

test('MAIL and RCPT arguments with parameters (RFC 5321 §4.1.1.2, §4.1.1.3)', () => {
  const parsed = parseMailArgument(Buffer.from('from: <a@b.cn> size=10  BODY=8BITMIME X'), true);
  assert.equal(parsed.kind, 'parsed');
  assert.deepEqual(parsed.kind === 'parsed' && parsed.parameters, [
    { keyword: 'SIZE', value: '10' },
    { keyword: 'BODY', value: '8BITMIME' },
    { keyword: 'X', value: null },
  ]);
  for (const [text, problem] of [
    ['TO:<a@b.cn>', 'syntax'],
    ['FROM<a@b.cn>', 'syntax'],
    ['FROM:<a@b.cn>SIZE=1', 'parameters'],
    ['FROM:<a@b.cn> SIZE=', 'parameters'],
    ['FROM:<a@b.cn> SIZE=1=2', 'parameters'],
    ['FROM:<a@b.cn> -X', 'parameters'],
    ['FROM:<a@b.cn> X x', 'parameters'],
    [`FROM:<a@b.cn>${Array.from({ length: 33 }, (_, at) => ` X${at}`).join('')}`, 'parameters'],
    ['FROM:<李@b.cn>', 'non-ascii'],
  ] as const) {
    assert.deepEqual(parseMailArgument(Buffer.from(text), true), { kind: 'invalid', problem }, text);
  }
  assert.equal(parseMailArgument(Buffer.from('FROM:<李@b.cn> SMTPUTF8'), true).kind, 'parsed');
  assert.equal(parseMailArgument(Buffer.from('FROM:<李@b.cn> SMTPUTF8'), false).kind, 'invalid');
  assert.equal(parseRcptArgument(Buffer.from('TO:<a@b.cn> NOTIFY=NEVER'), false).kind, 'parsed');
  assert.deepEqual(parseRcptArgument(Buffer.from('TO:<>'), false), { kind: 'invalid', problem: 'syntax' });
});

test('BDAT takes a size and LAST (RFC 3030 §2)', () => {
  assert.deepEqual(parseBdatArgument(Buffer.from('100')), { size: 100, last: false });
  assert.deepEqual(parseBdatArgument(Buffer.from('0 last')), { size: 0, last: true });
  for (const text of ['', '-1', '1 FIRST', '1 LAST LAST', '1e3', '0x10', '1234567890123456', 'LAST']) {
    assert.equal(parseBdatArgument(Buffer.from(text)), null, text);
  }
});

test('what a client formats, a server reads', () => {
  const line = formatMail('a@b.cn', [
    { keyword: 'ENVID', value: encodeXtext('x=1 +') },
    { keyword: 'SMTPUTF8', value: null },
  ]);
  assert.equal(line, 'MAIL FROM:<a@b.cn> ENVID=x+3D1+20+2B SMTPUTF8');
  assert.equal(formatRcpt('c@d.cn'), 'RCPT TO:<c@d.cn>');
  assert.equal(parseMailArgument(splitCommand(Buffer.from(line)).argument, true).kind, 'parsed');
});

test('xtext there and back; what is not xtext is refused (RFC 3461 §4)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const encoded = encodeXtext(text);
      assert.match(encoded, /^[!-~]*$/);
      assert.equal(decodeXtext(encoded), text);
    }),
  );
  for (const text of ['a b', 'a=b', '+', '+4', '+4g', '+4a', 'é', '\n'])
    assert.equal(decodeXtext(text), null, text);
});
