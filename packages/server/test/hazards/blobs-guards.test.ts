import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { recordNew } from '../../src/store/blobs/blob-rows.ts';
import { registerPack, renewPacks, takeOverPack } from '../../src/store/blobs/packs/pack-rows.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openFixture, storeBody, temporaryDirectory } from '../store-fixture/spool-fixture.ts';

test('a pack whose lease was renewed between the look and the grip is not taken over', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const now = store.clock.now();
  const pack = await registerPack(store.database, 'slow', now - 1);
  await renewPacks(store.database, 'slow', now + 1_000);
  await takeOverPack(store.database, pack, now, 100);
  const state = statement('SELECT state, owner FROM pack WHERE id = $1');
  assert.deepEqual({ ...(await store.database.get(state, pack)) }, { state: 0, owner: 'slow' });
  await takeOverPack(store.database, pack, now + 2_000, 100);
  assert.deepEqual({ ...(await store.database.get(state, pack)) }, { state: 1, owner: null });
});

test('a body gets its row only in a pack that is open and of who wrote it', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const now = store.clock.now();
  const pack = await registerPack(store.database, 'mine', now + 1_000);
  const place = { pack, offset: 16, length: 10, size: 10 };
  const record = (owner: string): Promise<boolean> =>
    store.database.transact(
      async tx => (await recordNew(tx, 1, randomBytes(32), place, owner, now)) !== null,
    );
  assert.equal(await record('another'), false);
  assert.equal(await record('mine'), true);
  await takeOverPack(store.database, pack, now + 2_000, 26);
  assert.equal(await record('mine'), false);
});

test('a dead body that is used again is alive at once, not only when somebody would have removed it', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = randomBytes(2_000);
  const ref = await storeBody(store.blobs, 1, 10, body);
  const die = statement('UPDATE blob SET dead_generation = 0');
  await store.database.transact(tx => tx.run(die));
  await store.blobs.link(1, 11, [ref]);
  const dead = statement('SELECT dead_generation AS dead FROM blob');
  assert.equal((await store.database.get<{ dead: number | null }>(dead))?.dead, null);
});
