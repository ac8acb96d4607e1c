import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import type { Log } from '../../src/platform/log.ts';
import { silentLog } from '../../src/platform/log.ts';
import { BlobScrubber } from '../../src/store/blobs/check/scrubber.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector, type StillUsed } from '../../src/store/blobs/garbage/collector.ts';
import { eraseTenant } from '../../src/store/blobs/garbage/erase-tenant.ts';
import { statement } from '../../src/store/sql/port.ts';
import {
  localRecipient,
  newMessage,
  openFixture,
  relayRecipient,
  type SpoolFixture,
  storeBody,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

const hour = 60 * 60 * 1000;
const nobody: StillUsed = async () => [];
const everybody: StillUsed = async (_tenant, _account, hashes) => hashes;
const check = { deep: true, repair: false };
const offsets = statement('SELECT pack, pack_offset AS "offset", length FROM blob WHERE hash = $1');

function collector(store: SpoolFixture, stillUsed: StillUsed): BlobCollector {
  return new BlobCollector(store.blobs, stillUsed, { bytesPerSecond: Infinity });
}

/** Lets `count` generations pass and collects in each. */
async function generations(store: SpoolFixture, collect: BlobCollector, count: number): Promise<number> {
  let bodies = 0;
  for (let i = 0; i < count; i += 1) {
    store.clock.advance(hour);
    bodies += (await collect.collect()).bodiesRemoved;
  }
  return bodies;
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  writeFileSync(path, bytes);
}

function recordingLog(events: [string, unknown][]): Log {
  const note = (event: string, fields?: unknown): void => void events.push([event, fields]);
  return { ...silentLog, warn: note, error: note };
}

test('a flipped bit anywhere in a record is noticed, named in the log, and hurts no other body', async () => {
  using directory = temporaryDirectory();
  const events: [string, unknown][] = [];
  const bodies = [textBody(1, 5000), randomBytes(300_000), textBody(3, 5000)];
  const hashes: Uint8Array[] = [];
  const places: { pack: number; offset: number; length: number }[] = [];
  {
    await using store = await openFixture(directory.path);
    for (const body of bodies) {
      const { hash } = await storeBody(store.blobs, 1, 10, body);
      hashes.push(hash);
      const place = await store.database.get<{ pack: number; offset: number; length: number }>(offsets, hash);
      assert.ok(place);
      places.push(place);
    }
  }
  const [, middle] = places;
  const [first, second, third] = hashes;
  assert.ok(middle && first && second && third);
  const path = join(directory.path, 'packs', `${String(middle.pack).padStart(10, '0')}.pack`);
  const spots = [
    0,
    5,
    20,
    50,
    70,
    78,
    80,
    81,
    150_000,
    middle.length - 20,
    middle.length - 10,
    middle.length - 1,
  ];
  for (const spot of spots) {
    flipByte(path, middle.offset + spot);
    {
      await using store = await openFixture(directory.path, { log: recordingLog(events) });
      await assert.rejects(store.blobs.read(1, second), error => isMailError(error, 'store.corrupt'));
      assert.deepEqual(await store.blobs.read(1, first), bodies[0]);
      assert.deepEqual(await store.blobs.read(1, third), bodies[2]);
      const report = await verifyBlobs(store.blobs, check);
      assert.deepEqual(
        report.problems.map(problem => problem.kind),
        ['lost'],
        `spot ${spot}`,
      );
      await using scrubber = new BlobScrubber(store.blobs, { bytesPerSecond: Infinity });
      assert.equal((await scrubber.round()).damaged, 1);
    }
    flipByte(path, middle.offset + spot);
  }
  const place = { pack: middle.pack, offset: middle.offset, tenantId: 1 };
  const corrupt = events.filter(([event]) => event === 'blob.corrupt');
  assert.equal(corrupt.length, spots.length * 2);
  for (const [, fields] of corrupt)
    assert.deepEqual({ ...(fields as object), reason: '' }, { ...place, reason: '' });
});

test('nothing readable without the key: bodies do not stand in the files in plain', async () => {
  using directory = temporaryDirectory();
  {
    await using store = await openFixture(directory.path);
    await storeBody(store.blobs, 1, 10, Buffer.concat([Buffer.from('top-secret-phrase'), randomBytes(4000)]));
  }
  for (const name of readdirSync(directory.path, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory.path, name);
    if (statSync(path).isFile()) assert.ok(!readFileSync(path).includes('top-secret-phrase'), name);
  }
});

test("erasing a tenant makes its bodies unreadable for ever, and no other's", async () => {
  using directory = temporaryDirectory();
  {
    await using store = await openFixture(directory.path);
    const gone = await storeBody(store.blobs, 1, 10, textBody(1, 4000));
    const queued = await storeBody(store.blobs, 1, 10, textBody(2, 4000));
    await store.spool.accept([newMessage('q1', queued, [localRecipient(10)])]);
    const kept = await storeBody(store.blobs, 2, 20, textBody(1, 4000));
    assert.equal(await eraseTenant(store.blobs, 1), 2);
    for (const { hash } of [gone, queued]) {
      await assert.rejects(store.blobs.read(1, hash), error => isMailError(error, 'store.unavailable'));
    }
    assert.deepEqual(await store.blobs.read(2, kept.hash), textBody(1, 4000));
    assert.deepEqual(await store.spool.pending(10), { bytes: 0, count: 0 });
    assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
  }
  await using again = await openFixture(directory.path);
  await assert.rejects(storeBody(again.blobs, 1, 10, textBody(1, 10)), error =>
    isMailError(error, 'store.unavailable'),
  );
});

test('a process that starts goes on in the pack of one that stopped in order, never in one that crashed', async () => {
  using directory = temporaryDirectory();
  const bodies: { hash: Uint8Array; body: Buffer }[] = [];
  const put = async (store: SpoolFixture, seed: number): Promise<void> => {
    const body = textBody(seed, 4000);
    bodies.push({ body, hash: (await storeBody(store.blobs, 1, 10, body)).hash });
  };
  for (let i = 0; i < 3; i += 1) {
    await using store = await openFixture(directory.path);
    await put(store, i);
    assert.deepEqual(await store.blobs.internals.packs.list(), [1]);
  }
  const crashed = await openFixture(directory.path);
  await put(crashed, 3);
  await crashed.database[Symbol.asyncDispose]();
  await using store = await openFixture(directory.path);
  await put(store, 4);
  assert.deepEqual(await store.blobs.internals.packs.list(), [1, 2]);
  for (const { hash, body } of bodies) assert.deepEqual(await store.blobs.read(1, hash), body);
});

test('a pack whose file is longer or shorter than its row says is not written any more', async () => {
  for (const change of [-1, 1]) {
    using directory = temporaryDirectory();
    {
      await using store = await openFixture(directory.path);
      await storeBody(store.blobs, 1, 10, textBody(1, 4000));
    }
    const path = join(directory.path, 'packs', '0000000001.pack');
    const bytes = readFileSync(path);
    writeFileSync(path, change < 0 ? bytes.subarray(0, change) : Buffer.concat([bytes, Buffer.of(0)]));
    await using store = await openFixture(directory.path);
    const { hash } = await storeBody(store.blobs, 1, 10, textBody(2, 4000));
    assert.deepEqual(await store.blobs.internals.packs.list(), [1, 2]);
    assert.deepEqual(await store.blobs.read(1, hash), textBody(2, 4000));
  }
});

test('a body goes two generations after its last use, not earlier; one still in use stays', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = textBody(1, 4000);
  const { hash } = await storeBody(store.blobs, 1, 10, body);
  await using lying = collector(store, nobody);
  // Nobody has released it: the account is not even asked.
  assert.equal(await generations(store, lying, 5), 0);
  await store.blobs.release(1, 10, [hash]);
  await using honest = collector(store, everybody);
  assert.equal(await generations(store, honest, 5), 0);
  assert.deepEqual(await store.blobs.read(1, hash), body);
  await store.blobs.release(1, 10, [hash]);
  assert.equal(await generations(store, lying, 2), 0);
  assert.deepEqual(await store.blobs.read(1, hash), body);
  assert.equal(await generations(store, lying, 2), 1);
  await using other = await openFixture(directory.path, { clock: store.clock });
  await assert.rejects(other.blobs.read(1, hash), error => isMailError(error, 'message.not_found'));
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});

