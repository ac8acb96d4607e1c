import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { copyMessages, moveMessages } from '../../src/mailbox/copy.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { fetchEntries, fetchRows } from '../../src/mailbox/rows.ts';
import { Flag, type MessageRow, type UidRanges } from '../../src/mailbox/types.ts';
import { openView } from '../../src/mailbox/view.ts';
import { expireDeleted } from '../../src/personal/deleted/deleted-emails.ts';
import { type ErrorCode, isMailError, MailError } from '../../src/platform/errors.ts';
import { stillUses } from '../../src/store/accounts/bodies-in-use.ts';
import { bareMessage, withAccount } from '../store-fixture/mailbox-fixture.ts';

const is =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isMailError(error, code);

const all: UidRanges = [[1, 0xffff_ffff]];

async function rowsOf(ctx: MailboxContext, scope: Scope, id: number, uids = all): Promise<MessageRow[]> {
  const rows: MessageRow[] = [];
  const columns = { envelope: true, bodyStructure: true, parts: true, preview: true };
  for await (const slice of fetchRows(ctx, scope, id, uids, columns)) rows.push(...slice);
  return rows;
}

const flags = (bits: number, ...keywords: string[]): { bits: number; keywords: string[] } => ({
  bits,
  keywords,
});

test('flags are set, added and removed; counters follow; only what changes moves on (RFC 9051 §6.4.6)', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [
      bareMessage(1),
      bareMessage(2),
      bareMessage(3, { bits: Flag.Seen }),
    ]);
    const before = await openView(ctx, scope, 1);
    const added = await storeFlags(ctx, scope, 1, [[1, 3]], { mode: 'add', flags: flags(Flag.Seen) });
    assert.deepEqual(
      [added.changed.map(entry => entry.uid), added.unchanged.map(entry => entry.uid), added.conflicts],
      [[1, 2], [3], []],
    );
    assert.equal(added.modseq, before.modseq + 1);
    assert.ok(added.changed.every(entry => entry.modseq === added.modseq && entry.flags.bits === Flag.Seen));
    const again = await storeFlags(ctx, scope, 1, all, { mode: 'add', flags: flags(Flag.Seen) });
    assert.deepEqual(
      [again.changed.length, again.modseq],
      [0, added.modseq],
      'nothing changed, nothing moves',
    );
    await storeFlags(ctx, scope, 1, [[2, 2]], { mode: 'set', flags: flags(Flag.Deleted, 'Work') });
    await storeFlags(ctx, scope, 1, [[1, 1]], { mode: 'remove', flags: flags(Flag.Seen, 'unknown') });
    const mailbox = await getMailbox(ctx, scope, ['INBOX']);
    assert.deepEqual([mailbox?.unseen, mailbox?.deleted], [2, 1]);
    const entries = await fetchEntries(ctx, scope, 1, all);
    assert.deepEqual(
      entries.map(entry => [entry.uid, entry.flags.bits, entry.flags.keywords]),
      [
        [1, 0, []],
        [2, Flag.Deleted, ['Work']],
        [3, Flag.Seen, []],
      ],
    );
    await assert.rejects(
      storeFlags(ctx, scope, 77, all, { mode: 'add', flags: flags(1) }),
      is('mailbox.not_found'),
    );
  }));

test('UNCHANGEDSINCE leaves later changes alone and names them (RFC 7162 §3.1.3)', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [bareMessage(1), bareMessage(2), bareMessage(3)]);
    const { modseq } = await openView(ctx, scope, 1);
    await storeFlags(ctx, scope, 1, [[2, 2]], { mode: 'add', flags: flags(Flag.Flagged) });
    const result = await storeFlags(ctx, scope, 1, all, {
      mode: 'add',
      flags: flags(Flag.Seen),
      unchangedSince: modseq,
    });
    assert.deepEqual([result.changed.map(entry => entry.uid), result.conflicts], [[1, 3], [2]]);
    const never = await storeFlags(ctx, scope, 1, all, { mode: 'set', flags: flags(0), unchangedSince: 0 });
    assert.deepEqual([never.changed, never.conflicts], [[], [1, 2, 3]]);
  }));

