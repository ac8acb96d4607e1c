import { type SqlTransaction, statement } from '../../sql/port.ts';
import { blobKey } from '../location-cache.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { decodeRecordHeader, type RecordHeader } from '../record/record-format.ts';
import { RecordBytes } from '../waiting/read-place.ts';
import { rowsPack } from '../waiting/waiting-rows.ts';
import { isSound, keepForAccounts } from './adopting.ts';
import type { StoredBlob } from './blob-pages.ts';

const lonely = statement(
  `SELECT w.blob_id AS id, w.record FROM blob_waiting w
   WHERE w.blob_id > $1 AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = w.blob_id) ORDER BY w.blob_id LIMIT $2`,
);
const rowOf = statement('SELECT id FROM blob WHERE tenant_id = $1 AND hash = $2');
const insert = statement(
  `INSERT INTO blob (id, tenant_id, hash, pack, pack_offset, length, size, created_at, dead_generation)
   VALUES ($1, $2, $3, ${rowsPack}, 0, $4, $5, $6, NULL)`,
);
const pointHere = statement(
  `UPDATE blob SET pack = ${rowsPack}, pack_offset = 0, length = $2, size = $3 WHERE id = $1`,
);
const dropRecord = statement('DELETE FROM blob_waiting WHERE blob_id = $1');
const giveRecord = statement('UPDATE blob_waiting SET blob_id = $2 WHERE blob_id = $1');

/** Records are at most 64 KB each. */
const pageRows = 50;

interface LonelyRecord {
  readonly id: number;
  readonly record: Uint8Array;
}

/** The header of a record that is sound; null for one that nobody can read. */
async function soundHeader(store: PackBlobStore, record: Uint8Array): Promise<RecordHeader | null> {
  const header = decodeRecordHeader(Buffer.from(record));
  if (!header) return null;
  const location = { pack: rowsPack, offset: 0, length: record.length, size: header.size };
  return (await isSound(store, new RecordBytes(record), { location, header })) ? header : null;
}

/** Gives a record a row: the broken one of its body, or its own again. Drops what nobody can read or misses. */
async function adopt(
  tx: SqlTransaction,
  { id, record }: LonelyRecord,
  header: RecordHeader | null,
  broken: StoredBlob | undefined,
  now: number,
): Promise<boolean> {
  const { length } = record;
  if (header && broken) {
    await tx.run(dropRecord, broken.id);
    await tx.run(giveRecord, id, broken.id);
    await tx.run(pointHere, broken.id, length, header.size);
    return true;
  }
  if (!header || (await tx.get(rowOf, header.tenantId, header.hash))) {
    await tx.run(dropRecord, id);
    return false;
  }
  await tx.run(insert, id, header.tenantId, header.hash, length, header.size, now);
  await keepForAccounts(tx, id, now);
  return true;
}

/**
 * Makes rows again for bodies that wait in `blob_waiting` and lost theirs: there is no other copy of them. `wanted` are
 * bodies whose record cannot be read, by their key; those found here are taken out. Returns how many were mended.
 */
export async function adoptWaiting(store: PackBlobStore, wanted: Map<string, StoredBlob>): Promise<number> {
  const { database, clock } = store.internals.context;
  let mended = 0;
  for (let after = -1; ; ) {
    const page = await database.all<LonelyRecord>(lonely, after, pageRows);
    for (const one of page) {
      const header = await soundHeader(store, one.record);
      const key = header && blobKey(header.tenantId, header.hash);
      const broken = key === null ? undefined : wanted.get(key);
      if (!(await database.transact(tx => adopt(tx, one, header, broken, clock.now())))) continue;
      mended += 1;
      if (key !== null) wanted.delete(key);
    }
    const last = page.at(-1);
    if (!last || page.length < pageRows) return mended;
    after = last.id;
  }
}