test('a body linked again while its release is being believed stays', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = textBody(1, 4000);
  const { hash } = await storeBody(store.blobs, 1, 10, body);
  await store.blobs.release(1, 10, [hash]);
  // The account answers "no", and the next delivery comes before the collector acts on that.
  const relinking: StillUsed = async () => {
    await storeBody(store.blobs, 1, 10, body);
    return [];
  };
  await using racing = collector(store, relinking);
  await generations(store, racing, 3);
  await using lying = collector(store, nobody);
  assert.equal(await generations(store, lying, 5), 0);
  assert.deepEqual(await store.blobs.read(1, hash), body);
});

test('a dead body that is stored again comes to life, at any stage of its removal', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using lying = collector(store, nobody);
  for (let stage = 0; stage < 6; stage += 1) {
    const body = textBody(stage, 4000);
    const { hash } = await storeBody(store.blobs, 1, 10, body);
    await store.blobs.release(1, 10, [hash]);
    await generations(store, lying, stage);
    await storeBody(store.blobs, 1, 11, body);
    await generations(store, lying, 6);
    assert.deepEqual(await store.blobs.read(1, hash), body, `stage ${stage}`);
  }
});

test('a queued message keeps its body, whatever its accounts say; a relayed one lets go when done', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using lying = collector(store, nobody);
  const body = textBody(1, 4000);
  await using writer = store.blobs.create(1);
  await writer.write(body);
  const ref = await writer.seal();
  const [work] = await store.spool.accept([
    newMessage('q1', ref, [localRecipient(10), relayRecipient('x@outside.test')]),
  ]);
  await writer[Symbol.asyncDispose]();
  assert.ok(work);
  await store.blobs.release(1, 10, [ref.hash]);
  assert.equal(await generations(store, lying, 6), 0);
  assert.deepEqual(await store.blobs.read(1, ref.hash), body);
  await store.spool.settle(work.recipients.map(recipient => recipient.id));
  assert.equal(await generations(store, lying, 6), 1);
});