test('keywords keep their first spelling, are one whatever the case, and those with a bit use it (RFC 5788)', () =>
  withAccount(
    async ({ ctx }, scope) => {
      await appendMessages(ctx, scope, 1, [bareMessage(1, { keywords: ['Work', '$forwarded', 'WORK'] })]);
      await storeFlags(ctx, scope, 1, all, { mode: 'add', flags: flags(0, 'work', '$Junk', 'next') });
      const [entry] = await fetchEntries(ctx, scope, 1, all);
      assert.deepEqual(entry?.flags, { bits: Flag.Forwarded | Flag.Junk, keywords: ['Work', 'next'] });
      assert.deepEqual((await openView(ctx, scope, 1)).keywords, ['Work', 'next']);
      await storeFlags(ctx, scope, 1, all, { mode: 'remove', flags: flags(0, 'WORK', '$JUNK') });
      assert.deepEqual((await fetchEntries(ctx, scope, 1, all))[0]?.flags, {
        bits: Flag.Forwarded,
        keywords: ['next'],
      });
      for (const bad of ['', 'a b', 'a(b', '鸿雁', 'x'.repeat(101), '\\Recent', 'a"']) {
        const change = { mode: 'add', flags: flags(0, bad) } as const;
        await assert.rejects(
          storeFlags(ctx, scope, 1, all, change),
          is('input.invalid'),
          JSON.stringify(bad),
        );
      }
      await storeFlags(ctx, scope, 1, all, { mode: 'add', flags: flags(0, 'third') });
      const fourth = { mode: 'add', flags: flags(0, 'fourth') } as const;
      await assert.rejects(storeFlags(ctx, scope, 1, all, fourth), is('limit.exceeded'));
      await assert.rejects(openView(ctx, scope, 99), is('mailbox.not_found'));
    },
    { limits: { maxKeywords: 3 } },
  ));

test('copies are messages of their own with one EMAILID and one body (RFC 9051 §6.4.7, RFC 8474 §5.1)', () =>
  withAccount(async ({ ctx }, scope) => {
    const source = bareMessage(1, { bits: Flag.Flagged, keywords: ['k'], receivedAt: 5_000 });
    await appendMessages(ctx, scope, 1, [source, bareMessage(2)]);
    const copied = await copyMessages(ctx, scope, 1, [[1, 9]], 2);
    assert.deepEqual(
      [copied.from, copied.to],
      [
        [1, 2],
        [1, 2],
      ],
    );
    assert.equal(copied.uidValidity, (await getMailbox(ctx, scope, ['已发送']))?.uidValidity);
    const [original] = await rowsOf(ctx, scope, 1);
    const [copy] = await rowsOf(ctx, scope, 2);
    assert.ok(original && copy);
    assert.notEqual(copy.messageId, original.messageId);
    assert.deepEqual(
      [copy.emailId, copy.threadId, copy.receivedAt],
      [original.emailId, original.threadId, 5_000],
    );
    assert.deepEqual(copy.flags, original.flags);
    await storeFlags(ctx, scope, 2, all, { mode: 'set', flags: flags(Flag.Deleted) });
    assert.deepEqual((await fetchEntries(ctx, scope, 1, [[1, 1]]))[0]?.flags, original.flags);
    // The body stays until the last of them is gone.
    await expungeMessages(ctx, scope, 2, null);
    assert.equal(await stillUses(ctx.accounts, scope, source.blob.hash), true);
    await storeFlags(ctx, scope, 1, all, { mode: 'add', flags: flags(Flag.Deleted) });
    await expungeMessages(ctx, scope, 1, null);
    assert.equal(await stillUses(ctx.accounts, scope, source.blob.hash), true, 'it can be restored (CLN-02)');
    await expireDeleted({ ...ctx, limits: { ...ctx.limits, deletedKeepMs: 0 } }, scope);
    assert.equal(await stillUses(ctx.accounts, scope, source.blob.hash), false);
  }));

test('the blob store is told of a body when the last message with it is gone, and once', () =>
  withAccount(async (house, scope) => {
    const released: string[] = [];
    let failing = true;
    const blobs = {
      ...house.ctx.blobs,
      release: async (_tenant: number, account: number, hashes: readonly Uint8Array[]) => {
        if (failing) throw new MailError('store.busy');
        for (const hash of hashes) released.push(`${account}:${Buffer.from(hash).readUInt32BE()}`);
      },
    };
    const ctx = { ...house.ctx, blobs, limits: { ...house.ctx.limits, deletedKeepMs: 0 } };
    const bits = Flag.Deleted;
    await appendMessages(ctx, scope, 1, [bareMessage(1, { bits }), bareMessage(2, { bits }), bareMessage(3)]);
    await copyMessages(ctx, scope, 1, [[1, 1]], 2);
    await expungeMessages(ctx, scope, 1, null);
    await expireDeleted(ctx, scope);
    assert.equal(released.length, 0, 'a failure is for the next time');
    failing = false;
    await storeFlags(ctx, scope, 1, all, { mode: 'add', flags: flags(bits) });
    await expungeMessages(ctx, scope, 1, null);
    await expireDeleted(ctx, scope);
    assert.deepEqual(
      released.toSorted((a, b) => a.localeCompare(b)),
      ['7:2', '7:3'],
      'the copy in another mailbox has the first',
    );
    await expungeMessages(ctx, scope, 2, null);
    await expireDeleted(ctx, scope);
    assert.deepEqual(released.slice(2), ['7:1']);
  }));

