import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { BlobCollector } from '../../src/store/blobs/garbage/collector.ts';
import { countPacks } from '../../src/store/blobs/objects/merge-rows.ts';
import { ObjectMerger } from '../../src/store/blobs/objects/merger.ts';
import { ObjectPacker } from '../../src/store/blobs/objects/packer.ts';
import { claimForCompaction } from '../../src/store/blobs/packs/pack-rows.ts';
import { statement } from '../../src/store/sql/port.ts';
import {
  day,
  fast,
  generations,
  hour,
  keysOf,
  merge,
  openObjects,
  readAll,
  right,
  type Stored,
  s3,
  sound,
  storeAlone,
} from '../store-fixture/objects-fixture.ts';
import { type SpoolFixture, storeBody, temporaryDirectory } from '../store-fixture/spool-fixture.ts';

after(() => s3[Symbol.asyncDispose]());

test('bodies that were sent alone come to lie in objects of the size of packs, and the small ones go a generation later', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 20);
  const before = keysOf(directory.path);
  assert.equal(before.length, 20);
  assert.equal(await merge(store), 0, 'young bodies are left alone');
  store.clock.advance(day + hour);
  await using reader = await openObjects(directory.path);
  await readAll(reader, stored);
  assert.equal(await merge(store), 16, 'as many as fill an object; too few are left for another');
  await store.objects?.endPack();
  assert.equal((await countPacks(store.database, 1_000_000)).small, 4);
  // Nobody has to know yet: the old objects are there for those who remember where they were.
  assert.ok(before.every(key => s3.objects.has(key)));
  await readAll(reader, stored);
  await generations(store, 4);
  const after = keysOf(directory.path);
  assert.equal(after.length, 5);
  const made = after.filter(key => !before.includes(key));
  assert.equal(made.length, 1);
  const length = s3.objects.get(made[0] ?? '')?.bytes.length ?? 0;
  assert.ok(length > 1_900_000 && length < 2_000_000);
  // The reader remembers places that are no more, and finds the bodies all the same.
  await readAll(reader, stored);
  await readAll(store, stored);
  await sound(store);
});

test('few small objects wait for company unless all is asked for; one alone stays', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 3);
  store.clock.advance(2 * day);
  assert.equal(await merge(store), 0);
  assert.equal(await merge(store, true), 3);
  await store.objects?.endPack();
  assert.equal(await merge(store, true), 0);
  await generations(store, 4);
  assert.equal(keysOf(directory.path).length, 1);
  await readAll(store, stored);
  await sound(store);
});

test('nothing is merged at a rate of 0, and what is not small is not touched', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  await storeAlone(store, 3);
  assert.equal(await merge(store, true, { ...fast, bytesPerSecond: 0 }), 0);
  assert.equal(await merge(store, true, { ...fast, smallBytes: 100_000 }), 0);
});

test('packs of which little lives go into one together; what is dead and not yet collected keeps its pack out', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const [first, second, third] = await storeAlone(store, 3);
  assert.ok(first && second && third);
  await store.blobs.release(1, 10, [first.ref.hash]);
  // Its link goes after two generations; then it is dead for two more.
  await generations(store, 3);
  assert.equal(
    (await store.database.all(statement('SELECT id FROM blob WHERE dead_generation IS NOT NULL'))).length,
    1,
  );
  assert.equal(await merge(store, true), 2);
  await generations(store, 6);
  assert.equal(keysOf(directory.path).length, 1);
  await readAll(store, [second, third]);
  await sound(store);
});

test('a merge that dies at any request loses nothing, and the next one finishes it', async () => {
  using directory = temporaryDirectory();
  await using first = await openObjects(directory.path);
  const stored = await storeAlone(first, 8);
  const { clock } = first;
  for (const [method, fault] of [
    ['GET', 'error 500'],
    ['GET', 'missing'],
    ['GET', 'cut'],
    ['PUT', 'error 500'],
    ['PUT', 'reset'],
  ] as const) {
    await using store = await openObjects(directory.path, { clock });
    s3.plan(fault, 2, method);
    await merge(store, true);
    // A store that rests after a failure is a thing of this process.
    await using fresh = await openObjects(directory.path, { clock });
    await readAll(fresh, stored);
  }
  await using last = await openObjects(directory.path, { clock });
  await merge(last, true);
  await generations(last, 5);
  assert.equal(keysOf(directory.path).length, 1);
  await readAll(last, stored);
  await sound(last);
});