test('a lease keeps a body until its time', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using collect = collector(store, nobody);
  await using writer = store.blobs.create(1);
  await writer.write(textBody(1, 4000));
  const ref = await writer.seal();
  await store.blobs.lease(1, ref, 'upload:1', store.clock.now() + 10 * hour);
  await writer[Symbol.asyncDispose]();
  assert.equal(await generations(store, collect, 9), 0);
  assert.equal(await generations(store, collect, 5), 1);
});

test('a sealed body that is never recorded leaves nothing behind but room that is reclaimed', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path, { packs: { maxPackBytes: 10_000 } });
  for (let i = 0; i < 10; i += 1) {
    await using writer = store.blobs.create(1);
    await writer.write(randomBytes(4000));
    await writer.seal();
  }
  await store.blobs.internals.writer.endPack();
  await using collect = collector(store, nobody);
  await generations(store, collect, 4);
  assert.deepEqual(await store.blobs.internals.packs.list(), []);
});

test('a clock that jumps ahead ages nothing by more than one generation; one set back stops nothing', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using lying = collector(store, nobody);
  const { hash } = await storeBody(store.blobs, 1, 10, textBody(1, 4000));
  await store.blobs.release(1, 10, [hash]);
  await lying.collect();
  store.clock.jump(store.clock.now() + 1000 * hour);
  assert.equal((await lying.collect()).bodiesRemoved, 0);
  assert.equal((await lying.collect()).bodiesRemoved, 0);
  store.clock.jump(store.clock.now() - 2000 * hour);
  assert.equal(await generations(store, lying, 6), 1);
});

