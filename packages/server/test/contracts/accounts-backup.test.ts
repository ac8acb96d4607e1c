import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, systemScope } from '../../src/access/scope.ts';
import { appendDelivery, appendMessages } from '../../src/mailbox/append.ts';
import { readMessage } from '../../src/mailbox/body.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { fetchEntries, fetchRows } from '../../src/mailbox/rows.ts';
import type { UidRanges } from '../../src/mailbox/types.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import { epochGap } from '../../src/store/accounts/account-state.ts';
import { backupData } from '../../src/store/backup/backup-data.ts';
import { exportAccount } from '../../src/store/backup/export-account.ts';
import { importAccount } from '../../src/store/backup/import-account.ts';
import { parseManifest } from '../../src/store/backup/layout.ts';
import { restoreData } from '../../src/store/backup/restore-data.ts';
import { SqliteDatabase } from '../../src/store/engines/sqlite/database.ts';
import { statement } from '../../src/store/sql/port.ts';
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

const all: UidRanges = [[1, 0xffff_ffff]];
const is =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isMailError(error, code);

/** Text of all messages of INBOX. */
async function texts({ ctx }: MailboxHouse, scope: Scope): Promise<string[]> {
  const result: string[] = [];
  for await (const rows of fetchRows(ctx, scope, 1, all, {})) {
    for (const row of rows) result.push(Buffer.from(await readMessage(ctx, scope, row)).toString());
  }
  return result;
}

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

test('an exported account comes back under another number, tenant and installation', async () => {
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  let expected: string[];
  {
    await using house = await openHouse(join(folder.path, 'a'));
    const scope = await makeAccount(house);
    await appendMessages(house.ctx, scope, 1, [
      await message(house, mail('一', 'Message-ID: <1@x>\n'), { bits: 1, keywords: ['Work'] }),
      await message(house, mail('二', '', 'y'.repeat(300_000)), { prefix: 'X-P: 1\r\n' }),
    ]);
    expected = await texts(house, scope);
    const { accounts } = house;
    const { blobs, clock } = house.ctx;
    const manifest = await exportAccount({ accounts, blobs, clock, account: scope, target });
    assert.deepEqual([manifest.bodies, manifest.missing], [2, []]);
  }
  await using house = await openHouse(join(folder.path, 'b'));
  const { accounts } = house;
  const { blobs, clock } = house.ctx;
  const scope = systemScope(3, 42, 'test');
  const options = { accounts, blobs, clock, account: scope, source: target, replace: false };
  assert.deepEqual(await importAccount(options), { bodies: 2, messages: 2 });
  assert.deepEqual(await texts(house, scope), expected);
  await assertClean(house, scope);
  await assert.rejects(importAccount(options), is('conflict.exists'));
  const view = await openView(house.ctx, scope, 1);
  const { uids } = await appendMessages(house.ctx, scope, 1, []);
  assert.deepEqual([uids, view.mailbox.total, view.mailbox.unseen], [[], 2, 1]);
  await assertClean(house, scope);
});

test('one mailbox is put back to what it was, the others stay', async () => {
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  await using house = await openHouse(join(folder.path, 'a'));
  const scope = await makeAccount(house);
  const other = await makeAccount(house, 8);
  await appendMessages(house.ctx, scope, 1, [await message(house, mail('before'))]);
  const { accounts } = house;
  const { blobs, clock } = house.ctx;
  await exportAccount({ accounts, blobs, clock, account: scope, target });
  await appendMessages(house.ctx, scope, 1, [await message(house, mail('after'))]);
  await appendMessages(house.ctx, other, 1, [await message(house, mail('other'))]);
  await importAccount({
    accounts,
    blobs,
    clock,
    account: scope,

    source: target,
    replace: true,
  });
  assert.equal((await texts(house, scope)).length, 1);
  assert.equal((await texts(house, other)).length, 1);
  const { uids } = await appendMessages(house.ctx, scope, 1, [await message(house, mail('later'))]);
  assert.ok((uids[0] ?? 0) >= 2 + epochGap.restored.uid);
  for (const each of [scope, other]) await assertClean(house, each);
});

