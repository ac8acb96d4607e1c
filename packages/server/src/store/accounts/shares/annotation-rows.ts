import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** A value that somebody attached to a folder, or with `mailboxId` 0 to the account (RFC 5464). */
export interface AnnotationRow {
  readonly mailboxId: number;
  /** 0: shared; else the account whose private value it is. */
  readonly holderId: number;
  /** Lower case, without `/private` or `/shared`. */
  readonly entry: string;
  readonly value: Uint8Array;
}

const selectFolder = statement(
  `SELECT mailbox_id, holder_id, entry, value FROM annotation
   WHERE account_id = $1 AND mailbox_id = $2 AND holder_id IN ($3, 0) ORDER BY entry, holder_id DESC`,
);
const count = statement(
  'SELECT COUNT(*) FROM annotation WHERE account_id = $1 AND mailbox_id = $2 AND holder_id = $3',
);
const put = statement(
  `INSERT INTO annotation (account_id, mailbox_id, holder_id, entry, value) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (account_id, mailbox_id, holder_id, entry) DO UPDATE SET value = excluded.value`,
);
const remove = statement(
  'DELETE FROM annotation WHERE account_id = $1 AND mailbox_id = $2 AND holder_id = $3 AND entry = $4',
);
const removeFolder = statement('DELETE FROM annotation WHERE account_id = $1 AND mailbox_id = $2');

/** Shared values and those of one holder. */
export async function annotationRows(
  reader: Scoped,
  mailboxId: number,
  holderId: number,
): Promise<AnnotationRow[]> {
  const rows = await reader.arrays(selectFolder, reader.accountId, mailboxId, holderId);
  return rows.map(([mailbox, holder, entry, value]) => ({
    mailboxId: Number(mailbox),
    holderId: Number(holder),
    entry: String(entry),
    value: value as Uint8Array,
  }));
}

/** How many values a holder has there. */
export async function annotationCount(reader: Scoped, mailboxId: number, holderId: number): Promise<number> {
  return Number((await reader.arrays(count, reader.accountId, mailboxId, holderId))[0]?.[0] ?? 0);
}

/** Writes a value; null removes it. */
export async function putAnnotation(
  tx: AccountTransaction,
  row: Omit<AnnotationRow, 'value'> & { readonly value: Uint8Array | null },
): Promise<void> {
  const { mailboxId, holderId, entry, value } = row;
  if (value === null) await tx.run(remove, tx.accountId, mailboxId, holderId, entry);
  else await tx.run(put, tx.accountId, mailboxId, holderId, entry, value);
}

/** Removes what is attached to a folder that goes. */
export async function removeAnnotations(tx: AccountTransaction, mailboxId: number): Promise<void> {
  await tx.run(removeFolder, tx.accountId, mailboxId);
}
