import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { FakeS3 } from '@hongyan/testkit/stores/fake-s3.ts';
import { isMailError } from '../../src/platform/errors.ts';
import type { BlobRef } from '../../src/store/blob-store.ts';
import { BlobScrubber } from '../../src/store/blobs/check/scrubber.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector } from '../../src/store/blobs/garbage/collector.ts';
import { eraseTenant } from '../../src/store/blobs/garbage/erase-tenant.ts';
import { ObjectPacker, type PackerRound } from '../../src/store/blobs/objects/packer.ts';
import { waitingStatus } from '../../src/store/blobs/waiting/waiting-rows.ts';
import { statement } from '../../src/store/sql/port.ts';
import {
  type FixtureOptions,
  localRecipient,
  newMessage,
  openFixture,
  type SpoolFixture,
  storeBody,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

const hour = 60 * 60 * 1000;
const check = { deep: true, repair: false };
const s3 = await FakeS3.start();
after(() => s3[Symbol.asyncDispose]());

/** A store on a part of the bucket of its own, which `directory` stands for. */
function openObjects(directory: string, options: FixtureOptions = {}): Promise<SpoolFixture> {
  const objects = { prefix: `${directory.slice(directory.lastIndexOf('/') + 1)}/`, ...options.objects };
  return openFixture(directory, { ...options, s3, objects });
}

function keysOf(directory: string): string[] {
  const prefix = `${directory.slice(directory.lastIndexOf('/') + 1)}/`;
  return [...s3.objects.keys()].filter(key => key.startsWith(prefix)).toSorted();
}

const right = { held: true, [Symbol.asyncDispose]: async () => undefined };

async function pack(store: SpoolFixture, all = true): Promise<PackerRound> {
  assert.ok(store.objects);
  await using packer = new ObjectPacker(store.blobs, store.objects, async () => right, {
    targetBytes: 100_000,
    merge: { bytesPerSecond: 0 },
  });
  return await packer.round(all);
}

async function waiting(store: SpoolFixture): Promise<number> {
  return (await waitingStatus(store.database)).count;
}

const copyWaiting = statement(
  `INSERT INTO blob_waiting (blob_id, record)
   SELECT 777777, w.record FROM blob_waiting w JOIN blob b ON b.id = w.blob_id WHERE b.hash = $1`,
);

const unavailable = (error: unknown): boolean => isMailError(error, 'store.unavailable');
const corrupt = (error: unknown): boolean => isMailError(error, 'store.corrupt');

test('small bodies need no object until they are gathered, oldest first, into packs that are read in ranges', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const bodies = Array.from({ length: 60 }, (_, n) => randomBytes(1_000 + n * 100));
  const refs = await Promise.all(bodies.map(body => storeBody(store.blobs, 1, 10, body)));
  assert.deepEqual(keysOf(directory.path), []);
  assert.equal(await waiting(store), 60);
  const first = await pack(store, false);
  assert.equal(await waiting(store), 60 - first.bodies);
  assert.ok(first.bodies > 30, 'only what does not fill an object is left');
  await pack(store);
  assert.ok(keysOf(directory.path).length >= 2, 'objects of about the size that was asked for');
  assert.equal(await waiting(store), 0);
  await using other = await openObjects(directory.path);
  for (const [n, ref] of refs.entries()) assert.deepEqual(await other.blobs.read(1, ref.hash), bodies[n]);
  const [ref] = refs;
  assert.ok(ref);
  assert.deepEqual(await other.blobs.readRange(1, ref.hash, 10, 20), bodies[0]?.subarray(10, 20));
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});

test('few bodies wait for company, but not for ever', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  await storeBody(store.blobs, 1, 10, textBody(1, 4000));
  assert.deepEqual(await pack(store, false), { bodies: 0, packs: 0, merged: 0 });
  store.clock.advance(hour);
  assert.deepEqual(await pack(store, false), { bodies: 1, packs: 0, merged: 0 });
});

test('a body above 64 KB that does not compress is in the bucket before it is recorded', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  await storeBody(store.blobs, 1, 10, randomBytes(64 * 1024));
  assert.equal(await waiting(store), 1);
  await using writer = store.blobs.create(1);
  await writer.write(randomBytes(100_000));
  await writer.seal();
  assert.equal(keysOf(directory.path).length, 1);
  assert.equal(await waiting(store), 1);
});

