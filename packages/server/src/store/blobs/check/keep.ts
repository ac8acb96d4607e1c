import { type SqlTransaction, statement } from '../../sql/port.ts';
import type { BlobRowId } from '../blob-rows.ts';

/** How long a body without users is kept after its row was made again, ms. */
const graceMs = 30 * 24 * 60 * 60 * 1000;

const keep = statement(
  `INSERT INTO blob_lease (blob_id, holder, until) VALUES ($1, 'repair', $2)
   ON CONFLICT (blob_id, holder) DO UPDATE SET until = excluded.until`,
);

/** Keeps a body whose row was made again for as long as the accounts need to link it. */
export async function keepForAccounts(tx: SqlTransaction, row: BlobRowId, now: number): Promise<void> {
  await tx.run(keep, row, now + graceMs);
}