test('a pack with damage stays where it is, and keeps nobody else from being merged', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 4);
  const [key = ''] = keysOf(directory.path);
  const bytes = s3.objects.get(key)?.bytes;
  assert.ok(bytes && store.objects);
  bytes[60_000] = (bytes[60_000] ?? 0) ^ 1;
  const merger = new ObjectMerger(store.blobs, store.objects, fast);
  const { signal } = new AbortController();
  assert.equal((await merger.round(true, () => true, signal)).packs, 3);
  s3.log.length = 0;
  assert.equal((await merger.round(true, () => true, signal)).packs, 0);
  assert.ok(!s3.log.some(line => line.includes(key)), 'it is not read over and over');
  await generations(store, 5);
  assert.ok(s3.objects.has(key));
  await readAll(store, stored.slice(1));
});

test('packs that another process has are left alone, and whoever lost the right to a pack in the middle drops nothing', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 4);
  assert.ok(store.objects);
  const ids = await store.database.all<{ id: number }>(statement('SELECT id FROM pack ORDER BY id'));
  const [taken] = ids;
  assert.ok(taken);
  assert.ok(await claimForCompaction(store.database, taken.id, 'another', store.clock.now() + hour));
  assert.equal(await merge(store, true), 3);
  await store.objects.endPack();
  const state = statement('SELECT state, owner FROM pack WHERE id = $1');
  assert.deepEqual({ ...(await store.database.get(state, taken.id)) }, { state: 2, owner: 'another' });
  // The right to go on is asked for between packs, and packs claimed by then are given back.
  const more = await storeAlone(store, 4);
  let asked = 0;
  const merger = new ObjectMerger(store.blobs, store.objects, fast);
  const result = await merger.round(true, () => (asked += 1) < 4, new AbortController().signal);
  assert.equal(result.packs, 0);
  const claimed = statement("SELECT id FROM pack WHERE state = 2 AND owner <> 'another'");
  assert.deepEqual(await store.database.all(claimed), []);
  await readAll(store, [...stored, ...more]);
});

test('bodies that move or go while they are copied stay what they are', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 4);
  const [gone, ...others] = stored;
  assert.ok(gone && store.objects);
  const remove = statement('DELETE FROM blob WHERE hash = $1');
  // Between reading and writing: when the object is put, the row is gone.
  const watching = s3.onRequest('PUT', async () => {
    await store.database.transact(tx => tx.run(remove, gone.ref.hash));
  });
  assert.equal(await merge(store, true), 4);
  watching[Symbol.dispose]();
  await store.objects.endPack();
  const dead = statement('SELECT dead_bytes AS dead FROM pack WHERE state = 1');
  assert.ok(((await store.database.get<{ dead: number }>(dead))?.dead ?? 0) > 120_000);
  await readAll(store, others);
});

/** The first time only: an answer that took too long is asked for again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let begun = false;
  return async () => {
    if (begun) return;
    begun = true;
    await work();
  };
}

/** Lets more time pass than a lease of an hour has, as far as leases are renewed; then another process looks for what lapsed. */
async function outlast(store: SpoolFixture, collector: BlobCollector): Promise<void> {
  const until = statement('SELECT MIN(lease_until) AS until FROM pack WHERE state IN (0, 2)');
  for (let n = 0; n < 6; n += 1) {
    store.clock.advance(hour / 4);
    // Renewing is a transaction in the background.
    for (let look = 0; look < 100; look += 1) {
      const row = await store.database.get<{ until: number }>(until);
      if ((row?.until ?? 0) > store.clock.now() + hour / 2) break;
      await new Promise(resolve => setImmediate(resolve));
    }
  }
  await collector.collect();
}

test('the lease on what is read is kept however long that takes', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path, { objects: { leaseMs: hour } });
  const stored = await storeAlone(store, 3);
  await using other = await openObjects(directory.path, { clock: store.clock });
  await using collector = new BlobCollector(other.blobs, async () => [], { bytesPerSecond: Infinity });
  {
    using _ = s3.onRequest(
      'GET',
      once(() => outlast(store, collector)),
    );
    assert.equal(await merge(store, true), 3);
  }
  await generations(store, 4);
  assert.equal(keysOf(directory.path).length, 1);
  await readAll(store, stored);
  await sound(store);
});

test('a pack that is mostly dead is rewritten as one object, however many bodies live in it', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  assert.ok(store.objects);
  const stored: Stored[] = [];
  for (let n = 0; n < 300; n += 1) {
    const body = randomBytes(500 + n);
    stored.push({ body, ref: await storeBody(store.blobs, 1, 10, body) });
  }
  {
    await using packer = new ObjectPacker(store.blobs, store.objects, async () => right);
    assert.equal((await packer.round(true)).bodies, 300);
  }
  const [whole] = keysOf(directory.path);
  const dead = stored.filter((_, n) => n % 2 === 0);
  await store.blobs.release(
    1,
    10,
    dead.map(({ ref }) => ref.hash),
  );
  await generations(store, 9);
  const keys = keysOf(directory.path);
  assert.equal(keys.length, 1);
  assert.notEqual(keys[0], whole);
  await readAll(
    store,
    stored.filter((_, n) => n % 2 === 1),
  );
  await sound(store);
});

