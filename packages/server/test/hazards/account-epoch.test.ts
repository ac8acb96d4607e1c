import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { mock, test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { type AccountState, epochGap } from '../../src/store/accounts/account-state.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { SqliteDatabase } from '../../src/store/engines/sqlite/database.ts';
import {
  bareMessage,
  type MailboxHouse,
  makeAccount,
  openBareHouse,
} from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const seen = { mode: 'add', flags: { bits: 1, keywords: [] } } as const;

async function stateOf(house: MailboxHouse, scope: Scope): Promise<AccountState> {
  return house.ctx.accounts.read(scope, reader => reader.state());
}

/** Copies the database as it is on disk, as a crash of the machine would leave it. */
async function snapshot(house: MailboxHouse, scope: Scope, to: string): Promise<void> {
  const path = await house.ctx.accounts.path(scope);
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, to + suffix);
}

test('an orderly stop leaves the epoch alone', async () => {
  using folder = temporaryDirectory();
  let scope: Scope;
  let before: AccountState;
  {
    await using house = openBareHouse(folder.path, { bootId: 'one' });
    scope = await makeAccount(house);
    await appendMessages(house.ctx, scope, 1, [bareMessage(1)]);
    before = await stateOf(house, scope);
    assert.equal(before.clean, false);
  }
  await using house = openBareHouse(folder.path, { bootId: 'two' });
  assert.equal((await stateOf(house, scope)).clean, true);
  const { uids } = await appendMessages(house.ctx, scope, 1, [bareMessage(2)]);
  assert.deepEqual(uids, [2]);
  const after = await stateOf(house, scope);
  assert.deepEqual([after.epoch, after.modseq, after.floor], [before.epoch, before.modseq + 1, before.floor]);
  await assertAccountClean(house.ctx.accounts, scope);
});

test('another group that finds the account in use leaves gaps and makes clients compare everything', async () => {
  using folder = temporaryDirectory();
  await using dead = openBareHouse(folder.path, { bootId: 'one' });
  const scope = await makeAccount(dead);
  await appendMessages(dead.ctx, scope, 1, [bareMessage(1), bareMessage(2)]);
  const before = await stateOf(dead, scope);
  // The first group is taken for dead: it never said goodbye.
  await using house = openBareHouse(folder.path, { bootId: 'two' });
  const untouched = await changesSince(house.ctx, scope, 1, before.modseq);
  assert.equal(untouched.complete, true, 'reading alone changes nothing');
  const { uids } = await appendMessages(house.ctx, scope, 1, [bareMessage(3)]);
  assert.deepEqual(uids, [3 + epochGap.unclean.uid]);
  const after = await stateOf(house, scope);
  assert.equal(after.epoch, before.epoch + 1);
  assert.equal(after.modseq, before.modseq + epochGap.unclean.modseq + 1);
  const changes = await changesSince(house.ctx, scope, 1, before.modseq);
  assert.equal(changes.complete, false);
  assert.deepEqual(
    changes.changed.map(entry => entry.uid),
    [1, 2, 3 + epochGap.unclean.uid],
    'rows from before may have gone back in time: all of them count as changed',
  );
  for (const entry of await fetchEntries(house.ctx, scope, 1, [[1, 2]]))
    assert.equal(entry.modseq, after.base);
  const conditional = await storeFlags(house.ctx, scope, 1, [[1, 2]], {
    ...seen,
    unchangedSince: before.modseq,
  });
  assert.deepEqual(conditional.conflicts, [1, 2], 'what the client knows is from before (RFC 7162 §3.1.3)');
  assert.equal((await openView(house.ctx, scope, 1)).mailbox.highestModseq, after.modseq);
  // From now on the group is known.
  await appendMessages(house.ctx, scope, 1, [bareMessage(4)]);
  assert.equal((await stateOf(house, scope)).epoch, after.epoch);
  await assertAccountClean(house.ctx.accounts, scope);
});

test('processes of one group come and go without raising the epoch, whoever closes first', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path, { bootId: 'group' });
  const scope = await makeAccount(one);
  const { epoch } = await stateOf(one, scope);
  {
    await using two = openBareHouse(folder.path, { bootId: 'group' });
    await appendMessages(two.ctx, scope, 1, [bareMessage(1)]);
  }
  // The second said goodbye for the account although the first has it open: the next write takes that back.
  assert.equal((await stateOf(one, scope)).clean, true);
  await storeFlags(one.ctx, scope, 1, [[1, 1]], seen);
  assert.equal((await stateOf(one, scope)).clean, false);
  await using three = openBareHouse(folder.path, { bootId: 'group' });
  await appendMessages(three.ctx, scope, 1, [bareMessage(2)]);
  assert.equal((await stateOf(three, scope)).epoch, epoch);
  await assertAccountClean(one.ctx.accounts, scope);
});

test('a change of flags that a power cut took never shares its modseq with a later change', async () => {
  using folder = temporaryDirectory();
  using other = temporaryDirectory();
  const path = `${folder.path}/copy.db`;
  let scope: Scope;
  let told: number;
  {
    await using house = openBareHouse(folder.path, { bootId: 'one' });
    scope = await makeAccount(house);
    await appendMessages(house.ctx, scope, 1, [bareMessage(1), bareMessage(2)]);
    await snapshot(house, scope, path);
    // What the disk has not seen: the client was told this modseq.
    told = (await storeFlags(house.ctx, scope, 1, [[1, 1]], seen)).modseq;
  }
  await using house = openBareHouse(other.path, { bootId: 'two' });
  await makeAccount(house);
  await house.ctx.accounts.release(scope);
  const target = await house.ctx.accounts.path(scope);
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, target + suffix);
  assert.equal(
    (await changesSince(house.ctx, scope, 1, told)).complete,
    false,
    'that number was never given out here',
  );
  const later = await storeFlags(house.ctx, scope, 1, [[2, 2]], seen);
  assert.ok(later.modseq > told);
  const changes = await changesSince(house.ctx, scope, 1, told);
  assert.equal(changes.complete, false);
  assert.deepEqual(
    changes.changed.map(entry => [entry.uid, entry.flags.bits]),
    [
      [1, 0],
      [2, 1],
    ],
  );
  await assertAccountClean(house.ctx.accounts, scope);
});

test('the first change of flags after a goodbye is committed durably, so that a power cut is noticed', async () => {
  using folder = temporaryDirectory();
  let scope: Scope;
  {
    await using house = openBareHouse(folder.path, { bootId: 'one' });
    scope = await makeAccount(house);
    await appendMessages(house.ctx, scope, 1, [bareMessage(1)]);
  }
  await using house = openBareHouse(folder.path, { bootId: 'two' });
  await stateOf(house, scope);
  const spy = mock.method(SqliteDatabase.prototype, 'transact');
  try {
    await storeFlags(house.ctx, scope, 1, [[1, 1]], seen);
    await storeFlags(house.ctx, scope, 1, [[1, 1]], { ...seen, mode: 'remove' });
    const asked = spy.mock.calls.map(call => call.arguments[1]?.durability ?? 'durable');
    assert.deepEqual(asked, ['relaxed', 'durable', 'relaxed']);
  } finally {
    spy.mock.restore();
  }
  const state = await stateOf(house, scope);
  assert.deepEqual([state.clean, state.bootId], [false, 'two']);
});
