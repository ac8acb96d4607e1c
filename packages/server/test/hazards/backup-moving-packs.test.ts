import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { type BackupOptions, backupData } from '../../src/store/backup/backup-data.ts';
import { savePacks } from '../../src/store/backup/save-packs.ts';
import { ObjectPacker } from '../../src/store/blobs/objects/packer.ts';
import { SqliteDatabase } from '../../src/store/engines/sqlite/database.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openObjects, right, s3 } from '../store-fixture/objects-fixture.ts';
import { openFixture, storeBody, temporaryDirectory } from '../store-fixture/spool-fixture.ts';

after(() => s3[Symbol.asyncDispose]());

test('a pack that goes to the bucket while the backup runs is brought from there, or stays there with the others', {
  skip: onlyFiles,
}, async () => {
  using directory = temporaryDirectory();
  using other = temporaryDirectory();
  const data = directory.path;
  const folder = join(data, 'packs');
  {
    await using store = await openFixture(data, { packs: { maxPackBytes: 50_000 } });
    for (let n = 0; n < 4; n += 1) await storeBody(store.blobs, 1, 10, randomBytes(45_000));
  }
  {
    await using system = new SqliteDatabase(join(data, 'system.db'));
    await system.transact(tx => tx.run(statement('CREATE TABLE t (a INTEGER)')));
  }
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.pack'))
    .toSorted();
  const [first = '', second = ''] = names;
  assert.ok(names.length >= 2);
  const bytes = new Map(names.map(name => [name, readFileSync(join(folder, name))]));
  await using store = await openObjects(data);
  const { objects } = store;
  assert.ok(objects);
  await using packer = new ObjectPacker(store.blobs, objects, async () => right);
  assert.ok((await packer.round(true)).packs >= 2);
  assert.equal(existsSync(join(folder, second)), false);

  // The moment between sending and removing, for the second pack: it goes when the backup has copied the first.
  const backup = async (target: string, more: Partial<BackupOptions>) => {
    for (const [name, content] of bytes) writeFileSync(join(folder, name), content);
    return backupData({
      data,
      blobs: folder,
      target,
      clock: store.clock,
      pauseCollection: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
      withKeys: false,
      progress: path => {
        if (path.endsWith(first)) unlinkSync(join(folder, second));
      },
      ...more,
    });
  };
  const whole = join(other.path, 'whole');
  const made = await backup(whole, {
    packsMove: true,
    bodies: present => savePacks(objects, whole, present, {}),
  });
  for (const [name, content] of bytes) {
    assert.ok(
      made.files.some(({ path, size }) => path === `blobs/${name}` && size === content.length),
      name,
    );
    assert.ok(readFileSync(join(whole, 'blobs', name)).equals(content), name);
  }
  const rows = join(other.path, 'rows');
  const without = await backup(rows, { packsMove: true });
  assert.ok(!without.files.some(({ path }) => path.endsWith(second)));
  assert.ok(without.files.some(({ path }) => path.endsWith(first)));
  // Where there is no bucket a file that is gone is lost: then there is no backup.
  const failed = join(other.path, 'failed');
  await assert.rejects(backup(failed, {}), { code: 'ENOENT' });
  assert.deepEqual(
    readdirSync(failed).filter(name => name.endsWith('.json')),
    [],
  );
});
