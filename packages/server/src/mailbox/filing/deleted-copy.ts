import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import type { FiledRow } from '../../store/accounts/filed-rows.ts';
import { noteReleased } from '../../store/accounts/message-rows.ts';
import { countForgotten } from '../../store/accounts/personal/deleted-days.ts';
import { expiredDeleted, keepDeleted, removeDeleted } from '../../store/accounts/personal/deleted-rows.ts';
import { Flag } from '../types.ts';

/** Messages forgotten in one go. */
const atATime = 2_000;

/**
 * Keeps what restoring needs of a message that is about to go for good (CLN-02). Drafts are left out: every save of one
 * deletes the one before.
 */
export async function keepCopy(
  tx: AccountTransaction,
  mailboxName: string,
  row: FiledRow,
  now: number,
): Promise<void> {
  if ((row.bits & Flag.Draft) !== 0) return;
  await keepDeleted(tx, {
    id: row.messageId,
    mailboxName,
    bits: row.bits & ~Flag.Deleted,
    keywords: row.keywords,
    receivedAt: row.receivedAt,
    deletedAt: now,
  });
}

/** Forgets what was deleted at or before `until`, the oldest first; returns whether there may be more. */
export async function forgetDeleted(tx: AccountTransaction, until: number, now: number): Promise<boolean> {
  const expired = await expiredDeleted(tx, until, atATime);
  for (const { id, hash } of expired) {
    await removeDeleted(tx, id);
    await noteReleased(tx, hash, now);
  }
  await countForgotten(
    tx,
    expired.map(({ deletedAt }) => deletedAt),
    now,
  );
  return expired.length === atATime;
}
