import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

/** Ids of batches begin so. Beside them stands no UID but a mark of whoever copies. */
export const batchPrefix = 'copy ';

/** Where a delivery went. */
export interface AppliedDelivery {
  readonly mailboxId: number;
  readonly uid: number;
}

const select = statement(
  'SELECT mailbox_id, uid FROM applied_delivery WHERE account_id = $1 AND delivery_id = $2',
);
const insert = statement(
  'INSERT INTO applied_delivery (account_id, delivery_id, mailbox_id, uid, at) VALUES ($1, $2, $3, $4, $5)',
  { together: true },
);
const removeOld = statement('DELETE FROM applied_delivery WHERE account_id = $1 AND at < $2');

/** The delivery of that id, if it was applied before. */
export async function appliedDelivery(
  reader: SqlReader & { readonly accountId: number },
  deliveryId: string,
): Promise<AppliedDelivery | null> {
  const row = (await reader.arrays(select, reader.accountId, deliveryId))[0];
  return row ? { mailboxId: row[0] as number, uid: row[1] as number } : null;
}

/** Notes a delivery; its key refuses a second one. */
export async function insertDelivery(
  tx: AccountTransaction,
  deliveryId: string,
  to: AppliedDelivery,
  now: number,
): Promise<void> {
  await tx.run(insert, tx.accountId, deliveryId, to.mailboxId, to.uid, now);
}

/** Forgets deliveries from before `before`. */
export async function removeOldDeliveries(tx: AccountTransaction, before: number): Promise<number> {
  return tx.run(removeOld, tx.accountId, before);
}
