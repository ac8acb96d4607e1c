import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendDelivery, appendMessages } from '../../src/mailbox/append.ts';
import { moveMessages } from '../../src/mailbox/copy.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { Flag, type UidRanges } from '../../src/mailbox/types.ts';
import { changesSince, openView, openViewAt } from '../../src/mailbox/view.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { assertAccountClean, checkAccount } from '../../src/store/checker/check-account.ts';
import { statement } from '../../src/store/sql/port.ts';
import { bareMessage, makeAccount, openBareHouse, withAccount } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const all: UidRanges = [[1, 0xffff_ffff]];
const deleted = { mode: 'add', flags: { bits: Flag.Deleted, keywords: [] } } as const;
const seen = { mode: 'add', flags: { bits: Flag.Seen, keywords: [] } } as const;
const day = 24 * 60 * 60 * 1000;

test('what happened since a modseq: new, changed, vanished, each once (RFC 7162 §3.2.10)', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      [1, 2, 3, 4].map(n => bareMessage(n)),
    );
    const { modseq } = await openView(ctx, scope, 1);
    await storeFlags(ctx, scope, 1, [[1, 1]], seen);
    await storeFlags(ctx, scope, 1, [[2, 2]], deleted);
    await expungeMessages(ctx, scope, 1, null);
    await moveMessages(ctx, scope, 1, [[4, 4]], 2);
    await appendMessages(ctx, scope, 1, [bareMessage(5)]);
    await storeFlags(ctx, scope, 1, [[5, 5]], seen);
    const changes = await changesSince(ctx, scope, 1, modseq);
    assert.deepEqual(
      changes.changed.map(entry => [entry.uid, entry.flags.bits, entry.created]),
      [
        [1, Flag.Seen, false],
        [5, Flag.Seen, true],
      ],
    );
    assert.deepEqual([changes.vanished, changes.complete], [[2, 4], true]);
    assert.equal(changes.modseq, (await openView(ctx, scope, 1)).modseq);
    const none = await changesSince(ctx, scope, 1, changes.modseq);
    assert.deepEqual([none.changed, none.vanished, none.complete], [[], [], true]);
    const everything = await changesSince(ctx, scope, 1, 0);
    assert.deepEqual(
      everything.changed.map(entry => entry.uid),
      [1, 3, 5],
    );
    await assert.rejects(changesSince(ctx, scope, 99, 0), error => isMailError(error, 'mailbox.not_found'));
  }));

test('a change in one mailbox is none in another', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [bareMessage(1)]);
    const sent = await openView(ctx, scope, 2);
    await storeFlags(ctx, scope, 1, all, seen);
    const changes = await changesSince(ctx, scope, 2, sent.modseq);
    assert.deepEqual([changes.changed, changes.mailbox.highestModseq], [[], sent.mailbox.highestModseq]);
  }));

test('sessions share one array of UIDs; a view that was handed out never changes', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      [1, 2, 3].map(n => bareMessage(n)),
    );
    const one = await openView(ctx, scope, 1);
    assert.equal((await openView(ctx, scope, 1)).uids, one.uids);
    await storeFlags(ctx, scope, 1, [[2, 2]], deleted);
    assert.equal((await openView(ctx, scope, 1)).uids, one.uids, 'flags do not touch it');
    await expungeMessages(ctx, scope, 1, null);
    await appendMessages(ctx, scope, 1, [bareMessage(4), bareMessage(5)]);
    assert.deepEqual([...(await openView(ctx, scope, 1)).uids], [1, 3, 4, 5]);
    assert.deepEqual([...one.uids], [1, 2, 3]);
  }));

test('a view by path is that by number; none where there is no such path', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [bareMessage(1), bareMessage(2)]);
    const { id } = await createMailbox(ctx, scope, ['已发送', '2026年']);
    for (const [number, path] of [
      [1, ['inbox']],
      [2, ['已发送']],
      [id, ['已发送', '2026年']],
    ] as const) {
      assert.deepEqual(await openViewAt(ctx, scope, path), await openView(ctx, scope, number));
    }
    for (const path of [['2026年'], ['已发送', '2025年'], ['已发送', '2026年', 'x'], [''], []]) {
      assert.equal(await openViewAt(ctx, scope, path), null);
    }
    const none = { ...scope, rights: { ...scope.rights, read: false } };
    await assert.rejects(openViewAt(ctx, none, ['INBOX']), error => isMailError(error, 'access.denied'));
  }));

