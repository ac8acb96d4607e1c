import { type SqlDatabase, statement } from '../../sql/port.ts';
import type { Pace } from '../pace.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { packLeaseMs } from '../pack-options.ts';
import type { Appended, PackReader } from '../packs/pack-engine.ts';
import { addDeadBytes, claimForCompaction, dropPack, giveBackPack } from '../packs/pack-rows.ts';

import type { BlobLocation } from '../record/record-format.ts';
import { DamagedRecord, openRecord, verifyRecord } from '../record/record-reader.ts';

const page = statement(
  `SELECT id, tenant_id AS "tenantId", hash, pack, pack_offset AS "offset", length, size
   FROM blob WHERE pack = $1 AND pack_offset > $2 ORDER BY pack_offset LIMIT $3`,
);
/** Only if the body is still where we copied it from, and the copy is still in a pack of ours. */
const move = statement(
  `UPDATE blob SET pack = $2, pack_offset = $3 WHERE id = $1 AND pack = $4 AND pack_offset = $5
     AND EXISTS (SELECT 1 FROM pack p WHERE p.id = $2 AND p.owner = $6 AND p.state = 0)`,
);

const pageRows = 64;
const copyBytes = 256 * 1024;

interface Row extends BlobLocation {
  readonly id: number;
  readonly tenantId: number;
  readonly hash: Uint8Array;
}

async function* copy(file: PackReader, location: BlobLocation): AsyncGenerator<Uint8Array> {
  const end = location.offset + location.length;
  for (let at = location.offset; at < end; at += copyBytes) {
    const bytes = Buffer.allocUnsafe(Math.min(copyBytes, end - at));
    if ((await file.read(bytes, at)) !== bytes.length) throw new DamagedRecord('the file ends too early');
    yield bytes;
  }
}

async function commitMoves(
  database: SqlDatabase,
  owner: string,
  moves: readonly { row: Row; to: Appended }[],
): Promise<void> {
  await database.transact(async tx => {
    for (const { row, to } of moves) {
      const changed = await tx.run(move, row.id, to.pack, to.offset, row.pack, row.offset, owner);
      if (changed === 0) await addDeadBytes(tx, to.pack, row.length);
    }
  });
}

/** Copies one body to a pack of ours; null when its record is damaged. */
async function copyRow(store: PackBlobStore, file: PackReader, row: Row): Promise<Appended | null> {
  const { engine, context } = store.internals;
  try {
    const record = await openRecord(file, row, row.tenantId, row.hash);
    await verifyRecord(file, row, record, null);
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    context.log.error('blob.corrupt', { pack: row.pack, offset: row.offset, reason: error.message });
    return null;
  }
  return engine.append({ length: row.length, parts: copy(file, row) });
}

async function copyPage(
  store: PackBlobStore,
  file: PackReader,
  rows: readonly Row[],
): Promise<{ damaged: boolean }> {
  const { engine, context } = store.internals;
  const results = await Promise.allSettled(rows.map(row => copyRow(store, file, row)));
  const moves: { row: Row; to: Appended }[] = [];
  for (const [i, result] of results.entries()) {
    const row = rows[i];
    if (row && result.status === 'fulfilled' && result.value) moves.push({ row, to: result.value });
  }
  try {
    await commitMoves(context.database, context.owner, moves);
  } finally {
    for (const { to } of moves) engine.release(to.pack);
  }
  const failed = results.find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
  return { damaged: moves.length < rows.length };
}

/**
 * Copies what lives in a closed pack to a pack of this process, changes the locations, and marks the old pack for
 * removal. Bodies are never overwritten and stay readable throughout. A pack with a damaged record is kept. Returns
 * the bytes copied, null when another process has the pack.
 */
export async function compactPack(
  store: PackBlobStore,
  pack: number,
  pace: Pace,
  signal: AbortSignal,
): Promise<number | null> {
  const { engine, context } = store.internals;
  const { database, owner, clock, log } = context;
  const until = clock.now() + (context.options?.leaseMs ?? packLeaseMs);
  if (!(await claimForCompaction(database, pack, owner, until))) return null;
  let copied = 0;
  let complete = false;
  let whole = true;
  try {
    const copyAll = async (file: PackReader | null): Promise<boolean> => {
      for (let after = -1; !signal.aborted; ) {
        const rows = await database.all<Row>(page, pack, after, pageRows);
        const last = rows.at(-1);
        if (!last) return whole;
        if (!file) {
          log.error('blob.pack_missing', { pack });
          whole = false;
          return false;
        }
        const { damaged } = await copyPage(store, file, rows);
        if (damaged) whole = false;
        const bytes = rows.reduce((sum, row) => sum + row.length, 0);
        copied += bytes;
        after = last.offset;
        await pace.spend(bytes);
      }
      return false;
    };
    complete = await engine.use(pack, copyAll, 'sequential');
  } finally {
    if (!complete || !(await dropPack(database, pack, owner))) {
      await giveBackPack(database, pack, owner, !whole);
    }
  }
  return copied;
}
