import { type SqlDatabase, statement } from '../../sql/port.ts';
import type { Pace } from '../pace.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { packLeaseMs } from '../pack-options.ts';
import type { Appended, PackReader } from '../packs/pack-engine.ts';
import { claimForCompaction, dropPack, giveBackPack } from '../packs/pack-rows.ts';

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

const pageRows = 500;
/** Most bodies copied at once, of those checked at once, and of those whose places change in one transaction. */
const mostRows = 4096;
const checksAtATime = 64;
const movesAtATime = 250;
const copyBytes = 256 * 1024;

/** A body in a pack. */
export interface LivingRow extends BlobLocation {
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

/** Writes where bodies are from now on; others wait for the transaction, so it is not for very many. */
async function commitMoves(
  database: SqlDatabase,
  owner: string,
  moves: readonly { row: LivingRow; to: Appended }[],
): Promise<void> {
  for (let at = 0; at < moves.length; at += movesAtATime) {
    await database.transact(async tx => {
      for (const { row, to } of moves.slice(at, at + movesAtATime)) {
        // A copy that is not wanted any more counts as dead when its pack is closed.
        await tx.run(move, row.id, to.pack, to.offset, row.pack, row.offset, owner);
      }
    });
  }
}

/** Whether a body's record is what was written; tells the log when it is not. */
async function isSound(store: PackBlobStore, file: PackReader, row: LivingRow): Promise<boolean> {
  try {
    const record = await openRecord(file, row, row.tenantId, row.hash);
    await verifyRecord(file, row, record, null);
    return true;
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    const { log } = store.internals.context;
    log.error('blob.corrupt', { pack: row.pack, offset: row.offset, reason: error.message });
    return false;
  }
}

/** Those of some bodies of one pack that are sound. */
export async function soundRows(
  store: PackBlobStore,
  file: PackReader,
  rows: readonly LivingRow[],
): Promise<LivingRow[]> {
  const sound: LivingRow[] = [];
  for (let at = 0; at < rows.length; at += checksAtATime) {
    const some = rows.slice(at, at + checksAtATime);
    const verdicts = await Promise.all(some.map(row => isSound(store, file, row)));
    sound.push(...some.filter((_, i) => verdicts[i]));
  }
  return sound;
}

/** Rows of bodies in a pack behind an offset, as many as are best copied at once. */
export async function rowsToCopy(store: PackBlobStore, pack: number, after: number): Promise<LivingRow[]> {
  const { engine, context } = store.internals;
  const rows: LivingRow[] = [];
  let bytes = 0;
  for (let from = after; ; ) {
    const some = await context.database.all<LivingRow>(page, pack, from, pageRows);
    for (const row of some) {
      if (rows.length > 0 && (rows.length === mostRows || bytes + row.length > engine.groupBytes))
        return rows;
      rows.push(row);
      bytes += row.length;
      from = row.offset;
    }
    if (some.length < pageRows) return rows;
  }
}

/**
 * Puts copies of bodies in place of the originals, wherever these are still where they were copied from, and ends the hold
 * that each copy has on its pack.
 */
export async function moveRows(
  store: PackBlobStore,
  moves: readonly { row: LivingRow; to: Appended }[],
): Promise<void> {
  const { engine, context } = store.internals;
  try {
    await commitMoves(context.database, context.owner, moves);
  } finally {
    for (const { to } of moves) engine.release(to.pack);
  }
}

async function copyGroup(
  store: PackBlobStore,
  file: PackReader,
  rows: readonly LivingRow[],
): Promise<{ damaged: boolean }> {
  const { engine } = store.internals;
  const sound = await soundRows(store, file, rows);
  // All in one turn, so that they come to lie in as few packs as possible.
  const results = await Promise.allSettled(
    sound.map(row => engine.append({ length: row.length, parts: copy(file, row) })),
  );
  const moves: { row: LivingRow; to: Appended }[] = [];
  for (const [i, result] of results.entries()) {
    const row = sound[i];
    if (row && result.status === 'fulfilled') moves.push({ row, to: result.value });
  }
  await moveRows(store, moves);
  const failed = results.find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
  return { damaged: sound.length < rows.length };
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
        const rows = await rowsToCopy(store, pack, after);
        const last = rows.at(-1);
        if (!last) return whole;
        if (!file) {
          log.error('blob.pack_missing', { pack });
          whole = false;
          return false;
        }
        const { damaged } = await copyGroup(store, file, rows);
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
