import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, systemScope } from '../../src/access/scope.ts';
import { appendDelivery, appendMessages } from '../../src/mailbox/append.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import { changesSince } from '../../src/mailbox/view.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { epochGap } from '../../src/store/accounts/account-state.ts';
import { backupData } from '../../src/store/backup/backup-data.ts';
import { parseManifest } from '../../src/store/backup/layout.ts';
import { restoreData } from '../../src/store/backup/restore-data.ts';
import type { BlobRef } from '../../src/store/blob-store.ts';
import { SqliteDatabase } from '../../src/store/engines/sqlite/database.ts';
import { statement } from '../../src/store/sql/port.ts';
import { all, is, texts } from '../store-fixture/all-mail.ts';
import {
  assertClean,
  type MailboxHouse,
  mail,
  makeAccount,
  message,
  openHouse,
} from '../store-fixture/mailbox-fixture.ts';
import {
  localRecipient,
  newMessage,
  openFixture,
  storeBody,
  temporaryDirectory,
} from '../store-fixture/spool-fixture.ts';

/** The fixture keeps packs where its own tests look for them; a data folder has them in `blobs`. */
async function openData(folder: string, bootId: string): Promise<MailboxHouse> {
  return openHouse(folder, { bootId, packs: 'blobs' });
}

async function makeSystem(folder: string): Promise<void> {
  for (const name of ['system.db', 'records.db']) {
    await using database = new SqliteDatabase(join(folder, name));
    await database.transact(tx => tx.run(statement('CREATE TABLE t (a INTEGER)')));
  }
}

interface Pauses {
  open: number;
  total: number;
}

function pausing(pauses: Pauses): () => Promise<AsyncDisposable> {
  return async () => {
    pauses.open += 1;
    pauses.total += 1;
    return {
      [Symbol.asyncDispose]: async () => {
        pauses.open -= 1;
      },
    };
  };
}

test('a backup made at work has all that was accepted before it; restored, nobody is lied to', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  const data = join(folder.path, 'data');
  const target = join(folder.path, 'backup');
  const restored = join(folder.path, 'restored');
  const clock = new FakeClock();
  const pauses: Pauses = { open: 0, total: 0 };
  let told = 0;
  let scope: Scope;
  {
    await using house = await openData(data, 'one');
    await makeSystem(data);
    scope = await makeAccount(house);
    await makeAccount(house, 8);
    await appendMessages(house.ctx, scope, 1, [
      await message(house, mail('一')),
      await message(house, mail('二')),
    ]);
    const options = { data, target, clock, pauseCollection: pausing(pauses), withKeys: true };
    const [manifest] = await Promise.all([
      backupData(options),
      appendMessages(house.ctx, scope, 2, [await message(house, mail('meanwhile'))]),
    ]);
    assert.deepEqual(pauses, { open: 0, total: 1 });
    assert.ok(manifest.files.some(file => file.path === join('tenants', '1', 'accounts', '8.db')));
    assert.ok(manifest.files.some(file => file.path.endsWith('.pack')));
    // Again into the same folder: packs are brought up to date.
    await appendMessages(house.ctx, scope, 1, [await message(house, mail('三', '', 'x'.repeat(200_000)))]);
    await backupData(options);
    // What the backup does not know: clients have seen it.
    await appendMessages(house.ctx, scope, 1, [await message(house, mail('四'))]);
    told = (await storeFlags(house.ctx, scope, 1, all, { mode: 'add', flags: { bits: 1, keywords: [] } }))
      .modseq;
  }
  await restoreData({ source: target, data: restored });
  assert.equal(existsSync(`${restored}.restoring`), false);
  await using house = await openData(restored, 'one');
  assert.deepEqual(
    (await texts(house, scope)).map(text => /Subject: (.*)\r/.exec(text)?.[1]),
    ['一', '二', '三'],
  );
  const { uids } = await appendMessages(house.ctx, scope, 1, [await message(house, mail('新'))]);
  assert.ok((uids[0] ?? 0) >= 4 + epochGap.restored.uid, 'UID 4 was given out after the backup');
  const [entry] = await fetchEntries(house.ctx, scope, 1, [[uids[0] ?? 0, uids[0] ?? 0]]);
  assert.ok((entry?.messageId ?? 0) > epochGap.restored.uid, 'so was message 4');
  const changes = await changesSince(house.ctx, scope, 1, told);
  assert.equal(changes.complete, false);
  assert.deepEqual(
    changes.changed.map(entry => [entry.uid, entry.flags.bits]),
    [
      [1, 0],
      [2, 0],
      [3, 0],
      [uids[0], 0],
    ],
  );
  await assertClean(house, scope);
});