test('compaction moves what lives, keeps it readable throughout, and removes the old file later', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path, { packs: { maxPackBytes: 200_000 } });
  const kept: { hash: Uint8Array; body: Buffer }[] = [];
  for (let i = 0; i < 60; i += 1) {
    const body = randomBytes(10_000);
    const { hash } = await storeBody(store.blobs, 1, 10, body);
    if (i % 2 === 0) kept.push({ hash, body });
    else await store.blobs.release(1, 10, [hash]);
  }
  const readAll = async (): Promise<void> => {
    for (const { hash, body } of kept) assert.deepEqual(await store.blobs.read(1, hash), body);
  };
  const keptHashes = new Set(kept.map(({ hash }) => Buffer.from(hash).toString('hex')));
  const used: StillUsed = async (_tenant, _account, hashes) =>
    hashes.filter(hash => keptHashes.has(Buffer.from(hash).toString('hex')));
  await readAll();
  const before = await store.blobs.internals.packs.list();
  await using collect = collector(store, used);
  let compacted = 0;
  for (let i = 0; i < 8; i += 1) {
    store.clock.advance(hour);
    const [result] = await Promise.all([collect.collect(), readAll()]);
    compacted += result.packsCompacted;
  }
  assert.ok(compacted >= 2);
  await readAll();
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
  const after = new Set(await store.blobs.internals.packs.list());
  assert.ok(before.filter(pack => !after.has(pack)).length >= 2);
});

test('the pack of a process that vanished is taken over; should it live on, it acknowledges nothing there', async () => {
  using directory = temporaryDirectory();
  const clock = new FakeClock();
  const lost = await openFixture(directory.path, { clock });
  await using alive = await openFixture(directory.path, { clock });
  const body = textBody(1, 4000);
  const { hash } = await storeBody(lost.blobs, 1, 10, body);
  await using writer = lost.blobs.create(1);
  await writer.write(textBody(2, 4000));
  const sealed = await writer.seal();
  // The timers of both processes run on this clock; a jump lets the lease lapse as a stopped process would.
  clock.jump(clock.now() + 2 * hour);
  await using collect = collector(alive, everybody);
  await collect.collect();
  await assert.rejects(lost.blobs.link(1, 10, [sealed]), error => isMailError(error, 'store.busy'));
  assert.deepEqual(await alive.blobs.read(1, hash), body);
  // It goes on in a new pack.
  await writer[Symbol.asyncDispose]();
  await storeBody(lost.blobs, 1, 10, textBody(3, 4000));
  assert.deepEqual((await verifyBlobs(alive.blobs, check)).problems, []);
  await lost[Symbol.asyncDispose]();
});

test('a lost spool.db: the rows of all bodies are made again from the packs, and never written over', async () => {
  using directory = temporaryDirectory();
  const stored: { hash: Uint8Array; body: Buffer }[] = [];
  const keysOf = statement('SELECT tenant_id, wrapped, created_at FROM tenant_key');
  const putKey = statement('INSERT INTO tenant_key (tenant_id, wrapped, created_at) VALUES ($1, $2, $3)');
  let keys: { tenant_id: number; wrapped: Uint8Array; created_at: number }[] = [];
  {
    await using store = await openFixture(directory.path, { packs: { maxPackBytes: 50_000 } });
    for (const size of [0, 100, 20_000, 40_000, 300_000, 5_000_000]) {
      const body = randomBytes(size);
      stored.push({ body, hash: (await storeBody(store.blobs, 1 + (size % 2), 10, body)).hash });
    }
    keys = await store.database.all(keysOf);
  }
  for (const name of readdirSync(directory.path)) {
    if (name.startsWith('spool.db')) rmSync(join(directory.path, name));
  }
  await using store = await openFixture(directory.path);
  await store.database.transact(async tx => {
    for (const key of keys) await tx.run(putKey, key.tenant_id, key.wrapped, key.created_at);
  });
  const fresh = await storeBody(store.blobs, 1, 10, textBody(9, 4000));
  const report = await verifyBlobs(store.blobs, { deep: true, repair: true });
  assert.equal(report.repaired, stored.length);
  for (const { hash, body } of stored) assert.deepEqual(await store.blobs.read(1, hash), body);
  assert.deepEqual(await store.blobs.read(1, fresh.hash), textBody(9, 4000));
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});
