import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, statement } from '../../sql/port.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import type { PackReader } from '../packs/pack-engine.ts';
import type { BlobLocation } from '../record/record-format.ts';
import { DamagedRecord, openRecord, verifyRecord } from '../record/record-reader.ts';
import { usePlace } from '../waiting/read-place.ts';

/** A body's row, with whose it is. */
export interface StoredBlob extends BlobLocation {
  readonly id: number;
  readonly tenantId: TenantId;
  readonly hash: Uint8Array;
  readonly dead: number | null;
}

/** A place in the order in which bodies lie. */
export interface BlobPlace {
  readonly pack: number;
  readonly offset: number;
  readonly id: number;
}

/** Before all bodies. */
export const firstPlace: BlobPlace = { pack: -1, offset: -1, id: -1 };

const columns = `id, tenant_id AS "tenantId", hash, pack, pack_offset AS "offset", length, size,
  dead_generation AS dead`;
const page = statement(
  `SELECT ${columns} FROM blob WHERE (pack, pack_offset, id) > ($1, $2, $3) ORDER BY pack, pack_offset, id LIMIT $4`,
);
const byId = statement(`SELECT ${columns} FROM blob WHERE id = $1`);

/** Bodies in the order in which they lie on disk, after a place. */
export async function blobsAfter(reader: SqlReader, place: BlobPlace, limit: number): Promise<StoredBlob[]> {
  return reader.all<StoredBlob>(page, place.pack, place.offset, place.id, limit);
}

/**
 * Reads a body's record and checks it: null when it is sound, else what is wrong. `deep` also decrypts it and computes
 * its identity again. A body that is moved or collected meanwhile is looked up again.
 */
export async function checkBlob(
  store: PackBlobStore,
  blob: StoredBlob,
  deep: boolean,
): Promise<string | null> {
  const { engine, context } = store.internals;
  let at = blob;
  for (;;) {
    const here = at;
    try {
      const check = async (file: PackReader | null): Promise<void> => {
        if (!file) throw new DamagedRecord('the pack is missing');
        const record = await openRecord(file, here, here.tenantId, here.hash);
        await verifyRecord(file, here, record, deep ? await context.keys.get(here.tenantId) : null);
      };
      await usePlace(engine, context.database, here, check, 'sequential');
      return null;
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error;
      const now = await context.database.get<StoredBlob>(byId, blob.id);
      if (!now || now.tenantId !== blob.tenantId) return null;
      if (now.pack === here.pack && now.offset === here.offset) return error.message;
      at = now;
    }
  }
}
