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
const select = statement(
  'SELECT blob_hash, size, type, expires_at FROM upload WHERE account_id = $1 AND blob_hash = $2 AND expires_at > $3',
);
const sum = statement(
  'SELECT COALESCE(SUM(size), 0), COUNT(*) FROM upload WHERE account_id = $1 AND expires_at > $2',
);
const removeExpired = statement('DELETE FROM upload WHERE account_id = $1 AND expires_at <= $2');

export async function insertUpload(tx: AccountTransaction, row: UploadRow): Promise<void> {
  await tx.run(insert, tx.accountId, row.hash, row.size, row.type, row.expiresAt);
}

/** The upload of that hash, if it is still there at `now`. */
export async function uploadRow(reader: Scoped, hash: Uint8Array, now: number): Promise<UploadRow | null> {
  const row = (await reader.arrays(select, reader.accountId, hash, now))[0];
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
  return tx.run(removeExpired, tx.accountId, now);
}
