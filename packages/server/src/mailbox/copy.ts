import type { Scope } from '../access/scope.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import { type FiledRow, filedRows, insertFiled, vanishFiled } from '../store/accounts/filed-rows.ts';
import { countMailbox, type MailboxRow, mailboxRow } from '../store/accounts/mailbox-rows.ts';
import { copyMessage, threadOf } from '../store/accounts/message-rows.ts';
import { announce, type MailboxContext } from './context.ts';
import { cancelWaiting } from './filing/cancel-waiting.ts';
import { requireUids } from './filing/file-message.ts';
import { pruneIfDue } from './filing/prune.ts';
import { Tally } from './filing/tally.ts';
import { slicesOf } from './filing/uid-ranges.ts';
import { useQuota } from './quota.ts';
import { type FolderRight, requireFolder, requireReach, settable } from './sharing/rights.ts';
import type { MailboxId, UidRanges } from './types.ts';

/** What COPYUID tells (RFC 9051 §7.1): the UID `from[i]` became `to[i]`. Both ascending; empty when nothing was there. */
export interface Copied {
  readonly uidValidity: number;
  readonly from: number[];
  readonly to: number[];
}

async function mailboxes(
  tx: AccountTransaction,
  scope: Scope,
  fromId: MailboxId,
  toId: MailboxId,
  needed: readonly FolderRight[],
): Promise<MailboxRow> {
  await requireFolder(tx, scope, fromId, ...needed);
  return requireFolder(tx, scope, toId, 'i');
}

/** Gives each message of the set to `each` with its UID in the target. Yields between slices: the account waits, others do not. */
async function forEachMessage(
  tx: AccountTransaction,
  fromId: MailboxId,
  uids: UidRanges,
  target: MailboxRow,
  each: (row: FiledRow, uid: number) => Promise<void>,
): Promise<Copied> {
  const from: number[] = [];
  const to: number[] = [];
  const slices = slicesOf(
    uids,
    (piece, limit) => filedRows(tx, fromId, piece, limit),
    row => row.uid,
  );
  for await (const rows of slices) {
    requireUids(target, to.length + rows.length);
    for (const row of rows) {
      // A message that was copied into its own mailbox a moment ago is not part of the set.
      if (fromId === target.id && row.uid >= target.uidNext) continue;
      const uid = target.uidNext + to.length;
      await each(row, uid);
      from.push(row.uid);
      to.push(uid);
    }
  }
  return { uidValidity: target.uidValidity, from, to };
}

/**
 * Copies messages to another mailbox of the account, all or none (RFC 9051 §6.4.7). Copies are messages of their own on the
 * same body, with the same flags and date. Throws `mailbox.not_found`, `quota.exceeded`.
 */
export async function copyMessages(
  ctx: MailboxContext,
  scope: Scope,
  fromId: MailboxId,
  uids: UidRanges,
  toId: MailboxId,
): Promise<Copied> {
  requireReach(scope, 'write');
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  return ctx.accounts.transact(scope, async tx => {
    const target = await mailboxes(tx, scope, fromId, toId, ['r']);
    const allowed = await settable(tx, scope, target);
    const now = ctx.clock.now();
    const tally = new Tally();
    const copied = await forEachMessage(tx, fromId, uids, target, async (row, uid) => {
      const modseq = tx.takeModseq('mail', 'mailbox', 'thread');
      const messageId = tx.takeMessageId();
      await copyMessage(tx, row.messageId, messageId);
      const bits = row.bits & allowed.bits;
      const keywords = allowed.keywords ? row.keywords : null;
      const filed = { ...row, uid, messageId, bits, keywords, modseq, createdModseq: modseq, savedAt: now };
      await insertFiled(tx, toId, filed);
      useQuota(tx, quota, row.size, 1);
      tally.count(bits, row.size, 1);
    });
    if (copied.to.length > 0) {
      await countMailbox(tx, toId, tally, copied.to.length);
      announce(ctx, tx);
    }
    return copied;
  });
}

/**
 * Moves messages to another mailbox of the account, all or none (RFC 6851 §3.3): never in both, never in none. They stay the
 * same messages. Throws `mailbox.not_found`.
 */
export async function moveMessages(
  ctx: MailboxContext,
  scope: Scope,
  fromId: MailboxId,
  uids: UidRanges,
  toId: MailboxId,
): Promise<Copied> {
  requireReach(scope, 'write');
  return ctx.accounts.transact(scope, async tx => {
    const moved = await moveIn(ctx, tx, scope, fromId, uids, toId);
    if (moved.to.length > 0) {
      await pruneIfDue(ctx, tx);
      announce(ctx, tx);
    }
    return moved;
  });
}

/** `moveMessages` inside a transaction. */
export async function moveIn(
  ctx: MailboxContext,
  tx: AccountTransaction,
  scope: Scope,
  fromId: MailboxId,
  uids: UidRanges,
  toId: MailboxId,
): Promise<Copied> {
  const target = await mailboxes(tx, scope, fromId, toId, ['r', 't', 'e']);
  const allowed = await settable(tx, scope, target);
  const now = ctx.clock.now();
  const role = (await mailboxRow(tx, fromId))?.role;
  const coming = new Tally();
  const going = new Tally();
  const moved = await forEachMessage(tx, fromId, uids, target, async (row, uid) => {
    await cancelWaiting(tx, fromId, role, [row], now);
    const modseq = tx.takeModseq('mail', 'mailbox');
    await vanishFiled(tx, fromId, row, await threadOf(tx, row.messageId), false, now);
    const bits = row.bits & allowed.bits;
    const keywords = allowed.keywords ? row.keywords : null;
    await insertFiled(tx, toId, { ...row, uid, bits, keywords, modseq, createdModseq: modseq, savedAt: now });
    going.count(row.bits, row.size, -1);
    coming.count(bits, row.size, 1);
  });
  if (moved.to.length > 0) {
    await countMailbox(tx, fromId, going, 0);
    await countMailbox(tx, toId, coming, moved.to.length);
  }
  return moved;
}
