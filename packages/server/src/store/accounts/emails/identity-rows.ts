import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

export interface IdentityRow {
  readonly id: number;
  readonly address: string;
  readonly name: string;
  /** JSON of EmailAddress[], or null. */
  readonly reply_to: string | null;
  readonly bcc: string | null;
  readonly text_signature: string;
  readonly html_signature: string;
}

const columns = 'id, address, name, reply_to, bcc, text_signature, html_signature';
const select = statement(`SELECT ${columns} FROM identity WHERE account_id = $1 ORDER BY id`);
const put = statement(
  `INSERT INTO identity (account_id, ${columns}, modseq, created_modseq)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
   ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name, reply_to = excluded.reply_to, bcc = excluded.bcc,
     text_signature = excluded.text_signature, html_signature = excluded.html_signature, modseq = excluded.modseq`,
);
const remove = statement('DELETE FROM identity WHERE account_id = $1 AND id = $2');

export async function identityRows(reader: Scoped): Promise<IdentityRow[]> {
  return reader.all<IdentityRow>(select, reader.accountId);
}

/** Inserts or changes one, at the transaction's modseq. */
export async function putIdentity(tx: AccountTransaction, row: IdentityRow): Promise<void> {
  const { id, address, name, reply_to, bcc, text_signature, html_signature } = row;
  const modseq = tx.takeModseq();
  await tx.run(put, tx.accountId, id, address, name, reply_to, bcc, text_signature, html_signature, modseq);
}

export async function removeIdentity(tx: AccountTransaction, id: number): Promise<void> {
  await tx.run(remove, tx.accountId, id);
}