test('views follow what another process did', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  const scope = await makeAccount(one);
  await appendMessages(
    one.ctx,
    scope,
    1,
    [1, 2, 3].map(n => bareMessage(n)),
  );
  const view = await openView(one.ctx, scope, 1);
  await storeFlags(two.ctx, scope, 1, [[1, 2]], deleted);
  await expungeMessages(two.ctx, scope, 1, null);
  await appendMessages(two.ctx, scope, 1, [bareMessage(4)]);
  assert.deepEqual([...(await openView(one.ctx, scope, 1)).uids], [3, 4]);
  const changes = await changesSince(one.ctx, scope, 1, view.modseq);
  assert.deepEqual([changes.changed.map(entry => entry.uid), changes.vanished], [[4], [1, 2]]);
  await assertAccountClean(one.ctx.accounts, scope);
});

test('tombstones go by age, and the floor says what cannot be told any more', () =>
  withAccount(async ({ ctx, clock }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      [1, 2, 3].map(n => bareMessage(n)),
    );
    const before = await openView(ctx, scope, 1);
    await storeFlags(ctx, scope, 1, [[1, 1]], deleted);
    const { modseq: expunged } = await expungeMessages(ctx, scope, 1, null);
    clock.advance(89 * day);
    await appendDelivery(ctx, scope, 'a', { role: 'inbox' }, bareMessage(4));
    assert.equal((await changesSince(ctx, scope, 1, before.modseq)).complete, true);
    clock.advance(2 * day);
    await appendDelivery(ctx, scope, 'b', { role: 'inbox' }, bareMessage(5));
    const late = await changesSince(ctx, scope, 1, before.modseq);
    assert.equal(late.complete, false);
    assert.deepEqual(
      late.changed.map(entry => entry.uid),
      [4, 5],
      'rows that live can be told all the same',
    );
    const since = await changesSince(ctx, scope, 1, expunged);
    assert.deepEqual([since.complete, since.vanished], [true, []]);
  }));

test('tombstones go by number', () =>
  withAccount(
    async ({ ctx, clock }, scope) => {
      await appendMessages(
        ctx,
        scope,
        1,
        Array.from({ length: 6 }, (_, n) => bareMessage(n)),
      );
      const modseqs: number[] = [];
      for (let uid = 1; uid <= 4; uid += 1) {
        await storeFlags(ctx, scope, 1, [[uid, uid]], deleted);
        modseqs.push((await expungeMessages(ctx, scope, 1, null)).modseq);
      }
      clock.advance(2 * day);
      await appendDelivery(ctx, scope, 'a', { role: 'inbox' }, bareMessage(9));
      assert.equal((await changesSince(ctx, scope, 1, (modseqs[1] ?? 0) - 1)).complete, false);
      const told = await changesSince(ctx, scope, 1, modseqs[1] ?? 0);
      assert.deepEqual([told.complete, told.vanished], [true, [3, 4]]);
    },
    { limits: { maxTombstones: 2 } },
  ));

// 12,000 mails come and go: on PostgreSQL, on a busy machine, more than the five minutes that a test has.
const manyStatements = { timeout: 900_000 };

test('many tombstones go in several transactions, and the floor rises with them', manyStatements, () =>
  withAccount(
    async ({ ctx, clock }, scope) => {
      const deletedBits = { bits: Flag.Deleted };
      for (let at = 0; at < 12_000; at += 500) {
        await appendMessages(
          ctx,
          scope,
          1,
          Array.from({ length: 500 }, (_, n) => bareMessage(at + n, deletedBits)),
        );
      }
      const before = await openView(ctx, scope, 1);
      await expungeMessages(ctx, scope, 1, null);
      clock.advance(2 * day);
      const left: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        await appendDelivery(ctx, scope, `d${n}`, { role: 'inbox' }, bareMessage(n));
        const { floor } = await ctx.accounts.read(scope, reader => reader.state());
        const changes = await changesSince(ctx, scope, 1, floor);
        assert.equal(changes.complete, true);
        assert.equal((await changesSince(ctx, scope, 1, Math.min(before.modseq, floor - 1))).complete, false);
        left.push(changes.vanished.length);
      }
      assert.deepEqual(left, [6_500, 1_000, 500, 500, 500]);
    },
    { limits: { maxTombstones: 10 } },
  ),
);

test('a clock that jumps back does not disturb the order of UIDs and modseqs, nor UIDVALIDITY', () =>
  withAccount(async ({ ctx, clock }, scope) => {
    const { createMailbox } = await import('../../src/mailbox/create.ts');
    const a = await createMailbox(ctx, scope, ['a']);
    const first = await appendMessages(ctx, scope, 1, [bareMessage(1)]);
    clock.jump(clock.now() - 1000 * day);
    const b = await createMailbox(ctx, scope, ['b']);
    const second = await appendMessages(ctx, scope, 1, [bareMessage(2)]);
    assert.ok(b.uidValidity > a.uidValidity);
    assert.ok((second.uids[0] ?? 0) > (first.uids[0] ?? 0));
    assert.ok(second.modseq > first.modseq);
  }));

