import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import type { Log } from '../../src/platform/log.ts';
import { silentLog } from '../../src/platform/log.ts';
import { checkAccountBodies } from '../../src/store/blobs/check/account-bodies.ts';
import { BlobScrubber } from '../../src/store/blobs/check/scrubber.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector, type StillUsed } from '../../src/store/blobs/garbage/collector.ts';
import { eraseTenant } from '../../src/store/blobs/garbage/erase-tenant.ts';
import { statement } from '../../src/store/sql/port.ts';
import {
  localRecipient,
  newMessage,
  openFixture,
  type SpoolFixture,
  storeBody,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

const hour = 60 * 60 * 1000;
const everybody: StillUsed = async (_tenant, _account, hashes) => hashes;
const check = { deep: true, repair: false };
const offsets = statement('SELECT pack, pack_offset AS "offset", length FROM blob WHERE hash = $1');

function collector(store: SpoolFixture, stillUsed: StillUsed): BlobCollector {
  return new BlobCollector(store.blobs, stillUsed, { bytesPerSecond: Infinity });
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

test('a damaged body that is read with its neighbours is left out, and they come whole', async () => {
  using directory = temporaryDirectory();
  const bodies = [textBody(1, 5000), textBody(2, 5000), textBody(3, 5000)];
  const hashes: Uint8Array[] = [];
  let middle = { pack: 0, offset: 0, length: 0 };
  {
    await using store = await openFixture(directory.path);
    for (const [n, body] of bodies.entries()) {
      const { hash } = await storeBody(store.blobs, 1, 10, body);
      hashes.push(hash);
      if (n === 1) middle = (await store.database.get<typeof middle>(offsets, hash)) ?? middle;
    }
  }
  const path = join(directory.path, 'packs', `${String(middle.pack).padStart(10, '0')}.pack`);
  for (const spot of [0, 20, 50, 70, 78, 80, 100, middle.length - 20, middle.length - 1]) {
    flipByte(path, middle.offset + spot);
    await using store = await openFixture(directory.path);
    assert.deepEqual(await store.blobs.readTogether(1, hashes), [bodies[0], null, bodies[2]], `spot ${spot}`);
    flipByte(path, middle.offset + spot);
  }
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
  const wrappedKey = statement('SELECT wrapped FROM tenant_key WHERE tenant_id = $1');
  let wrapped: Uint8Array = new Uint8Array();
  {
    await using store = await openFixture(directory.path);
    const gone = await storeBody(store.blobs, 1, 10, textBody(1, 4000));
    const queued = await storeBody(store.blobs, 1, 10, textBody(2, 4000));
    await store.spool.accept([newMessage('q1', queued, [localRecipient(10)])]);
    const kept = await storeBody(store.blobs, 2, 20, textBody(1, 4000));
    wrapped = (await store.database.get<{ wrapped: Uint8Array }>(wrappedKey, 1))?.wrapped ?? wrapped;
    assert.equal(await eraseTenant(store.blobs, 1), 2);
    for (const { hash } of [gone, queued]) {
      await assert.rejects(store.blobs.read(1, hash), error => isMailError(error, 'store.unavailable'));
    }
    assert.deepEqual(await store.blobs.read(2, kept.hash), textBody(1, 4000));
    assert.deepEqual(await store.spool.pending(10), { bytes: 0, count: 0 });
    assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
    // Its records lie in the pack still: mending goes past them.
    const mended = await verifyBlobs(store.blobs, { deep: true, repair: true, rescan: true });
    assert.deepEqual([mended.problems, mended.repaired], [[], 0]);
  }
  assert.ok(wrapped.length > 32);
  // PostgreSQL leaves what was deleted in its files until it vacuums.
  if (onlyFiles === false) {
    const file = readFileSync(join(directory.path, 'spool.db'));
    for (let at = 0; at + 8 <= wrapped.length; at += 1)
      assert.ok(!file.includes(wrapped.subarray(at, at + 8)));
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
    assert.deepEqual(await store.blobs.internals.engine.list(), [1]);
  }
  const crashed = await openFixture(directory.path);
  await put(crashed, 3);
  await crashed.database[Symbol.asyncDispose]();
  await using store = await openFixture(directory.path);
  await put(store, 4);
  assert.deepEqual(await store.blobs.internals.engine.list(), [1, 2]);
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
    assert.deepEqual(await store.blobs.internals.engine.list(), [1, 2]);
    assert.deepEqual(await store.blobs.read(1, hash), textBody(2, 4000));
  }
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

test('a lost spool.db: the rows of all bodies are made again from the packs, and never written over', {
  skip: onlyFiles,
}, async () => {
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

test('an account is told which of its bodies are missing, and gets links again that were lost', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const linked = await storeBody(store.blobs, 1, 10, textBody(1, 4000));
  const foreign = await storeBody(store.blobs, 1, 11, textBody(2, 4000));
  const missing = Buffer.alloc(32, 1);
  const hashes = [linked.hash, foreign.hash, missing];
  for (const repair of [false, true]) {
    const found = await checkAccountBodies(store.blobs, 1, 10, hashes, repair);
    assert.deepEqual(found, { missing: [missing], unlinked: [foreign.hash] });
  }
  const repaired = await checkAccountBodies(store.blobs, 1, 10, hashes, false);
  assert.deepEqual(repaired, { missing: [missing], unlinked: [] });
});

test('a sound copy in another pack takes the place of a damaged one; a body without any is reported as lost', async () => {
  using directory = temporaryDirectory();
  const body = textBody(1, 4000);
  const where = statement('UPDATE blob SET pack = 1, pack_offset = 32 WHERE tenant_id = 1');
  {
    await using one = await openFixture(directory.path);
    await using two = await openFixture(directory.path);
    // Sealed in two processes at once: the second copy is surplus.
    await using first = one.blobs.create(1);
    await using second = two.blobs.create(1);
    for (const writer of [first, second]) await writer.write(body);
    const refs = [await first.seal(), await second.seal()] as const;
    await one.blobs.link(1, 10, [refs[0]]);
    await two.blobs.link(1, 11, [refs[1]]);
    await one.database.transact(tx => tx.run(where));
  }
  flipByte(join(directory.path, 'packs', '0000000001.pack'), 300);
  await using store = await openFixture(directory.path);
  const report = await verifyBlobs(store.blobs, { deep: true, repair: true });
  assert.deepEqual(
    report.problems.map(problem => problem.kind),
    ['lost'],
  );
  assert.equal(report.repaired, 1);
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
  flipByte(join(directory.path, 'packs', '0000000002.pack'), 300);
  const hopeless = await verifyBlobs(store.blobs, { deep: true, repair: true });
  assert.equal(hopeless.repaired, 0);
  assert.equal((await verifyBlobs(store.blobs, check)).problems.length, 1);
});
