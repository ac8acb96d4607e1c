import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { decodeSummary, encodeSummary } from './summary-codec.ts';

test('a summary comes out of the queue as it went in', () => {
  for (const text of [
    '',
    'no header',
    'Subject: =?UTF-8?B?5L2g5aW9?=\r\nFrom: "鸿雁" <a@b.test>\r\nReferences: <1@x> <2@x>\r\n\r\n你好\0',
    'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x--\r\n',
  ]) {
    const summary = summarise(scanMessage(Buffer.from(text)));
    const back = decodeSummary(encodeSummary(summary));
    const plain = (value: typeof summary): object => ({
      ...value,
      envelope: Buffer.from(value.envelope).toString('hex'),
      bodyStructure: Buffer.from(value.bodyStructure).toString('hex'),
      parts: Buffer.from(value.parts).toString('hex'),
    });
    assert.deepEqual(plain(back), plain(summary));
  }
});
