import { type SqlReader, type SqlValue, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** What a message was when it was deleted for good, beside what `message` says. */
export interface DeletedFiling {
  readonly id: number;
  readonly mailboxName: string;
  readonly bits: number;
  readonly keywords: string | null;
  readonly receivedAt: number;
  readonly deletedAt: number;
}

export interface DeletedRow extends DeletedFiling {
  readonly blobHash: Uint8Array;
  readonly blobSize: number;
  readonly prefix: Uint8Array;
  /** As `packed-envelope.ts` keeps it. */
  readonly envelope: Uint8Array;
}

const keep = statement(
  `INSERT INTO deleted_message (account_id, id, blob_hash, blob_size, prefix, envelope, mailbox_name, bits, keywords,
     received_at, deleted_at)
   SELECT account_id, id, blob_hash, blob_size, prefix, envelope, $3, $4, $5, $6, $7
   FROM message AS gone WHERE account_id = $1 AND id = $2 AND NOT EXISTS (
     SELECT 1 FROM message AS other WHERE other.account_id = $1 AND other.id <> $2
       AND substr(other.blob_hash, 1, 6) = substr(gone.blob_hash, 1, 6) AND other.blob_hash = gone.blob_hash)
   ON CONFLICT (account_id, id) DO NOTHING`,
);
const columns =
  'id, mailbox_name, bits, keywords, received_at, deleted_at, blob_hash, blob_size, prefix, envelope';
const selectSince = statement(
  `SELECT ${columns} FROM deleted_message WHERE account_id = $1 AND deleted_at > $2 ORDER BY deleted_at DESC, id DESC LIMIT $3`,
);
const selectOne = statement(
  `SELECT ${columns} FROM deleted_message WHERE account_id = $1 AND id = $2 AND deleted_at > $3`,
);
const remove = statement('DELETE FROM deleted_message WHERE account_id = $1 AND id = $2');
const selectExpired = statement(
  'SELECT id, blob_hash, deleted_at FROM deleted_message WHERE account_id = $1 AND deleted_at <= $2 ORDER BY deleted_at LIMIT $3',
);
const selectBlob = statement(
  'SELECT id FROM deleted_message WHERE account_id = $1 AND substr(blob_hash, 1, 6) = $2 AND blob_hash = $3 LIMIT 1',
);

function rowOf(v: readonly SqlValue[]): DeletedRow {
  return {
    id: Number(v[0]),
    mailboxName: String(v[1]),
    bits: Number(v[2]),
    keywords: v[3] as string | null,
    receivedAt: Number(v[4]),
    deletedAt: Number(v[5]),
    blobHash: v[6] as Uint8Array,
    blobSize: Number(v[7]),
    prefix: v[8] as Uint8Array,
    envelope: v[9] as Uint8Array,
  };
}

/**
 * Copies a message that is still there to what can be restored; not when another one has the same body: then nothing is
 * lost with it.
 */
export async function keepDeleted(tx: AccountTransaction, filing: DeletedFiling): Promise<void> {
  const { id, mailboxName, bits, keywords, receivedAt, deletedAt } = filing;
  await tx.run(keep, tx.accountId, id, mailboxName, bits, keywords, receivedAt, deletedAt);
}

/** Messages deleted after `since`, the last deleted first, at most `limit`. */
export async function deletedSince(reader: Scoped, since: number, limit: number): Promise<DeletedRow[]> {
  return (await reader.arrays(selectSince, reader.accountId, since, limit)).map(rowOf);
}

export async function deletedRow(reader: Scoped, id: number, since: number): Promise<DeletedRow | null> {
  const row = (await reader.arrays(selectOne, reader.accountId, id, since))[0];
  return row === undefined ? null : rowOf(row);
}

export async function removeDeleted(tx: AccountTransaction, id: number): Promise<void> {
  await tx.run(remove, tx.accountId, id);
}

/** Messages deleted at or before `until`, at most `limit`: their ids, bodies and when they were deleted. */
export async function expiredDeleted(
  reader: Scoped,
  until: number,
  limit: number,
): Promise<{ readonly id: number; readonly hash: Uint8Array; readonly deletedAt: number }[]> {
  const rows = await reader.arrays(selectExpired, reader.accountId, until, limit);
  return rows.map(row => ({ id: Number(row[0]), hash: row[1] as Uint8Array, deletedAt: Number(row[2]) }));
}

/** Whether a message that can be restored has this body. */
export async function deletedUsesBlob(reader: Scoped, hash: Uint8Array): Promise<boolean> {
  const rows = await reader.arrays(selectBlob, reader.accountId, hash.subarray(0, 6), hash);
  return rows.length > 0;
}
