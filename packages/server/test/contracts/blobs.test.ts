import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FakeS3 } from '@hongyan/testkit/stores/fake-s3.ts';
import fc from 'fast-check';
import { isMailError } from '../../src/platform/errors.ts';
import { nodeFiles } from '../../src/platform/files/node-files.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { ObjectPacker } from '../../src/store/blobs/objects/packer.ts';
import {
  type FixtureOptions,
  openFixture,
  type SpoolFixture,
  storeBody,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

/**
 * Both engines keep these promises: packs as files, and packs as objects of a bucket, where small bodies wait in rows and are
 * packed between two looks.
 */
const engines = ['files', 'objects'] as const;
type Engine = (typeof engines)[number];
const buckets = new Map<string, FakeS3>();
after(async () => {
  for (const bucket of buckets.values()) await bucket[Symbol.asyncDispose]();
});

async function open(engine: Engine, directory: string, options: FixtureOptions = {}): Promise<SpoolFixture> {
  if (engine === 'files') return openFixture(directory, options);
  const s3 = buckets.get(directory) ?? (await FakeS3.start());
  buckets.set(directory, s3);
  return openFixture(directory, { ...options, s3 });
}

/** Brings everything where it stays. */
async function settle(store: SpoolFixture): Promise<void> {
  if (!store.objects) return;
  await using packer = new ObjectPacker(store.blobs, store.objects, async () => alone, {
    merge: { bytesPerSecond: Infinity },
    targetBytes: 500_000,
  });
  await packer.round(true);
}

const alone = { held: true, [Symbol.asyncDispose]: async () => undefined };
const kib = 1024;
const sizes = [0, 1, 63, 4096, 128 * kib - 1, 128 * kib, 128 * kib + 1, 256 * kib, 256 * kib + 1, 700 * kib];

for (const engine of engines) {
  test(`${engine}: bodies of any size come back byte-exact, at once and after a restart, text and random alike`, async () => {
    using directory = temporaryDirectory();
    const stored: { hash: Uint8Array; body: Buffer }[] = [];
    {
      await using store = await open(engine, directory.path);
      for (const size of sizes) {
        for (const body of [textBody(size, size), randomBytes(size)]) {
          const ref = await storeBody(store.blobs, 1, 10, body, 10_007);
          assert.equal(ref.size, body.length);
          assert.deepEqual(await store.blobs.read(1, ref.hash), body);
          stored.push({ hash: ref.hash, body });
        }
      }
    }
    await using again = await open(engine, directory.path);
    for (const { hash, body } of stored) assert.deepEqual(await again.blobs.read(1, hash), body);
    await settle(again);
    for (const { hash, body } of stored) assert.deepEqual(await again.blobs.read(1, hash), body);
    assert.deepEqual((await verifyBlobs(again.blobs, { deep: true, repair: false })).problems, []);
  });

  test(`${engine}: many small bodies are read together, each at its place; the others are left to read`, async () => {
    using directory = temporaryDirectory();
    const bodies = Array.from({ length: 60 }, (_, n) => textBody(n, n * 97));
    const wanted: { hash: Uint8Array; body: Buffer | null }[] = [];
    {
      await using store = await open(engine, directory.path);
      for (const body of bodies) wanted.push({ ...(await storeBody(store.blobs, 1, 10, body)), body });
      const large = await storeBody(store.blobs, 1, 10, randomBytes(200 * kib));
      const foreign = await storeBody(store.blobs, 2, 10, textBody(1, 500));
      wanted.push({ ...large, body: null }, { ...foreign, body: null }, ...wanted.slice(0, 3));
      wanted.reverse();
      await settle(store);
    }
    await using store = await open(engine, directory.path);
    const found = await store.blobs.readTogether(
      1,
      wanted.map(({ hash }) => hash),
    );
    assert.equal(found.length, wanted.length);
    for (const [at, { body }] of wanted.entries()) {
      const got = found[at];
      assert.ok(body === null ? got === null : got && body.equals(got), `body ${at}`);
    }
  });

  test(`${engine}: more bodies than one statement asks for are read together, whatever is remembered, twice over`, async () => {
    for (const encrypt of [true, false]) {
      using directory = temporaryDirectory();
      const packs = { cachedLocations: 5, encrypt };
      const wanted: { hash: Uint8Array; body: Buffer | null }[] = [];
      {
        await using store = await open(engine, directory.path, { packs });
        for (let n = 0; n < 70; n += 1) {
          // Every third is stored as it is, in the very bytes that are read.
          const body = n % 3 === 0 ? randomBytes(2_000 + n) : textBody(n, 2_000 + n);
          wanted.push({ hash: (await storeBody(store.blobs, 1, 10, body)).hash, body });
        }
        await settle(store);
      }
      wanted.splice(40, 0, { hash: randomBytes(32), body: null });
      await using store = await open(engine, directory.path, { packs });
      const hashes = wanted.map(({ hash }) => hash);
      for (let round = 0; round < 2; round += 1) {
        const found = await store.blobs.readTogether(1, hashes);
        for (const [at, { body }] of wanted.entries()) {
          const got = found[at];
          assert.ok(body === null ? got === null : got && body.equals(got), `body ${at}`);
        }
      }
    }
  });

  test(`${engine}: a body above 4 MB stands alone and streams back in chunks of at most 128 KiB`, async () => {
    using directory = temporaryDirectory();
    const body = Buffer.concat([randomBytes(3_000_000), textBody(1, 2_500_000)]);
    for (const start of ['first', 'second']) {
      await using store = await open(engine, directory.path);
      const ref = await storeBody(store.blobs, 1, 10, body);
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.blobs.stream(1, ref.hash)) {
        assert.ok(chunk.length <= 128 * kib);
        chunks.push(chunk);
      }
      assert.ok(Buffer.concat(chunks).equals(body));
      const part: Uint8Array[] = [];
      for await (const chunk of store.blobs.stream(1, ref.hash, 200_001, 4_000_000)) part.push(chunk);
      assert.ok(Buffer.concat(part).equals(body.subarray(200_001, 4_000_000)));
      // A small one never goes into its file, now or after a restart.
      await storeBody(store.blobs, 1, 10, textBody(start.length, 4000));
      assert.deepEqual(await store.blobs.internals.engine.list(), engine === 'files' ? [1, 2] : [1], start);
    }
  });

  test(`${engine}: ranges`, async () => {
    using directory = temporaryDirectory();
    await using store = await open(engine, directory.path);
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

  test(`${engine}: the same body is stored once per tenant, and each tenant names it differently`, async () => {
    using directory = temporaryDirectory();
    await using store = await open(engine, directory.path);
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

  test(`${engine}: several stores on one directory write at once and read one another`, async () => {
    using directory = temporaryDirectory();
    await using one = await open(engine, directory.path);
    await using two = await open(engine, directory.path);
    const stored = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const body = textBody(n >> 1, 3000);
        const store = n % 2 === 0 ? one : two;
        return { body, hash: (await storeBody(store.blobs, 1, n + 1, body)).hash };
      }),
    );
    const readAll = async (): Promise<void> => {
      for (const { hash, body } of stored) {
        assert.deepEqual(await one.blobs.read(1, hash), body);
        assert.deepEqual(await two.blobs.read(1, hash), body);
      }
    };
    await readAll();
    // The other one knows the old places.
    await settle(one);
    await readAll();
    assert.deepEqual((await verifyBlobs(one.blobs, { deep: true, repair: false })).problems, []);
  });

  test(`${engine}: a writer takes nothing after seal or abort, and an aborted or empty-handed one leaves nothing`, async () => {
    using directory = temporaryDirectory();
    await using store = await open(engine, directory.path);
    const refused = (work: Promise<unknown>): Promise<void> =>
      assert.rejects(work, error => isMailError(error, 'conflict.state'));
    await using sealed = store.blobs.create(1);
    await sealed.seal();
    await refused(sealed.write(Buffer.of(1)));
    await refused(sealed.seal());
    const aborted = store.blobs.create(1);
    await aborted.write(randomBytes(700 * kib));
    await aborted.abort();
    await refused(aborted.write(Buffer.of(1)));
    await refused(aborted.seal());
    assert.deepEqual(await nodeFiles.list(join(directory.path, 'packs', 'incoming')), []);
  });

  test(`${engine}: property: any body, cut into any chunks, gives any range back byte-exact`, async () => {
    using directory = temporaryDirectory();
    await using store = await open(engine, directory.path, { packs: { packedBytes: 200 * kib } });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const cases = fc.record({
      seed: fc.nat(),
      size: fc.oneof(fc.nat(3000), fc.nat(600 * kib)),
      random: fc.boolean(),
      chunk: fc.integer({ min: 1, max: 200 * kib }),
      ranges: fc.array(fc.tuple(share, share), { maxLength: 5 }),
    });
    const property = fc.asyncProperty(cases, async ({ seed, size, random, chunk, ranges }) => {
      const body = random ? randomBytes(size) : textBody(seed, size);
      const { hash } = await storeBody(store.blobs, 1, 10, body, Math.max(chunk, size >> 8));
      assert.ok(body.equals(await store.blobs.read(1, hash)));
      for (const [a, b] of ranges) {
        const start = Math.floor(Math.min(a, b) * size);
        const end = Math.ceil(Math.max(a, b) * size);
        assert.ok(body.subarray(start, end).equals(await store.blobs.readRange(1, hash, start, end)));
      }
    });
    await fc.assert(property, { numRuns: 40 });
    assert.deepEqual((await verifyBlobs(store.blobs, { deep: true, repair: false })).problems, []);
  });
}