test('mail that was delivered while the backup ran is in the queue of the backup, and applied once', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  const data = join(folder.path, 'data');
  const target = join(folder.path, 'backup');
  const restored = join(folder.path, 'restored');
  const clock = new FakeClock();
  const scope = systemScope(1, 7, 'test');
  {
    await using house = await openData(data, 'one');
    await makeSystem(data);
    await makeAccount(house);
    await using spool = await openFixture(data, { directoryOfPacks: 'blobs' });
    const body = Buffer.from(mail('queued').replaceAll('\n', '\r\n'));
    const ref = await storeBody(spool.blobs, 1, 7, body);
    await spool.spool.accept([newMessage('Q1', ref, [localRecipient(7)])]);
    let first = true;
    await backupData({
      data,
      target,
      clock,
      pauseCollection: pausing({ open: 0, total: 0 }),
      withKeys: true,
      progress: () => {
        // After the first copy of the queue and of the account: delivered, and gone from the queue.
        if (!first) return;
        first = false;
        void spool.database.transact(async tx => {
          await tx.run(statement('DELETE FROM spool_recipient'));
          await tx.run(statement('DELETE FROM spool_message'));
        });
      },
    });
  }
  await restoreData({ source: target, data: restored });
  await using spool = await openFixture(restored, { directoryOfPacks: 'blobs' });
  const rows = await spool.database.all<{ n: number }>(
    statement('SELECT COUNT(*) AS n FROM spool_recipient'),
  );
  assert.equal(rows[0]?.n, 1);
  await using house = await openData(restored, 'two');
  const again = await message(house, mail('queued'));
  assert.equal((await appendDelivery(house.ctx, scope, 'Q1', { role: 'inbox' }, again)).duplicate, false);
});

test('what a full disk left behind the end of a pack, and is written over later, is in no backup', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  const data = join(folder.path, 'data');
  const target = join(folder.path, 'backup');
  const restored = join(folder.path, 'restored');
  const options = {
    data,
    target,
    clock: new FakeClock(),
    pauseCollection: pausing({ open: 0, total: 0 }),
    withKeys: false,
  };
  const bodies = [10_000, 20_000, 30_000].map(size => randomBytes(size));
  const refs: BlobRef[] = [];
  {
    await using house = await openData(data, 'one');
    await makeSystem(data);
    await makeAccount(house);
    await using spool = await openFixture(data, { directoryOfPacks: 'blobs' });
    const store = async (body: Buffer | undefined): Promise<void> => {
      refs.push(await storeBody(spool.blobs, 1, 7, body ?? Buffer.alloc(0)));
    };
    await store(bodies[0]);
    const where = await spool.database.get<{ pack: number }>(statement('SELECT MAX(pack) AS pack FROM blob'));
    const pack = join(data, 'blobs', `${String(where?.pack).padStart(10, '0')}.pack`);
    // Half of a record that the disk did not take; the next one goes to the same place.
    appendFileSync(pack, Buffer.alloc(25_000, 0xee));
    await backupData(options);
    await store(bodies[1]);
    await backupData(options);
    await store(bodies[2]);
    await backupData(options);
  }
  await restoreData({ source: target, data: restored });
  await using spool = await openFixture(restored, { directoryOfPacks: 'blobs' });
  for (const [n, ref] of refs.entries()) assert.deepEqual(await spool.blobs.read(1, ref.hash), bodies[n]);
});

test('what is no complete backup is not restored, and nothing is half restored', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  const data = join(folder.path, 'data');
  const target = join(folder.path, 'backup');
  const to = join(folder.path, 'restored');
  {
    await using house = await openData(data, 'one');
    await makeSystem(data);
    const scope = await makeAccount(house);
    await appendMessages(house.ctx, scope, 1, [await message(house, mail('x'))]);
  }
  await assert.rejects(restoreData({ source: target, data: to }), is('input.invalid'));
  const options = {
    data,
    target,
    clock: new FakeClock(),
    pauseCollection: pausing({ open: 0, total: 0 }),
    withKeys: true,
  };
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(backupData({ ...options, signal }), /^Error: enough$/);
  await assert.rejects(restoreData({ source: target, data: to }), is('input.invalid'));
  await backupData(options);
  await assert.rejects(
    restoreData({ source: target, data }),
    is('input.invalid'),
    'a folder in use is refused',
  );
  const file = join(target, 'tenants', '1', 'accounts', '7.db');
  truncateSync(file, 5_000);
  await assert.rejects(restoreData({ source: target, data: to }), is('store.corrupt'));
  assert.equal(existsSync(to), false);
});

test('a manifest that reaches outside its folder is none', () => {
  const manifest = (path: string): string =>
    JSON.stringify({ format: 1, startedAt: 1, finishedAt: 2, files: [{ path, size: 1 }] });
  assert.ok(parseManifest(manifest('a/b.db')));
  for (const path of ['/etc/passwd', '../x', 'a/../../x', 'a\\..\\x'])
    assert.equal(parseManifest(manifest(path)), null);
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"format":2}',
    manifest('x').replace('"size":1', '"size":"1"'),
  ]) {
    assert.equal(parseManifest(text), null);
  }
});
