import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type BlobName, parseBlobId, printBlobId } from './blob-id.ts';
import { parseDate, printDate, printUtcDate } from './date.ts';
import { isId, parseId, printId } from './id.ts';
import { readKeyword } from './keyword.ts';

test('RFC 8620 §1.2: ids we print are Ids and read back', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), value => {
      if (value === 0) return;
      assert.ok(isId(printId('e', value)));
      assert.equal(parseId('e', printId('e', value)), value);
    }),
  );
  for (const id of ['', 'e', 'e0', 'e01', 'm1', 'e1x', 'e-1', 'e99999999999999999999', 'e1.5']) {
    assert.equal(parseId('e', id), null, id);
  }
  assert.ok(!isId('a'.repeat(256)));
});

test('RFC 8620 §6: blob ids name messages, uploads and their parts, and read back', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const encoding = fc.constantFrom('none' as const, 'base64' as const, 'quoted-printable' as const);
  const part = fc.option(
    fc
      .tuple(fc.nat(), fc.nat(), encoding)
      .map(([start, length, how]) => ({ start, end: start + length, encoding: how })),
  );
  fc.assert(
    fc.property(hash, part, fc.integer({ min: 1 }), fc.boolean(), (bytes, range, messageId, upload) => {
      const name: BlobName = upload
        ? { kind: 'upload', hash: bytes, part: range }
        : { kind: 'message', messageId, hash: bytes, part: range };
      const id = printBlobId(name);
      assert.ok(isId(id) && id.length <= 120);
      const back = parseBlobId(id);
      assert.ok(back);
      assert.deepEqual(
        { ...back, hash: Uint8Array.from(back.hash) },
        { ...name, hash: Uint8Array.from(bytes) },
      );
    }),
  );
  fc.assert(fc.property(fc.string({ maxLength: 150 }), text => void parseBlobId(text)));
  assert.equal(parseBlobId(`B${'A'.repeat(42)}B`), null);
  assert.equal(parseBlobId(`B${'A'.repeat(43)}-5-3-n`), null);
  assert.equal(parseBlobId(`B${'A'.repeat(43)}-3-5-z`), null);
});

test('RFC 8620 §1.4: dates', () => {
  assert.equal(parseDate('2014-10-30T06:12:00Z', true), Date.UTC(2014, 9, 30, 6, 12));
  assert.equal(parseDate('2014-10-30T14:12:00+08:00', false), Date.UTC(2014, 9, 30, 6, 12));
  assert.equal(parseDate('2014-10-30T06:12:00.5Z', true), Date.UTC(2014, 9, 30, 6, 12, 0, 500));
  for (const text of [
    '2014-10-30T14:12:00+08:00',
    '2014-10-30t06:12:00Z',
    '2014-02-30T06:12:00Z',
    '2014-10-30T06:12:00.000Z',
    '2014-10-30 06:12:00Z',
    '2014-13-30T06:12:00Z',
    '',
  ]) {
    assert.equal(parseDate(text, true), null, text);
  }
  assert.equal(printUtcDate(Date.UTC(2014, 9, 30, 6, 12, 0, 999)), '2014-10-30T06:12:00Z');
  assert.equal(printDate(Date.UTC(2014, 9, 30, 6, 12), 480), '2014-10-30T14:12:00+08:00');
  assert.equal(printDate(Date.UTC(2014, 9, 30, 6, 12), -210), '2014-10-30T02:42:00-03:30');
});

test('RFC 8621 §4.1.1: keywords are lower case and have no forbidden characters', () => {
  assert.equal(readKeyword('$Seen'), '$seen');
  for (const text of ['', 'a b', 'a(', 'a)', 'a{', 'a]', 'a%', 'a*', 'a"', 'a\\', 'é', 'a'.repeat(256)]) {
    assert.equal(readKeyword(text), null, text);
  }
});