test('while the store is away mail of any size is accepted, what is packed says so, and all is caught up afterwards', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const early = textBody(1, 5_000);
  const earlyRef = await storeBody(store.blobs, 1, 10, early);
  await pack(store);
  const accepted: { body: Buffer; hash: Uint8Array }[] = [];
  s3.away = true;
  try {
    await using other = await openObjects(directory.path);
    await assert.rejects(other.blobs.read(1, earlyRef.hash), unavailable);
    for (const [n, size] of [2_000, 60_000, 150_000, 700_000, 10_000_000].entries()) {
      const body = randomBytes(size);
      await using writer = other.blobs.create(1);
      await writer.write(body);
      const ref = await writer.seal();
      await other.spool.accept([newMessage(`q-${n}`, ref, [localRecipient(10)])]);
      accepted.push({ body, hash: ref.hash });
    }
    for (const { body, hash } of accepted) assert.ok(body.equals(await other.blobs.read(1, hash)));
    assert.deepEqual(await pack(other), { bodies: 0, packs: 0, merged: 0 });
  } finally {
    s3.away = false;
  }
  await using again = await openObjects(directory.path);
  const before = keysOf(directory.path).length;
  assert.deepEqual(await pack(again), { bodies: 2, packs: 3, merged: 0 });
  assert.equal(keysOf(directory.path).length, before + 4);
  for (const { body, hash } of accepted) assert.ok(body.equals(await again.blobs.read(1, hash)));
  assert.deepEqual(await again.blobs.read(1, earlyRef.hash), early);
  assert.deepEqual(await again.database.all(statement('SELECT pack FROM pack_part')), []);
  const problems = (await verifyBlobs(again.blobs, check)).problems;
  assert.deepEqual(
    problems.filter(problem => problem.kind !== 'unreferenced'),
    [],
  );
});

test('the database takes only so much while the store is away: then mail is refused for the time being', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path, { objects: { mostKeptBytes: 2 * 1024 * 1024 } });
  s3.away = true;
  try {
    await storeBody(store.blobs, 1, 10, randomBytes(1_500_000));
    await assert.rejects(storeBody(store.blobs, 1, 10, randomBytes(1_500_000)), error =>
      isMailError(error, 'store.full'),
    );
    // Small ones are taken all the same, and nothing of the refused one is left.
    await storeBody(store.blobs, 1, 10, textBody(3, 3_000));
    await storeBody(store.blobs, 1, 10, randomBytes(200_000));
  } finally {
    s3.away = false;
  }
});

test('missing and damaged objects are told as such, by reading, by the scrubber and by the checker', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const gone = await storeBody(store.blobs, 1, 10, randomBytes(200_000));
  const harmed = await storeBody(store.blobs, 1, 10, randomBytes(210_000));
  const cut = await storeBody(store.blobs, 1, 10, randomBytes(220_000));
  const [first = '', second = '', third = ''] = keysOf(directory.path);
  s3.objects.delete(first);
  const bytes = s3.objects.get(second)?.bytes;
  assert.ok(bytes);
  bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
  s3.objects.set(third, {
    bytes: s3.objects.get(third)?.bytes.subarray(0, 100_000) ?? bytes,
    mark: undefined,
  });
  for (const ref of [gone, harmed, cut]) await assert.rejects(store.blobs.read(1, ref.hash), corrupt);
  const report = await verifyBlobs(store.blobs, check);
  assert.deepEqual(report.problems.map(problem => problem.kind).toSorted(), [
    'lost',
    'lost',
    'lost',
    'row without pack',
  ]);
  await using scrubber = new BlobScrubber(store.blobs, { bytesPerSecond: Infinity });
  assert.equal((await scrubber.round()).damaged, 3);
});

test('a record that is damaged in its row stays there and is told', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  await storeBody(store.blobs, 1, 10, randomBytes(3_000));
  const { hash } = await storeBody(store.blobs, 1, 10, randomBytes(3_000));
  const spoil = statement(
    'UPDATE blob_waiting SET record = $1 WHERE blob_id = (SELECT MIN(blob_id) FROM blob_waiting)',
  );
  await store.database.transact(tx => tx.run(spoil, randomBytes(3_100)));
  assert.deepEqual(await pack(store), { bodies: 1, packs: 0, merged: 0 });
  assert.equal(await waiting(store), 1);
  assert.equal((await store.blobs.read(1, hash)).length, 3_000);
  assert.equal((await verifyBlobs(store.blobs, check)).problems[0]?.kind, 'lost');
});

