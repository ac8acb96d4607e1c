import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Scope, systemScope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { openView } from '../../src/mailbox/view.ts';
import { epochGap } from '../../src/store/accounts/account-state.ts';
import { exportAccount } from '../../src/store/backup/export-account.ts';
import { importAccount } from '../../src/store/backup/import-account.ts';
import { is, texts } from '../store-fixture/all-mail.ts';
import {
  assertClean,
  type MailboxHouse,
  mail,
  makeAccount,
  message,
  openHouse,
} from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

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
