import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isMailError } from '../../src/platform/errors.ts';
import { openFixture, storeBody, temporaryDirectory, textBody } from '../store-fixture/spool-fixture.ts';

const kib = 1024;
const sizes = [0, 1, 63, 4096, 128 * kib - 1, 128 * kib, 128 * kib + 1, 256 * kib, 256 * kib + 1, 700 * kib];

test('bodies of any size come back byte-exact, at once and after a restart, text and random alike', async () => {
  using directory = temporaryDirectory();
  const stored: { hash: Uint8Array; body: Buffer }[] = [];
  {
    await using store = await openFixture(directory.path);
    for (const size of sizes) {
      for (const body of [textBody(size, size), randomBytes(size)]) {
        const ref = await storeBody(store.blobs, 1, 10, body, 10_007);
        assert.equal(ref.size, body.length);
        assert.deepEqual(await store.blobs.read(1, ref.hash), body);
        stored.push({ hash: ref.hash, body });
      }
    }
  }
  await using again = await openFixture(directory.path);
  for (const { hash, body } of stored) assert.deepEqual(await again.blobs.read(1, hash), body);
});

test('a body above 4 MB stands alone and streams back in chunks of at most 128 KiB', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = Buffer.concat([randomBytes(3_000_000), textBody(1, 2_500_000)]);
  const ref = await storeBody(store.blobs, 1, 10, body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.blobs.stream(1, ref.hash)) {
    assert.ok(chunk.length <= 128 * kib);
    chunks.push(chunk);
  }
  assert.ok(Buffer.concat(chunks).equals(body));
  const rows = await store.blobs.internals.packs.list();
  assert.equal(rows.length, 1);
});

test('ranges', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = textBody(5, 900 * kib);
  const ref = await storeBody(store.blobs, 1, 10, body);
  const ends = [0, 1, 1000, 128 * kib - 1, 128 * kib, 128 * kib + 1, 500_000, body.length - 1, body.length];
  for (const start of ends) {
    for (const end of [...ends, body.length + 5]) {
      const expected = body.subarray(start, Math.max(start, end));
      assert.ok(Buffer.from(await store.blobs.readRange(1, ref.hash, start, end)).equals(expected));
    }
  }
});

test('the same body is stored once per tenant, and each tenant names it differently', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = textBody(1, 4000);
  const [first, second] = await Promise.all([
    storeBody(store.blobs, 1, 10, body),
    storeBody(store.blobs, 1, 11, body),
  ]);
  const third = await storeBody(store.blobs, 1, 12, body);
  const foreign = await storeBody(store.blobs, 2, 20, body);
  assert.deepEqual(first.hash, second.hash);
  assert.deepEqual(first.hash, third.hash);
  assert.notDeepEqual(first.hash, foreign.hash);
  await assert.rejects(store.blobs.read(2, first.hash), error => isMailError(error, 'message.not_found'));
});