test('garbage goes from rows and from the bucket, and packs that are mostly dead are rewritten', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  await using collector = new BlobCollector(store.blobs, async () => [], { bytesPerSecond: Infinity });
  const generations = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      store.clock.advance(hour);
      await collector.collect();
    }
  };
  const waits = await storeBody(store.blobs, 1, 10, randomBytes(5_000));
  await store.blobs.release(1, 10, [waits.hash]);
  await generations(5);
  assert.equal(await waiting(store), 0);
  assert.deepEqual(await store.database.all(statement('SELECT blob_id FROM blob_waiting')), []);
  const bodies = Array.from({ length: 10 }, () => randomBytes(8_000));
  const refs = await Promise.all(bodies.map(body => storeBody(store.blobs, 1, 10, body)));
  await pack(store);
  const [before] = keysOf(directory.path);
  await store.blobs.release(
    1,
    10,
    refs.slice(0, 8).map(ref => ref.hash),
  );
  await generations(8);
  const keys = keysOf(directory.path);
  assert.equal(keys.length, 1);
  assert.notEqual(keys[0], before);
  assert.ok((s3.objects.get(keys[0] ?? '')?.bytes.length ?? 0) < 20_000);
  for (const n of [8, 9]) {
    const { hash } = refs[n] ?? { hash: Buffer.alloc(0) };
    assert.deepEqual(await store.blobs.read(1, hash), bodies[n]);
  }
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});

test('an upload whose process died is taken over and goes; so does one whose answer was lost', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path, { objects: { leaseMs: hour / 2 } });
  {
    // Sealed and never recorded, by a process that says nothing any more.
    const writer = store.blobs.create(1);
    await writer.write(randomBytes(300_000));
    await writer.seal();
  }
  assert.equal(keysOf(directory.path).length, 1);
  await using later = await openObjects(directory.path, { clock: store.clock });
  await using collector = new BlobCollector(later.blobs, async () => [], { bytesPerSecond: Infinity });
  // The dead one does not renew its lease.
  await later.database.transact(tx =>
    tx.run(statement("UPDATE pack SET owner = 'dead', lease_until = 1 WHERE state = 0")),
  );
  for (let n = 0; n < 5; n += 1) {
    store.clock.advance(hour);
    await collector.collect();
  }
  assert.deepEqual(keysOf(directory.path), []);
});

test('a tenant is erased from rows and bucket', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const small = await storeBody(store.blobs, 1, 10, randomBytes(5_000));
  await storeBody(store.blobs, 1, 10, randomBytes(100_000));
  const other = await storeBody(store.blobs, 2, 20, textBody(1, 5_000));
  // A record that lost its row: nobody knows any more whose it was.
  await store.database.transact(tx => tx.run(copyWaiting, small.hash));
  assert.equal(await eraseTenant(store.blobs, 1), 2);
  assert.equal(await waiting(store), 1);
  const mended = await verifyBlobs(store.blobs, { deep: true, repair: true });
  assert.deepEqual(
    [mended.problems, mended.repaired],
    [[{ kind: 'dangling', table: 'blob_waiting', count: 1 }], 0],
  );
  await assert.rejects(store.blobs.read(1, small.hash));
  assert.deepEqual(await store.blobs.read(2, other.hash), textBody(1, 5_000));
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});

test('packs from before there was a bucket are read from the directory and sent, whole and under their numbers', async () => {
  using directory = temporaryDirectory();
  const bodies = [textBody(1, 3_000), randomBytes(90_000), randomBytes(5_000_000)];
  const refs: BlobRef[] = [];
  {
    await using store = await openFixture(directory.path);
    for (const body of bodies) refs.push(await storeBody(store.blobs, 1, 10, body));
  }
  await using store = await openObjects(directory.path);
  const readAll = async (from: SpoolFixture): Promise<void> => {
    for (const [n, ref] of refs.entries()) assert.ok(bodies[n]?.equals(await from.blobs.read(1, ref.hash)));
  };
  await readAll(store);
  await storeBody(store.blobs, 1, 10, textBody(9, 3_000));
  assert.deepEqual(await pack(store), { bodies: 1, packs: 2, merged: 0 });
  assert.deepEqual(store.objects?.localPacks, []);
  assert.equal(keysOf(directory.path).length, 3);
  await readAll(store);
  await using other = await openObjects(directory.path);
  await readAll(other);
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});

test('a packer that dies between any two steps loses nothing and leaves nothing behind for long', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const bodies = Array.from({ length: 20 }, () => randomBytes(8_000));
  const refs = await Promise.all(bodies.map(body => storeBody(store.blobs, 1, 10, body)));
  for (const fault of ['error 500', 'silence', 'reset', 'forget answer'] as const) {
    s3.plan(fault, 2, 'PUT');
    await pack(store);
    // The store rests after a failure; a restart does not know of that.
    await using fresh = await openObjects(directory.path);
    await pack(fresh);
    for (const [n, ref] of refs.entries()) assert.deepEqual(await fresh.blobs.read(1, ref.hash), bodies[n]);
  }
  assert.equal(await waiting(store), 0);
  await using last = await openObjects(directory.path);
  const problems = (await verifyBlobs(last.blobs, check)).problems;
  assert.deepEqual(
    problems.filter(problem => problem.kind !== 'pack without row'),
    [],
  );
});
