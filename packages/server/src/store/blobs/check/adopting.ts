import { isMailError } from '../../../platform/errors.ts';
import { tenantErased } from '../../../platform/secrets/tenant-keys.ts';
import { type SqlTransaction, statement } from '../../sql/port.ts';
import type { BlobRowId } from '../blob-rows.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import type { PackReader } from '../packs/pack-engine.ts';
import type { ScannedRecord } from '../packs/pack-scan.ts';
import { DamagedRecord, openRecord, verifyRecord } from '../record/record-reader.ts';

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

/** Whether a record that was found is a body that can be read: whole, of its identity, and of nobody who was erased. */
export async function isSound(
  store: PackBlobStore,
  file: PackReader,
  { location, header }: ScannedRecord,
): Promise<boolean> {
  const { tenantId, hash } = header;
  try {
    const keys = await store.internals.context.keys.get(tenantId);
    await verifyRecord(file, location, await openRecord(file, location, tenantId, hash), keys);
    return true;
  } catch (error) {
    if (error instanceof DamagedRecord) return false;
    if (isMailError(error, 'store.unavailable') && error.fields['reason'] === tenantErased) return false;
    throw error;
  }
}
