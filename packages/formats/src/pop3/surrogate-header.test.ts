import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import { SurrogateHeader } from './surrogate-header.ts';

/** What becomes of a message that comes in pieces of `size` octets. */
function pass(message: Buffer, size: number): Buffer {
  const header = new SurrogateHeader();
  const out: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) out.push(header.take(message.subarray(at, at + size)));
  return Buffer.concat([...out, header.finish()]);
}

function everyCut(message: string): string {
  const bytes = Buffer.from(message);
  const whole = pass(bytes, bytes.length + 1);
  for (const size of [1, 2, 3, 7, 50]) assert.deepEqual(pass(bytes, size), whole);
  return whole.toString();
}

const body = '正文\r\n.\r\n\r\nSubject: 不是头\r\n';

test('a header in ASCII passes byte for byte, whatever the body (RFC 6856 §2.1)', () => {
  const message = `From: a@x.test\r\nSubject: =?utf-8?B?5L2g?=\r\n\r\n${body}`;
  assert.equal(everyCut(message), message);
  assert.equal(everyCut(''), '');
  assert.equal(everyCut(`\r\n${body}`), `\r\n${body}`);
  assert.equal(everyCut('\nx'), '\nx');
});

test('subject and names become encoded-words, addresses that must be UTF-8 invalid ones (RFC 6858 §2.1, §2.3)', () => {
  const out = everyCut(
    `From: 张三 <zhang@x.test>\r\nTo: 李四 <用户@例子.test>,\r\n bob@x.test\r\nSubject: 你好\r\nDate: x\r\n\r\n${body}`,
  );
  assert.equal(
    out,
    'From: =?UTF-8?B?5byg5LiJ?= <zhang@x.test>\r\n' +
      'To: =?UTF-8?B?5p2O5Zub?= <invalid@internationalized-address.invalid>,\r\n bob@x.test\r\n' +
      `Subject: =?UTF-8?B?5L2g5aW9?=\r\nDate: x\r\n\r\n${body}`,
  );
});

test('parameters and other fields that cannot be shown are left out (RFC 6858 §2.2, §2.4)', () => {
  const out = everyCut(
    'X-Note: 注意\r\n folded\r\nContent-Type: text/plain; name="a;报表"; charset=utf-8\r\n' +
      `Content-Disposition: 附件\r\n坏字段\r\nSender: 用户@x.test\r\n\r\n${body}`,
  );
  const [header = ''] = out.split('\r\n\r\n');
  assert.ok(isAscii(Buffer.from(header)), header);
  assert.match(
    header,
    /^Content-Type: text\/plain;\r\n charset=utf-8\r\nSender: =\?UTF-8\?B\?\S+\?=\r\n <invalid@\S+>$/,
  );
});

test('another charset, a message that is only header, and a header without end', () => {
  const gbk = Buffer.from('Subject: \xc4\xe3\xba\xc3\r\n\r\nx', 'latin1');
  assert.deepEqual(pass(gbk, 3), gbk);
  assert.equal(everyCut('Subject: 你'), 'Subject: =?UTF-8?B?5L2g?=\r\n');
  const endless = Buffer.from(`Subject: 你${'x'.repeat(1_100_000)}`);
  assert.deepEqual(pass(endless, 65_536), endless);
});
