import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { systemScope } from '../../src/access/scope.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { deleteMailbox } from '../../src/mailbox/delete.ts';
import { getMailbox, listMailboxes } from '../../src/mailbox/list.ts';
import { renameMailbox } from '../../src/mailbox/rename.ts';
import { listAnnotations, setAnnotations } from '../../src/mailbox/sharing/annotations.ts';
import { subscribeFolder } from '../../src/mailbox/sharing/subscriptions.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { moveAccount } from '../../src/store/accounts/moving/move-account.ts';
import { allRightRows, putFolderRight } from '../../src/store/accounts/shares/right-rows.ts';
import { subscriptionRows } from '../../src/store/accounts/shares/subscription-rows.ts';
import { exportAccount } from '../../src/store/backup/export-account.ts';
import { importAccount } from '../../src/store/backup/import-account.ts';
import { statement } from '../../src/store/sql/port.ts';
import {
  assertClean,
  type MailboxHouse,
  makeAccount,
  openHouse,
  withAccount,
} from '../store-fixture/mailbox-fixture.ts';
import { moverOf, openPlacedHouse, type PlacementTable } from '../store-fixture/moving-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

/** Somebody else who may use the account as a whole. */
function guest(scope: Scope, accountId: number): Scope {
  const { tenantId } = scope;
  return { ...scope, principal: { kind: 'account', tenantId, accountId, login: 'guest' } };
}

async function followed({ ctx }: Pick<MailboxHouse, 'ctx'>, scope: Scope): Promise<string[]> {
  const all = await listMailboxes(ctx, scope);
  return all.filter(each => each.subscribed).map(each => each.path.join('/'));
}

test('RFC 8621 §2: whoever looks into an account, and however, sees their own subscriptions', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    const [one, two] = [guest(scope, 55), guest(scope, 56)];
    const { id } = await createMailbox(ctx, scope, ['offers', '2026'], { subscribe: true });
    const own = await followed(house, scope);
    assert.ok(own.includes('offers/2026') && own.includes('INBOX'));
    assert.deepEqual([await followed(house, one), await followed(house, two)], [[], []]);
    await subscribeFolder(ctx, one, id, true);
    assert.deepEqual([await followed(house, one), await followed(house, two)], [['offers/2026'], []]);
    await subscribeFolder(ctx, scope, id, false);
    assert.ok(!(await followed(house, scope)).includes('offers/2026'));
    for (const [who, is] of [
      [scope, false],
      [one, true],
      [two, false],
    ] as const) {
      assert.equal((await getMailbox(ctx, who, ['offers', '2026']))?.subscribed, is);
      assert.equal((await openView(ctx, who, id)).mailbox.subscribed, is);
      assert.equal((await changesSince(ctx, who, id, 1)).mailbox.subscribed, is);
    }
    await renameMailbox(ctx, scope, id, ['bids']);
    assert.deepEqual(await followed(house, one), ['bids']);
    const before = (await ctx.accounts.read(scope, reader => reader.state())).modseq;
    await subscribeFolder(ctx, one, id, true);
    const after = (await ctx.accounts.read(scope, reader => reader.state())).modseq;
    assert.equal(after, before, 'said again, nothing is written');
    await deleteMailbox(ctx, scope, id);
    assert.deepEqual(await ctx.accounts.read(scope, reader => subscriptionRows(reader, 55)), []);
    await assert.rejects(subscribeFolder(ctx, one, id, true), error =>
      isMailError(error, 'mailbox.not_found'),
    );
  }));

test('hongyan check finds subscriptions to folders that are not there', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    await subscribeFolder(ctx, guest(scope, 55), 1, true);
    await assertClean(house, scope);
    const astray = statement('UPDATE folder_subscription SET mailbox_id = 99 WHERE account_id = $1');
    await ctx.accounts.transact(scope, tx => tx.run(astray, scope.accountId));
    await assert.rejects(assertClean(house, scope), /folder_subscription/);
    const mended = statement('UPDATE folder_subscription SET mailbox_id = 1 WHERE account_id = $1');
    await ctx.accounts.transact(scope, tx => tx.run(mended, scope.accountId));
  }));

test('an account that is put back has the subscriptions of then; under another number nothing of others comes along', async () => {
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  await using house = await openHouse(join(folder.path, 'a'));
  const scope = await makeAccount(house);
  const { accounts } = house;
  const { ctx } = house;
  const shared = { accounts, blobs: ctx.blobs, clock: ctx.clock };
  // 42 is the number that the copy will have.
  for (const number of [55, 42]) await subscribeFolder(ctx, guest(scope, number), 1, true);
  const note = (space: 'private' | 'shared') => ({ space, path: '/comment', value: Buffer.from(space) });
  await setAnnotations(ctx, scope, 1, [note('private'), note('shared')]);
  await setAnnotations(ctx, guest(scope, 42), 1, [note('private')]);
  const right = { mailboxId: 1, granteeId: 55, rights: 'lr' };
  await accounts.transact(scope, tx => putFolderRight(tx, right));
  const rights = (of: Scope): Promise<unknown[]> => accounts.read(of, allRightRows);
  await exportAccount({ ...shared, account: scope, target });
  await subscribeFolder(ctx, guest(scope, 55), 1, false);
  await importAccount({ ...shared, account: scope, source: target, replace: true });
  assert.deepEqual(await followed(house, guest(scope, 55)), ['INBOX']);
  const copy = systemScope(scope.tenantId, 42, 'test');
  await importAccount({ ...shared, account: copy, source: target, replace: false });
  assert.deepEqual(await followed(house, guest(copy, 55)), []);
  assert.deepEqual([(await rights(scope)).length, await rights(copy)], [1, []], 'another 55 may not read');
  const values = async (of: Scope): Promise<string[]> =>
    (await listAnnotations(ctx, of, 1)).map(each => Buffer.from(each.value).toString()).toSorted();
  assert.deepEqual(await values(copy), ['private', 'shared'], 'its own come along');
  assert.deepEqual(await values(guest(copy, 43)), ['shared']);
  const all = statement('SELECT COUNT(*) AS n FROM annotation WHERE account_id = $1');
  const [row] = await accounts.read(copy, reader => reader.all<{ n: number }>(all, copy.accountId));
  assert.equal(row?.n, 2);
  for (const each of [scope, copy]) await assertClean(house, each);
});

test('an account that moves takes everybody’s subscriptions along', async () => {
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map([[7, { kind: 'file', location: '' }]]);
  await using house = openPlacedHouse(folder.path, table, null);
  const scope = await makeAccount(house);
  await subscribeFolder(house.ctx, guest(scope, 55), 2, true);
  const before = await followed(house, guest(scope, 55));
  assert.equal(before.length, 1);
  const { moved } = await moveAccount(moverOf(house, table), scope, { kind: 'shard', location: 'one' });
  assert.equal(moved, true);
  assert.deepEqual(await followed(house, guest(scope, 55)), before);
});
