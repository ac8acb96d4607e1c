import type { TenantId } from '../../../platform/ids.ts';
import type { BlobHash } from '../../blob-store.ts';
import { type SqlDatabase, type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { BlobRow, BlobRowId } from '../blob-rows.ts';

/** Stands in place of a pack's id in the row of a body whose record is itself in a row. */
export const rowsPack = 0;

const columns = 'id, pack, pack_offset AS "offset", length, size';
const insert = statement(
  `INSERT INTO blob (tenant_id, hash, pack, pack_offset, length, size, created_at, dead_generation)
   VALUES ($1, $2, ${rowsPack}, 0, $3, $4, $5, NULL)
   ON CONFLICT (tenant_id, hash) DO UPDATE SET dead_generation = NULL RETURNING ${columns}`,
);
const put = statement(
  'INSERT INTO blob_waiting (blob_id, record) VALUES ($1, $2) ON CONFLICT (blob_id) DO NOTHING',
);
const read = statement(
  `SELECT w.record FROM blob b JOIN blob_waiting w ON w.blob_id = b.id WHERE b.tenant_id = $1 AND b.hash = $2`,
);
const remove = statement('DELETE FROM blob_waiting WHERE blob_id = $1');
const status = statement(
  `SELECT COUNT(*) AS count, CAST(COALESCE(SUM(length), 0) AS BIGINT) AS bytes, MIN(created_at) AS oldest
   FROM blob WHERE pack = ${rowsPack}`,
);
const page = statement(
  `SELECT b.id, b.tenant_id AS "tenantId", b.hash, b.length, b.size, w.record
   FROM blob_waiting w JOIN blob b ON b.id = w.blob_id WHERE w.blob_id > $1 ORDER BY w.blob_id LIMIT $2`,
);
/** Each move is a pair of numbers: the body's row and its offset. Only into a pack that is still the mover's. */
const move = statement({
  sqlite: `UPDATE blob SET pack = $1, pack_offset = m.place
     FROM (SELECT json_extract(value, '$[0]') AS row, json_extract(value, '$[1]') AS place FROM json_each($2)) m
     WHERE blob.id = m.row AND blob.pack = ${rowsPack}
       AND EXISTS (SELECT 1 FROM pack p WHERE p.id = $1 AND p.owner = $3 AND p.state = 0)`,
  postgres: `UPDATE blob SET pack = $1, pack_offset = m.place
     FROM (SELECT (e->>0)::bigint AS row, (e->>1)::bigint AS place FROM json_array_elements($2::json) e) m
     WHERE blob.id = m.row AND blob.pack = ${rowsPack}
       AND EXISTS (SELECT 1 FROM pack p WHERE p.id = $1 AND p.owner = $3 AND p.state = 0)`,
});
const removeMoved = statement({
  sqlite: `DELETE FROM blob_waiting
     WHERE blob_id IN (SELECT json_extract(value, '$[0]') FROM json_each($1))
       AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = blob_waiting.blob_id AND b.pack = ${rowsPack})`,
  postgres: `DELETE FROM blob_waiting
     WHERE blob_id = ANY (ARRAY(SELECT (e->>0)::bigint FROM json_array_elements($1::json) e))
       AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = blob_waiting.blob_id AND b.pack = ${rowsPack})`,
});

/** A body that waits in a row to be gathered into a pack. */
export interface WaitingBody {
  readonly id: BlobRowId;
  readonly tenantId: TenantId;
  readonly hash: Uint8Array;
  readonly length: number;
  readonly size: number;
  readonly record: Uint8Array;
}

/** Writes a new body with its record, unless the tenant has it already. Returns where it is from now on. */
export async function recordWaiting(
  tx: SqlTransaction,
  tenantId: TenantId,
  hash: BlobHash,
  size: number,
  record: Uint8Array,
  now: number,
): Promise<BlobRow> {
  const row = await tx.get<BlobRow>(insert, tenantId, hash, record.length, size, now);
  if (!row) throw new Error('an upsert returns its row');
  if (row.pack === rowsPack) await tx.run(put, row.id, record);
  return row;
}

/** The record of a body that waits in a row; null when it does not, or no more. */
export async function readWaiting(
  reader: SqlReader,
  tenantId: TenantId,
  hash: BlobHash,
): Promise<Uint8Array | null> {
  return (await reader.get<{ record: Uint8Array }>(read, tenantId, hash))?.record ?? null;
}

/** Removes the record of a body whose row goes in the same transaction. */
export async function removeWaiting(tx: SqlTransaction, id: BlobRowId): Promise<void> {
  await tx.run(remove, id);
}

/** How much waits, bytes of records, and since when, ms since the epoch. */
export async function waitingStatus(
  reader: SqlReader,
): Promise<{ count: number; bytes: number; oldest: number | null }> {
  const row = await reader.get<{ count: number; bytes: number; oldest: number | null }>(status);
  return row ?? { count: 0, bytes: 0, oldest: null };
}

/** Waiting bodies after a row, oldest first. */
export async function waitingAfter(
  reader: SqlReader,
  after: BlobRowId,
  limit: number,
): Promise<WaitingBody[]> {
  return reader.all<WaitingBody>(page, after, limit);
}

/** Records that bodies are in a pack of `owner` from now on, and removes their records. Returns how many it found waiting still. */
export async function moveWaiting(
  database: SqlDatabase,
  pack: number,
  owner: string,
  moves: readonly (readonly [row: BlobRowId, offset: number])[],
): Promise<number> {
  const json = JSON.stringify(moves);
  return database.transact(async tx => {
    const moved = await tx.run(move, pack, json, owner);
    await tx.run(removeMoved, json);
    return moved;
  });
}
