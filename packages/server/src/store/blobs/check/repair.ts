import { type SqlTransaction, statement } from '../../sql/port.ts';
import { blobKey } from '../location-cache.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { type ScannedRecord, scanPack } from '../packs/pack-scan.ts';
import { packHeaderBytes } from '../record/record-format.ts';
import { isSound, keepForAccounts } from './adopting.ts';
import type { StoredBlob } from './blob-pages.ts';
import { adoptWaiting } from './waiting-repair.ts';

const addPack = statement(
  `INSERT INTO pack (id, state, owner, lease_until, length, dead_bytes, clean, generation)
   VALUES ($1, 1, NULL, 0, $2, 0, 0, 0) ON CONFLICT (id) DO NOTHING`,
);
const find = statement('SELECT id FROM blob WHERE tenant_id = $1 AND hash = $2');
const insert = statement(
  `INSERT INTO blob (tenant_id, hash, pack, pack_offset, length, size, created_at, dead_generation)
   VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT (tenant_id, hash) DO NOTHING RETURNING id`,
);
const relocate = statement(
  'UPDATE blob SET pack = $2, pack_offset = $3, length = $4, size = $5 WHERE id = $1',
);
const danglingLinks = statement(
  'DELETE FROM blob_link WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = blob_link.blob_id)',
);
const danglingLeases = statement(
  'DELETE FROM blob_lease WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = blob_lease.blob_id)',
);

async function sound(store: PackBlobStore, record: ScannedRecord): Promise<boolean> {
  const { engine } = store.internals;
  return engine.use(record.location.pack, async file => file !== null && isSound(store, file, record));
}

/** Makes the row of a record that has none, or points a broken row to it. Returns whether anything changed. */
async function adopt(
  tx: SqlTransaction,
  { location, header }: ScannedRecord,
  broken: StoredBlob | undefined,
  now: number,
): Promise<boolean> {
  const { pack, offset, length, size } = location;
  if (broken) {
    await tx.run(relocate, broken.id, pack, offset, length, size);
    return true;
  }
  const row = await tx.get<{ id: number }>(
    insert,
    header.tenantId,
    header.hash,
    pack,
    offset,
    length,
    size,
    now,
  );
  if (row) await keepForAccounts(tx, row.id, now);
  return row !== undefined;
}

/**
 * Mends rows from what the packs hold. `orphans` are packs without a row: all their bodies get rows. `broken` are rows
 * whose record cannot be read: other packs, and what waits in rows without one that says whose it is, are searched for
 * copies of them. With `rescan` every body found in any pack
 * gets a row, also one that was collected and whose pack is not yet compacted.
 */
export async function repairBlobs(
  store: PackBlobStore,
  orphans: readonly number[],
  broken: readonly StoredBlob[],
  rescan: boolean,
): Promise<number> {
  const { engine, context } = store.internals;
  const { database, clock, log } = context;
  await database.transact(async tx => {
    await tx.run(danglingLinks);
    await tx.run(danglingLeases);
  });
  for (const pack of orphans) {
    const size = (await engine.size(pack)) ?? packHeaderBytes;
    await database.transact(tx => tx.run(addPack, pack, size));
  }
  const wanted = new Map(broken.map(blob => [blobKey(blob.tenantId, blob.hash), blob]));
  let repaired = await adoptWaiting(store, wanted);
  const whole = new Set(rescan ? await engine.list() : orphans);
  const toScan = wanted.size > 0 ? await engine.list() : whole;
  for (const pack of toScan) {
    const records: ScannedRecord[] = [];
    await engine.use(pack, async file => {
      if (!file) return;
      for await (const record of scanPack(file, pack)) records.push(record);
    });
    for (const record of records) {
      const key = blobKey(record.header.tenantId, record.header.hash);
      const target = wanted.get(key);
      if (!target && !whole.has(pack)) continue;
      // The row's own record is the one that is broken; any other copy will do.
      if (target?.pack === record.location.pack && target.offset === record.location.offset) continue;
      const known = await database.get<{ id: number }>(find, record.header.tenantId, record.header.hash);
      if ((known && !target) || !(await sound(store, record))) continue;
      if (await database.transact(tx => adopt(tx, record, target, clock.now()))) repaired += 1;
      wanted.delete(key);
    }
  }
  if (repaired > 0) log.warn('blob.repaired', { count: repaired });
  return repaired;
}
