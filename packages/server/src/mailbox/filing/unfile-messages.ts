import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { type FiledRow, filingCount, vanishFiled } from '../../store/accounts/filed-rows.ts';
import { countMailbox, mailboxRow } from '../../store/accounts/mailbox-rows.ts';
import { destroyMessage, threadOf } from '../../store/accounts/message-rows.ts';
import { cancelWaiting } from './cancel-waiting.ts';
import { keepCopy } from './deleted-copy.ts';
import { Tally } from './tally.ts';

/**
 * Takes filings away for good: tombstones, counters, quota, and messages that are filed nowhere else. Unless `keep` is false
 * those can be restored for a while (CLN-02).
 */
export async function unfileMessages(
  tx: AccountTransaction,
  mailboxId: number,
  rows: readonly FiledRow[],
  now: number,
  keep: boolean = true,
): Promise<void> {
  if (rows.length === 0) return;
  const mailbox = await mailboxRow(tx, mailboxId);
  await cancelWaiting(tx, mailboxId, mailbox?.role, rows, now);
  const name = mailbox?.name ?? '';
  const tally = new Tally();
  tx.takeModseq('mail', 'mailbox', 'thread');
  for (const row of rows) {
    const threadId = await threadOf(tx, row.messageId);
    const last = (await filingCount(tx, row.messageId)) === 1;
    if (last && keep) await keepCopy(tx, name, row, now);
    await vanishFiled(tx, mailboxId, row, threadId, last, now);
    if (last) await destroyMessage(tx, row.messageId, now);
    tally.count(row.bits, row.size, -1);
  }
  await countMailbox(tx, mailboxId, tally, 0);
  tx.use(tally.bytes, tally.total);
}