test('the checker finds what is wrong', async () => {
  const damage: readonly (readonly [code: string, sql: string])[] = [
    ['mailbox.total', 'UPDATE mailbox SET total = total + 1 WHERE account_id = $1 AND id = 1'],
    ['mailbox.unseen', 'UPDATE mailbox SET unseen = 0 WHERE account_id = $1 AND id = 1'],
    ['mailbox.deleted', 'UPDATE mailbox SET deleted = 9 WHERE account_id = $1 AND id = 1'],
    ['mailbox.bytes', 'UPDATE mailbox SET bytes = 1 WHERE account_id = $1 AND id = 1'],
    ['mailbox.uidnext', 'UPDATE mailbox SET uidnext = 2 WHERE account_id = $1 AND id = 1'],
    ['mailbox.modseq', 'UPDATE mailbox SET modseq = 1 WHERE account_id = $1 AND id = 1'],
    ['mailbox.ahead', 'UPDATE mailbox SET modseq = 99999 WHERE account_id = $1 AND id = 1'],
    ['mailbox.circle', 'UPDATE mailbox SET parent_id = id WHERE account_id = $1 AND id = 2'],
    ['mailbox.parent_missing', 'UPDATE mailbox SET parent_id = 77 WHERE account_id = $1 AND id = 2'],
    ['mailbox.inbox_missing', 'UPDATE mailbox SET role = NULL WHERE account_id = $1 AND id = 1'],
    ['mailbox.uidvalidity_twice', 'UPDATE mailbox SET uidvalidity = 1 WHERE account_id = $1'],
    ['state.used_bytes', 'UPDATE account_state SET used_bytes = 1 WHERE account_id = $1'],
    ['state.used_count', 'UPDATE account_state SET used_count = 1 WHERE account_id = $1'],
    ['state.order', 'UPDATE account_state SET floor_modseq = modseq + 1 WHERE account_id = $1'],
    ['filed.message_missing', 'DELETE FROM message WHERE account_id = $1 AND id = 1'],
    ['filed.mailbox_missing', 'DELETE FROM mailbox WHERE account_id = $1 AND id = 1'],
    ['filed.numbers', 'UPDATE filed SET modseq = 99999 WHERE account_id = $1 AND uid = 1'],
    ['filed.flags', 'UPDATE filed SET bits = 65536 WHERE account_id = $1 AND uid = 1'],
    ['filed.size', 'UPDATE filed SET size = 1 WHERE account_id = $1 AND uid = 1'],
    ['filed.keywords', "UPDATE filed SET keywords = '7' WHERE account_id = $1 AND uid = 1"],
    ['message.unfiled', 'DELETE FROM filed WHERE account_id = $1 AND uid = 1'],
    ['message.numbers', 'UPDATE message SET thread_id = 99 WHERE account_id = $1 AND id = 1'],
    ['vanished.uid_used_again', 'UPDATE vanished SET uid = 1 WHERE account_id = $1'],
    ['vanished.ahead', 'UPDATE vanished SET modseq = 99999 WHERE account_id = $1'],
    ['vanished.not_destroyed', 'UPDATE vanished SET message_id = 1 WHERE account_id = $1'],
    ['keyword.numbers', "INSERT INTO keyword (account_id, id, name, name_key) VALUES ($1, 50, 'x', 'x')"],
  ];
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path);
  let accountId = 1;
  for (const [code, sql] of damage) {
    accountId += 1;
    const scope = await makeAccount(house, accountId);
    await appendMessages(
      house.ctx,
      scope,
      1,
      [1, 2, 3].map(n => bareMessage(n)),
    );
    await storeFlags(house.ctx, scope, 1, [[3, 3]], deleted);
    await expungeMessages(house.ctx, scope, 1, null);
    assert.deepEqual(await checkAccount(house.ctx.accounts, scope, { pages: true }), []);
    const query = statement(sql);
    const changed = await house.ctx.accounts.transact(scope, tx => tx.run(query, accountId));
    assert.ok(changed > 0, code);
    const codes = (await checkAccount(house.ctx.accounts, scope)).map(finding => finding.code);
    assert.ok(codes.includes(code), `${code} not in ${codes.join(' ')}`);
    await assert.rejects(assertAccountClean(house.ctx.accounts, scope), /is not clean/);
  }
});
