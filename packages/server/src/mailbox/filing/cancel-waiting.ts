import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { cancelHeld } from '../../store/accounts/emails/submission-rows.ts';
import type { FiledRow } from '../../store/accounts/filed-rows.ts';
import { removeSnoozedRow, snoozedRow } from '../../store/accounts/push/snoozed-rows.ts';

/**
 * Cancels the sending of mail that waits for its time in the folder with the role `scheduled` and is taken out of it, by
 * whatever client (CMP-06): what somebody has deleted or put away before its time does not leave. To be called before the
 * filings go; `role` is that of their folder.
 */
export async function cancelWaiting(
  tx: AccountTransaction,
  mailboxId: number,
  role: string | null | undefined,
  rows: readonly Pick<FiledRow, 'messageId' | 'uid'>[],
  now: number,
): Promise<void> {
  if (role !== 'scheduled') return;
  for (const { messageId, uid } of rows) {
    const waiting = await snoozedRow(tx, messageId);
    if (waiting?.mailboxId !== mailboxId || waiting.uid !== uid) continue;
    await cancelHeld(tx, messageId, now);
    await removeSnoozedRow(tx, messageId);
  }
}
