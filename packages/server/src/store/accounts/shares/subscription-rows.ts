import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** Whether one person is subscribed to a folder of an account that is not theirs. */
export interface SubscriptionRow {
  readonly mailboxId: number;
  readonly subscribed: boolean;
  /** When that was said last. */
  readonly modseq: number;
}

const selectHolder = statement(
  'SELECT mailbox_id, subscribed, modseq FROM folder_subscription WHERE account_id = $1 AND holder_id = $2',
);
const put = statement(
  `INSERT INTO folder_subscription (account_id, holder_id, mailbox_id, subscribed, modseq) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (account_id, holder_id, mailbox_id) DO UPDATE SET subscribed = excluded.subscribed, modseq = excluded.modseq`,
);
const removeFolder = statement('DELETE FROM folder_subscription WHERE account_id = $1 AND mailbox_id = $2');
const removeHolder = statement('DELETE FROM folder_subscription WHERE account_id = $1 AND holder_id = $2');

/** What one person has said of the folders of the account. */
export async function subscriptionRows(reader: Scoped, holderId: number): Promise<SubscriptionRow[]> {
  const rows = await reader.arrays(selectHolder, reader.accountId, holderId);
  return rows.map(([mailboxId, subscribed, modseq]) => ({
    mailboxId: Number(mailboxId),
    subscribed: subscribed === 1,
    modseq: Number(modseq),
  }));
}

/** Writes what one person says of a folder. No type of object moves by it for anybody else. */
export async function putSubscription(
  tx: AccountTransaction,
  holderId: number,
  mailboxId: number,
  subscribed: boolean,
): Promise<void> {
  await tx.run(put, tx.accountId, holderId, mailboxId, subscribed ? 1 : 0, tx.takeModseq());
}

/** Forgets what everybody said of a folder that goes. */
export async function removeFolderSubscriptions(tx: AccountTransaction, mailboxId: number): Promise<void> {
  await tx.run(removeFolder, tx.accountId, mailboxId);
}

/** Forgets what somebody who is gone said. */
export async function removeSubscriptionsOf(tx: AccountTransaction, holderId: number): Promise<void> {
  await tx.run(removeHolder, tx.accountId, holderId);
}
