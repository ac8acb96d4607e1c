import type { TenantId } from '../../../platform/ids.ts';
import { type SqlDatabase, type SqlReader, statement } from '../../sql/port.ts';
import { markBlobIfDead } from '../blob-rows.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { PackState } from '../packs/pack-rows.ts';
import { packHeaderBytes } from '../record/record-format.ts';
import { type BlobPlace, blobsAfter, checkBlob, firstPlace, type StoredBlob } from './blob-pages.ts';
import { repairBlobs } from './repair.ts';

/**
 * What can be wrong. `lost`: something refers to a body that cannot be read. `damaged`: a body that nothing uses cannot
 * be read. The others are surplus and cost only room.
 */
export type BlobProblem =
  | {
      readonly kind: 'lost' | 'damaged';
      readonly tenantId: TenantId;
      readonly hash: Uint8Array;
      readonly pack: number;
      readonly offset: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'dangling';
      readonly table: 'blob_link' | 'blob_lease' | 'blob_waiting' | 'spool_message';
      readonly count: number;
    }
  | { readonly kind: 'unreferenced'; readonly count: number }
  | { readonly kind: 'pack without row' | 'row without pack'; readonly pack: number };

export interface VerifyOptions {
  /** Also decrypt everything and compute identities again; without it checksums are compared. */
  readonly deep: boolean;
  /** Mend what can be mended. */
  readonly repair: boolean;
  /** With `repair`: make rows for all bodies in all packs, for a table that was lost or restored from an older copy. */
  readonly rescan?: boolean;
  /** Told about progress now and then. */
  readonly onProgress?: (bodies: number) => void;
}

export interface VerifyReport {
  readonly bodies: number;
  readonly bytes: number;
  /** At most 1,000; `more` says how many were left out. */
  readonly problems: readonly BlobProblem[];
  readonly more: number;
  /** Bodies whose rows were made again or pointed elsewhere. */
  readonly repaired: number;
}

const pageRows = 500;
const maxProblems = 1000;
const pagePause = 2000;

const users = statement(
  `SELECT (SELECT COUNT(*) FROM blob_link WHERE blob_id = $1) + (SELECT COUNT(*) FROM blob_lease WHERE blob_id = $1)
     + (SELECT COUNT(*) FROM spool_message WHERE blob_id = $1) AS count`,
);
const dangling = (['blob_link', 'blob_lease', 'blob_waiting', 'spool_message'] as const).map(table => ({
  table,
  query: statement(
    `SELECT COUNT(*) AS count FROM ${table} t WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = t.blob_id)`,
  ),
}));
const unreferenced = statement(
  `SELECT id FROM blob b WHERE dead_generation IS NULL AND id > $1
     AND NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_id = b.id)
     AND NOT EXISTS (SELECT 1 FROM blob_lease WHERE blob_id = b.id)
     AND NOT EXISTS (SELECT 1 FROM spool_message WHERE blob_id = b.id) ORDER BY id LIMIT $2`,
);
const packRows = statement('SELECT id, state, length FROM pack ORDER BY id');

class Findings {
  readonly problems: BlobProblem[] = [];
  more = 0;

  add(problem: BlobProblem): void {
    if (this.problems.length < maxProblems) this.problems.push(problem);
    else this.more += 1;
  }
}

async function count(
  reader: SqlReader,
  query: ReturnType<typeof statement>,
  ...parameters: number[]
): Promise<number> {
  return (await reader.get<{ count: number }>(query, ...parameters))?.count ?? 0;
}

async function checkBodies(
  store: PackBlobStore,
  options: VerifyOptions,
  findings: Findings,
): Promise<{ bodies: number; bytes: number; broken: StoredBlob[] }> {
  const { database } = store.internals.context;
  const result = { bodies: 0, bytes: 0, broken: [] as StoredBlob[] };
  let place: BlobPlace = firstPlace;
  for (;;) {
    const page = await blobsAfter(database, place, pageRows);
    for (const blob of page) {
      const reason = await checkBlob(store, blob, options.deep);
      result.bodies += 1;
      result.bytes += blob.length;
      if (reason !== null) {
        const { tenantId, hash, pack, offset } = blob;
        const kind = (await count(database, users, blob.id)) > 0 ? 'lost' : 'damaged';
        findings.add({ kind, tenantId, hash, pack, offset, reason });
        result.broken.push(blob);
      }
      if (result.bodies % pagePause === 0) options.onProgress?.(result.bodies);
    }
    const last = page.at(-1);
    if (!last || page.length < pageRows) return result;
    place = last;
  }
}

/** Marks what nothing refers to, so that the collector takes it; returns how many there were. */
async function checkReferences(database: SqlDatabase, findings: Findings, repair: boolean): Promise<void> {
  for (const { table, query } of dangling) {
    const rows = await count(database, query);
    if (rows > 0) findings.add({ kind: 'dangling', table, count: rows });
  }
  let surplus = 0;
  for (let after = 0; ; ) {
    const page = await database.all<{ id: number }>(unreferenced, after, pageRows);
    surplus += page.length;
    if (repair) {
      await database.transact(async tx => {
        for (const { id } of page) await markBlobIfDead(tx, id);
      });
    }
    const last = page.at(-1);
    if (!last || page.length < pageRows) break;
    after = last.id;
  }
  if (surplus > 0) findings.add({ kind: 'unreferenced', count: surplus });
}

/** Compares pack files and pack rows; returns files that have no row. */
async function checkPacks(store: PackBlobStore, findings: Findings): Promise<number[]> {
  const { engine, context } = store.internals;
  // Files first: a row is made before its file and removed after it.
  const files = new Set(await engine.list());
  const rows = await context.database.all<{ id: number; state: number; length: number }>(packRows);
  const orphans: number[] = [];
  const known = new Set(rows.map(row => row.id));
  for (const pack of files) {
    if (known.has(pack) || (await engine.size(pack)) === null) continue;
    findings.add({ kind: 'pack without row', pack });
    orphans.push(pack);
  }
  for (const { id, state, length } of rows) {
    const missing = length > packHeaderBytes && state !== PackState.dropped && !files.has(id);
    if (missing && (await engine.size(id)) === null) findings.add({ kind: 'row without pack', pack: id });
  }
  return orphans;
}

/**
 * Checks everything the blob store keeps: every body, every reference, every pack. May run beside a working server. A
 * crash leaves at most surplus (`unreferenced`, `pack without row`); `lost` means that mail is gone, unless `repair`
 * finds another copy in the packs. Repair also makes rows again for bodies that have none, when the table was lost:
 * they are kept for 30 days, within which the accounts must link them.
 */
export async function verifyBlobs(store: PackBlobStore, options: VerifyOptions): Promise<VerifyReport> {
  const findings = new Findings();
  const orphans = await checkPacks(store, findings);
  const { bodies, bytes, broken } = await checkBodies(store, options, findings);
  await checkReferences(store.internals.context.database, findings, options.repair);
  const repaired = options.repair ? await repairBlobs(store, orphans, broken, options.rescan ?? false) : 0;
  return { bodies, bytes, problems: findings.problems, more: findings.more, repaired };
}
