import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

const selectOrders = statement(
  'SELECT id, sort_order FROM mailbox WHERE account_id = $1 AND sort_order IS NOT NULL',
);
const updateOrder = statement(
  'UPDATE mailbox SET sort_order = $3, modseq = $4, props_modseq = $4 WHERE account_id = $1 AND id = $2',
);
const updateRole = statement(
  'UPDATE mailbox SET role = $3, modseq = $4, props_modseq = $4 WHERE account_id = $1 AND id = $2',
);
const selectVanished = statement(
  'SELECT mailbox_id FROM vanished_mailbox WHERE account_id = $1 AND modseq > $2 AND modseq <= $3 ORDER BY modseq',
);

/** Sort orders that were set, by mailbox. */
export async function sortOrders(reader: Scoped): Promise<Map<number, number>> {
  const rows = await reader.arrays(selectOrders, reader.accountId);
  return new Map(rows.map(row => [row[0] as number, row[1] as number]));
}

export async function setSortOrder(tx: AccountTransaction, id: number, order: number): Promise<void> {
  await tx.run(updateOrder, tx.accountId, id, order, tx.takeModseq('mailbox'));
}

/** The unique key refuses a role that another mailbox has. */
export async function setRole(tx: AccountTransaction, id: number, role: string | null): Promise<void> {
  await tx.run(updateRole, tx.accountId, id, role, tx.takeModseq('mailbox'));
}

/** Mailboxes that were removed after `since` and not after `until`. */
export async function vanishedMailboxes(reader: Scoped, since: number, until: number): Promise<number[]> {
  const rows = await reader.arrays(selectVanished, reader.accountId, since, until);
  return rows.map(row => row[0] as number);
}
