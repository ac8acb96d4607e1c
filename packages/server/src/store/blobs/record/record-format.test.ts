import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeIndex,
  decodePackHeader,
  decodeRecordHeader,
  encodeIndex,
  encodePackHeader,
  encodeRecordHeader,
  type FrameEntry,
  frameBits,
  frameCount,
  indexLength,
  type RecordHeader,
} from './record-format.ts';

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(array => Buffer.from(array));

const headers = fc
  .record({
    tenantId: fc.maxSafeNat(),
    hash: bytes(32),
    size: fc.nat({ max: 2 ** 40 }),
    extra: fc.nat({ max: 2 ** 40 }),
    encrypted: fc.boolean(),
    nonce: bytes(12),
  })
  .map<RecordHeader>(({ extra, ...fields }) => {
    return { ...fields, bodyLength: indexLength(fields.size) + extra, frameBits };
  });

test('headers come back as they were written', () => {
  fc.assert(
    fc.property(headers, header => {
      assert.deepEqual(decodeRecordHeader(encodeRecordHeader(header)), header);
    }),
  );
  for (const id of [1, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
    assert.equal(decodePackHeader(encodePackHeader(id)), id);
  }
});

test('a header with any byte changed is none', () => {
  fc.assert(
    fc.property(headers, fc.nat(79), fc.integer({ min: 1, max: 255 }), (header, at, change) => {
      const encoded = encodeRecordHeader(header);
      // The byte after the frame size is reserved, but under the checksum like all others.
      encoded[at] = (encoded[at] ?? 0) ^ change;
      assert.equal(decodeRecordHeader(encoded), null);
    }),
  );
  const pack = encodePackHeader(7);
  for (let at = 0; at < pack.length; at += 1) {
    const changed = Buffer.from(pack);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(decodePackHeader(changed), null);
  }
});

test('any bytes at all: never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), headers, (array, header) => {
      const input = Buffer.from(array);
      decodePackHeader(input);
      decodeRecordHeader(input);
      decodeIndex(input, { ...header, size: 1000 });
    }),
  );
});

test('an index must add up to the length in the header', () => {
  const entry: fc.Arbitrary<FrameEntry> = fc
    .tuple(fc.nat(2 ** 31 - 1), fc.boolean(), fc.nat(2 ** 32 - 1))
    .map(([length, zstd, crc]) => ({ length, zstd, crc }));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), headers, (entries, header) => {
      const size = entries.length * 2 ** frameBits;
      const index = encodeIndex(entries);
      const bodyLength = index.length + entries.reduce((sum, { length }) => sum + length, 0);
      const right = { ...header, size, bodyLength };
      assert.equal(frameCount(size), entries.length);
      assert.deepEqual(decodeIndex(index, right), entries);
      assert.equal(decodeIndex(index, { ...right, bodyLength: bodyLength + 1 }), null);
      assert.equal(decodeIndex(index, { ...right, size: size + 1 }), null);
    }),
  );
});