test('accounts go into and out of a shared file', async () => {
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  await using house = await openHouse(join(folder.path, 'a'), {
    placement: () => ({ kind: 'shard', location: 's1' }),
  });
  const scope = await makeAccount(house);
  const other = await makeAccount(house, 8);
  await appendMessages(house.ctx, scope, 1, [await message(house, mail('mine'))]);
  await appendMessages(house.ctx, other, 1, [await message(house, mail('secret of another'))]);
  const { accounts } = house;
  const { blobs, clock } = house.ctx;
  await exportAccount({ accounts, blobs, clock, account: scope, target });
  assert.equal(readFileSync(join(target, 'account.db')).includes('secret of another'), false);
  const copy = systemScope(1, 9, 'test');
  const options = { accounts, blobs, clock, source: target };
  await importAccount({ ...options, account: copy, replace: false });
  await assert.rejects(importAccount({ ...options, account: copy, replace: false }), is('conflict.exists'));
  await importAccount({ ...options, account: copy, replace: true });
  for (const each of [scope, other, copy]) {
    assert.equal((await listMailboxes(house.ctx, each))[0]?.total, 1);
    await assertClean(house, each);
  }
});

test('an account that is saved in one engine is restored in the other, and back', async () => {
  using folder = temporaryDirectory();
  // In the run on PostgreSQL the house without a placement of its own is there.
  await using files = await openHouse(join(folder.path, 'files'), {
    placement: () => ({ kind: 'file', location: '' }),
  });
  await using other = await openHouse(join(folder.path, 'other'));
  const scope = await makeAccount(files);
  const written = ['一', 'two \u{1F986}', 'x'.repeat(80_000)];
  for (const text of written) await appendMessages(files.ctx, scope, 1, [await message(files, mail(text))]);
  await storeFlags(files.ctx, scope, 1, [[2, 2]], { mode: 'add', flags: { bits: 1, keywords: ['$label1'] } });
  const seen = async (house: MailboxHouse, who: Scope): Promise<unknown> => ({
    list: (await listMailboxes(house.ctx, who)).map(({ path, total, unseen }) => ({ path, total, unseen })),
    bodies: await texts(house, who),
  });
  const before = await seen(files, scope);
  let at: MailboxHouse = files;
  for (const [number, next] of [other, files].entries()) {
    const target = join(folder.path, `export ${number}`);
    const { blobs, clock } = at.ctx;
    await exportAccount({
      accounts: at.accounts,
      blobs,
      clock,
      account: systemScope(1, 7 + number, 'test'),
      target,
    });
    const account = systemScope(1, 8 + number, 'test');
    const options = { accounts: next.accounts, blobs: next.ctx.blobs, clock: next.ctx.clock, source: target };
    await importAccount({ ...options, account, replace: false });
    await assert.rejects(importAccount({ ...options, account, replace: false }), is('conflict.exists'));
    await importAccount({ ...options, account, replace: true });
    assert.deepEqual(await seen(next, account), before);
    await assertClean(next, account);
    at = next;
  }
});

test('damaged exports are refused by name and leave no account', async () => {
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  await using house = await openHouse(join(folder.path, 'a'));
  const scope = await makeAccount(house);
  await appendMessages(house.ctx, scope, 1, [await message(house, mail('x'))]);
  const { accounts } = house;
  const { blobs, clock } = house.ctx;
  await exportAccount({ accounts, blobs, clock, account: scope, target });
  const account = systemScope(1, 9, 'test');
  const options = { accounts, blobs, clock, account, source: target, replace: false };
  const bodies = join(target, 'bodies.bin');
  const whole = readFileSync(bodies);
  const damaged = [
    whole.subarray(0, 4),
    Buffer.concat([Buffer.from('NOTBODY\n'), whole.subarray(8)]),
    whole.subarray(0, -1),
    Buffer.concat([whole.subarray(0, 60), Buffer.from('#'), whole.subarray(61)]),
    Buffer.concat([whole.subarray(0, 40), Buffer.alloc(8, 0xff), whole.subarray(48)]),
  ];
  for (const bytes of damaged) {
    writeFileSync(bodies, bytes);
    await assert.rejects(importAccount(options), is('store.corrupt'));
  }
  writeFileSync(bodies, whole);
  appendFileSync(bodies, 'x');
  await assert.rejects(importAccount(options), is('store.corrupt'));
  writeFileSync(bodies, whole);
  assert.equal(await accounts.exists(account), false);
  await importAccount(options);
  rmSync(join(target, 'account.json'));
  await assert.rejects(importAccount({ ...options, replace: true }), is('input.invalid'));
});