test('rows older than the bucket and a bucket that is away: bodies kept meanwhile get names that nothing there has', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 5);
  // As after a restore of rows from before these objects were made.
  const back = statement("UPDATE counter SET value = 1 WHERE name = 'pack'");
  await store.database.transact(tx => tx.run(back));
  const forget = ['blob_link', 'blob', 'pack'].map(table => statement(`DELETE FROM ${table}`));
  for (const all of forget) await store.database.transact(tx => tx.run(all));
  await using restored = await openObjects(directory.path, { clock: store.clock });
  s3.away = true;
  const kept: Stored[] = [];
  try {
    kept.push(...(await storeAlone(restored, 3)));
  } finally {
    s3.away = false;
  }
  await using again = await openObjects(directory.path, { clock: store.clock });
  assert.ok(again.objects);
  await readAll(again, kept);
  {
    await using packer = new ObjectPacker(again.blobs, again.objects, async () => right);
    assert.equal((await packer.round(false)).packs, 3);
  }
  const last = statement("SELECT value FROM counter WHERE name = 'pack'");
  const value = (await again.database.get<{ value: number }>(last))?.value ?? 0;
  assert.ok(value > 1_000_000 && value < 1_000_100, 'far away, once');
  kept.push(...(await storeAlone(again, 1)));
  await readAll(again, kept);
  assert.equal(keysOf(directory.path).length, stored.length + kept.length);
});

test('an upload that takes longer than a lease keeps it, and what was sent is recorded', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path, { objects: { leaseMs: hour } });
  await using other = await openObjects(directory.path, { clock: store.clock });
  await using collector = new BlobCollector(other.blobs, async () => [], { bytesPerSecond: Infinity });
  using _ = s3.onRequest(
    'PUT',
    once(() => outlast(store, collector)),
  );
  await readAll(store, await storeAlone(store, 1));
});

test('a merge whose new pack was taken away moves nothing and gives the old ones back', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 3);
  const take = statement("UPDATE pack SET owner = 'another' WHERE state = 0");
  {
    using _ = s3.onRequest('PUT', async () => {
      await store.database.transact(tx => tx.run(take));
    });
    assert.equal(await merge(store, true), 0);
  }
  const states = statement('SELECT state FROM pack WHERE id IN (SELECT pack FROM blob) ORDER BY id');
  assert.deepEqual(
    (await store.database.all<{ state: number }>(states)).map(({ state }) => state),
    [1, 1, 1],
  );
  await readAll(store, stored);
});

test('a row that was given to another body meanwhile is not moved', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path);
  const stored = await storeAlone(store, 3);
  const gone = stored.at(-1);
  assert.ok(gone);
  const later: Stored[] = [];
  const id = statement('SELECT id FROM blob WHERE hash = $1');
  const remove = statement('DELETE FROM blob WHERE hash = $1');
  const before = await store.database.get<{ id: number }>(id, gone.ref.hash);
  {
    using _ = s3.onRequest('PUT', async () => {
      if (later.length > 0) return;
      await store.database.transact(tx => tx.run(remove, gone.ref.hash));
      // SQLite gives the highest number out again.
      const body = randomBytes(3_000);
      later.push({ body, ref: await storeBody(store.blobs, 1, 10, body) });
      const renumber = statement('UPDATE blob SET id = $1 WHERE hash = $2');
      const waiting = statement('UPDATE blob_waiting SET blob_id = $1');
      await store.database.transact(async tx => {
        await tx.run(waiting, before?.id ?? 0);
        await tx.run(renumber, before?.id ?? 0, later[0]?.ref.hash ?? Buffer.alloc(0));
      });
    });
    await merge(store, true);
  }
  await using fresh = await openObjects(directory.path);
  await readAll(fresh, [...stored.slice(0, -1), ...later]);
});

test('what rows say of dead bytes does not decide how much is in memory', async () => {
  using directory = temporaryDirectory();
  await using store = await openObjects(directory.path, { objects: { packBytes: 500_000 } });
  const stored = await storeAlone(store, 10);
  const before = new Set(keysOf(directory.path));
  const wrong = statement('UPDATE pack SET dead_bytes = length - 100');
  await store.database.transact(tx => tx.run(wrong));
  assert.ok((await merge(store, true)) > 1);
  for (const key of keysOf(directory.path)) {
    if (!before.has(key)) assert.ok((s3.objects.get(key)?.bytes.length ?? 0) < 650_000);
  }
  await readAll(store, stored);
});