test('copying and moving into the same mailbox, nothing, and nowhere', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [bareMessage(1), bareMessage(2)]);
    assert.deepEqual((await copyMessages(ctx, scope, 1, all, 1)).to, [3, 4]);
    assert.deepEqual((await moveMessages(ctx, scope, 1, [[1, 2]], 1)).to, [5, 6]);
    assert.deepEqual([...(await openView(ctx, scope, 1)).uids], [3, 4, 5, 6]);
    assert.deepEqual((await copyMessages(ctx, scope, 1, [[100, 200]], 2)).to, []);
    await assert.rejects(copyMessages(ctx, scope, 1, all, 99), is('mailbox.not_found'));
    await assert.rejects(moveMessages(ctx, scope, 99, all, 1), is('mailbox.not_found'));
  }));

test('copying everything into its own mailbox ends, and takes each message once', () =>
  withAccount(async ({ ctx }, scope) => {
    const messages = Array.from({ length: 1_100 }, (_, n) => bareMessage(n));
    await appendMessages(ctx, scope, 1, messages);
    const copied = await copyMessages(ctx, scope, 1, all, 1);
    assert.deepEqual([copied.from.length, copied.from.at(-1), copied.to.at(-1)], [1_100, 1_100, 2_200]);
    const moved = await moveMessages(ctx, scope, 1, all, 1);
    assert.deepEqual([moved.from.length, moved.to.at(-1)], [2_200, 4_400]);
  }));

test('a moved message is the same message elsewhere (RFC 6851, RFC 8474 §5.1)', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [
      bareMessage(1, { bits: Flag.Seen }),
      bareMessage(2),
      bareMessage(3),
    ]);
    const before = await rowsOf(ctx, scope, 1);
    const moved = await moveMessages(
      ctx,
      scope,
      1,
      [
        [1, 1],
        [3, 3],
      ],
      4,
    );
    assert.deepEqual(
      [moved.from, moved.to],
      [
        [1, 3],
        [1, 2],
      ],
    );
    const after = await rowsOf(ctx, scope, 4);
    assert.deepEqual(
      after.map(row => [row.messageId, row.emailId, row.flags.bits]),
      [
        [before[0]?.messageId, before[0]?.emailId, Flag.Seen],
        [before[2]?.messageId, before[2]?.emailId, 0],
      ],
    );
    assert.deepEqual([...(await openView(ctx, scope, 1)).uids], [2]);
    const trash = await getMailbox(ctx, scope, ['已删除']);
    assert.deepEqual([trash?.total, trash?.unseen], [2, 1]);
  }));

test('expunge takes what has \\Deleted, all of it or within a set (RFC 9051 §6.4.3, §6.4.9)', () =>
  withAccount(async ({ ctx }, scope) => {
    const messages = [1, 2, 3, 4, 5, 6].map(n => bareMessage(n, { bits: n === 4 ? 0 : Flag.Deleted }));
    await appendMessages(ctx, scope, 1, messages);
    const some = await expungeMessages(ctx, scope, 1, [
      [2, 2],
      [4, 5],
      [90, 99],
    ]);
    assert.deepEqual(some.vanished, [2, 5]);
    assert.deepEqual((await expungeMessages(ctx, scope, 1, null)).vanished, [1, 3, 6]);
    const nothing = await expungeMessages(ctx, scope, 1, null);
    assert.deepEqual(nothing.vanished, []);
    assert.equal(nothing.modseq, (await openView(ctx, scope, 1)).modseq);
    assert.deepEqual([...(await openView(ctx, scope, 1)).uids], [4]);
    assert.deepEqual(
      (await appendMessages(ctx, scope, 1, [bareMessage(7)])).uids,
      [7],
      'UIDs are never used again',
    );
    await assert.rejects(expungeMessages(ctx, scope, 99, null), is('mailbox.not_found'));
  }));
