import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** A body that was uploaded. */
export interface UploadRow {
  readonly hash: Uint8Array;
  readonly size: number;
  /** Media type that the client named. */
  readonly type: string;
  readonly expiresAt: number;
}

const insert = statement(
  `INSERT INTO upload (account_id, blob_hash, size, type, expires_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (account_id, blob_hash) DO UPDATE SET type = excluded.type, expires_at = excluded.expires_at`,
);
const insertUploader = statement(
  'INSERT INTO upload_by (account_id, blob_hash, uploader) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
);
const select = statement(
  `SELECT u.blob_hash, u.size, u.type, u.expires_at FROM upload u
   JOIN upload_by b ON b.account_id = u.account_id AND b.blob_hash = u.blob_hash
   WHERE u.account_id = $1 AND u.blob_hash = $2 AND u.expires_at > $3 AND b.uploader = $4`,
);
const sum = statement(
  'SELECT COALESCE(SUM(size), 0), COUNT(*) FROM upload WHERE account_id = $1 AND expires_at > $2',
);
const removeExpired = statement('DELETE FROM upload WHERE account_id = $1 AND expires_at <= $2');
const removeUploaders = statement(
  `DELETE FROM upload_by WHERE account_id = $1 AND NOT EXISTS (
     SELECT 1 FROM upload u WHERE u.account_id = upload_by.account_id AND u.blob_hash = upload_by.blob_hash)`,
);

/** Writes an upload, with the account that brought it. */
export async function insertUpload(tx: AccountTransaction, row: UploadRow, uploader: number): Promise<void> {
  await tx.run(insert, tx.accountId, row.hash, row.size, row.type, row.expiresAt);
  await tx.run(insertUploader, tx.accountId, row.hash, uploader);
}

/** The upload of that hash, if `uploader` brought it and it is still there at `now`. */
export async function uploadRow(
  reader: Scoped,
  hash: Uint8Array,
  now: number,
  uploader: number,
): Promise<UploadRow | null> {
  const row = (await reader.arrays(select, reader.accountId, hash, now, uploader))[0];
  return row
    ? {
        hash: row[0] as Uint8Array,
        size: row[1] as number,
        type: String(row[2]),
        expiresAt: row[3] as number,
      }
    : null;
}

/** Octets and number of the account's uploads at `now`. */
export async function uploadUse(reader: Scoped, now: number): Promise<{ bytes: number; count: number }> {
  const row = (await reader.arrays(sum, reader.accountId, now))[0];
  return { bytes: Number(row?.[0] ?? 0), count: Number(row?.[1] ?? 0) };
}

export async function removeExpiredUploads(tx: AccountTransaction, now: number): Promise<number> {
  const removed = await tx.run(removeExpired, tx.accountId, now);
  if (removed > 0) await tx.run(removeUploaders, tx.accountId);
  return removed;
}
