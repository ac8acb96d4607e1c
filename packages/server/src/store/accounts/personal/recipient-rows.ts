import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** An address that the member wrote to. */
export interface RecipientRow {
  readonly email: string;
  readonly name: string;
  readonly uses: number;
  readonly used_at: number;
}

const select = statement(
  'SELECT email, name, uses, used_at FROM recent_recipient WHERE account_id = $1 ORDER BY used_at DESC, address_key',
);
const put = statement(
  `INSERT INTO recent_recipient (account_id, address_key, email, name, uses, used_at) VALUES ($1, $2, $3, $4, 1, $5)
   ON CONFLICT (account_id, address_key) DO UPDATE SET email = excluded.email,
     name = CASE WHEN excluded.name = '' THEN recent_recipient.name ELSE excluded.name END,
     uses = recent_recipient.uses + 1, used_at = excluded.used_at`,
);
const remove = statement('DELETE FROM recent_recipient WHERE account_id = $1 AND address_key = $2');
const selectSurplus = statement(
  'SELECT used_at FROM recent_recipient WHERE account_id = $1 ORDER BY used_at DESC LIMIT 1 OFFSET $2',
);
const prune = statement('DELETE FROM recent_recipient WHERE account_id = $1 AND used_at <= $2');

/** Those written to last come first. */
export async function recipientRows(reader: Scoped): Promise<RecipientRow[]> {
  return reader.all<RecipientRow>(select, reader.accountId);
}

export async function putRecipient(
  tx: AccountTransaction,
  email: string,
  name: string,
  now: number,
): Promise<void> {
  await tx.run(put, tx.accountId, email.toLowerCase(), email, name, now);
}

export async function removeRecipient(tx: AccountTransaction, email: string): Promise<number> {
  return tx.run(remove, tx.accountId, email.toLowerCase());
}

/** Forgets all but the newest `keep`, about. */
export async function pruneRecipients(tx: AccountTransaction, keep: number): Promise<void> {
  const row = (await tx.arrays(selectSurplus, tx.accountId, keep))[0];
  if (row !== undefined) await tx.run(prune, tx.accountId, Number(row[0]));
}
