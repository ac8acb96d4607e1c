import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { BlobHash } from '../blob-store.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import { addDeadBytes } from './packs/pack-rows.ts';
import type { BlobLocation } from './record/record-format.ts';

const columns = 'id, pack, pack_offset AS "offset", length, size';
const find = statement(`SELECT ${columns} FROM blob WHERE tenant_id = $1 AND hash = $2`);
const findAlive = statement(
  `SELECT ${columns} FROM blob WHERE tenant_id = $1 AND hash = $2 AND dead_generation IS NULL`,
);
/**
 * The row of a new body. The condition is the fence: a process that was taken for dead, and whose pack may have been
 * compacted since, gets no row and so acknowledges nothing.
 */
const insert = statement(
  `INSERT INTO blob (tenant_id, hash, pack, pack_offset, length, size, created_at, dead_generation)
   SELECT $1, $2, pack.id, $4, $5, $6, $7, NULL FROM pack WHERE pack.id = $3 AND pack.owner = $8 AND pack.state = 0
   ON CONFLICT (tenant_id, hash) DO UPDATE SET dead_generation = NULL
   RETURNING ${columns}`,
);
const lookForUse = statement({
  sqlite: 'SELECT id, dead_generation AS dead FROM blob WHERE tenant_id = $1 AND hash = $2',
  postgres: 'SELECT id, dead_generation AS dead FROM blob WHERE tenant_id = $1 AND hash = $2 FOR UPDATE',
});
const revive = statement('UPDATE blob SET dead_generation = NULL WHERE id = $1');
const link = statement(
  `INSERT INTO blob_link (blob_id, account_id, generation, released)
   VALUES ($1, $2, (SELECT value FROM counter WHERE name = 'generation'), NULL)
   ON CONFLICT (blob_id, account_id) DO UPDATE SET generation = excluded.generation, released = NULL`,
);
const lease = statement(
  `INSERT INTO blob_lease (blob_id, holder, until) VALUES ($1, $2, $3)
   ON CONFLICT (blob_id, holder) DO UPDATE SET until = excluded.until`,
);
const ofHash = '(SELECT id FROM blob WHERE tenant_id = $1 AND hash = $2)';
const endLease = statement(
  `DELETE FROM blob_lease WHERE blob_id = ${ofHash} AND holder = $3 RETURNING blob_id AS id`,
);
const release = statement(
  `UPDATE blob_link SET released = 1 WHERE blob_id = ${ofHash} AND account_id = $3 AND released IS NULL`,
);
const markDead = statement(
  `UPDATE blob SET dead_generation = (SELECT value FROM counter WHERE name = 'generation')
   WHERE id = $1 AND dead_generation IS NULL
     AND NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_id = $1)
     AND NOT EXISTS (SELECT 1 FROM blob_lease WHERE blob_id = $1)
     AND NOT EXISTS (SELECT 1 FROM spool_message WHERE blob_id = $1)`,
);

/** Number of a body's row. */
export type BlobRowId = number;

/** A body's row: where it is, under its number. */
export interface BlobRow extends BlobLocation {
  readonly id: BlobRowId;
}

/** Where a body is; undefined when the store has none. */
export async function findBlob(
  reader: SqlReader,
  tenantId: TenantId,
  hash: BlobHash,
): Promise<BlobRow | undefined> {
  return reader.get<BlobRow>(find, tenantId, hash);
}

/** Hashes that one statement asks for. */
const togetherCount = 32;
const findSome = statement(
  `SELECT hash, ${columns} FROM blob
   WHERE tenant_id = $1 AND hash IN (${Array.from({ length: togetherCount }, (_, at) => `$${at + 2}`).join(', ')})`,
);

/** `findBlob` for many, in no order, with few statements. What the store has not is left out. */
export async function findBlobs(
  reader: SqlReader,
  tenantId: TenantId,
  hashes: readonly BlobHash[],
): Promise<(BlobRow & { readonly hash: BlobHash })[]> {
  const found: (BlobRow & { readonly hash: BlobHash })[] = [];
  for (let from = 0; from < hashes.length; from += togetherCount) {
    const some = Array.from(
      { length: togetherCount },
      (_, at) => hashes[Math.min(from + at, hashes.length - 1)] as BlobHash,
    );
    found.push(...(await reader.all<BlobRow & { readonly hash: BlobHash }>(findSome, tenantId, ...some)));
  }
  return found;
}

/** Like `findBlob`, but only bodies in use: others may vanish before the caller is done. */
export async function findAliveBlob(
  reader: SqlReader,
  tenantId: TenantId,
  hash: BlobHash,
): Promise<BlobRow | undefined> {
  return reader.get<BlobRow>(findAlive, tenantId, hash);
}

/**
 * Writes the row of a sealed body, unless the tenant has the body already. Returns where it is from now on, null when the
 * pack is no longer this process's.
 */
export async function recordNew(
  tx: SqlTransaction,
  tenantId: TenantId,
  hash: BlobHash,
  location: BlobLocation,
  owner: string,
  now: number,
): Promise<BlobRow | null> {
  const { pack, offset, length, size } = location;
  const row = await tx.get<BlobRow>(insert, tenantId, hash, pack, offset, length, size, now, owner);
  if (!row) return null;
  if (row.pack !== pack || row.offset !== offset) await addDeadBytes(tx, pack, length);
  return row;
}

/** Keeps a recorded body from being collected. Throws `store.busy` when it is gone: sent again, it is stored again. */
export async function recordExisting(
  tx: SqlTransaction,
  tenantId: TenantId,
  hash: BlobHash,
): Promise<BlobRowId> {
  const row = await tx.get<{ id: BlobRowId; dead: number | null }>(lookForUse, tenantId, hash);
  if (!row) throw new MailError('store.busy', { reason: 'body was collected' });
  if (row.dead !== null) await tx.run(revive, row.id);
  return row.id;
}

/** Notes that an account uses, or is about to use, a body. */
export async function linkBlob(tx: SqlTransaction, id: BlobRowId, accountId: AccountId): Promise<void> {
  await tx.run(link, id, accountId);
}

export async function leaseBlob(
  tx: SqlTransaction,
  id: BlobRowId,
  holder: string,
  until: number,
): Promise<void> {
  await tx.run(lease, id, holder, until);
}

export async function endBlobLease(
  tx: SqlTransaction,
  tenantId: TenantId,
  hash: BlobHash,
  holder: string,
): Promise<void> {
  const row = await tx.get<{ id: BlobRowId }>(endLease, tenantId, hash, holder);
  if (row) await markBlobIfDead(tx, row.id);
}

/** Notes that an account says it uses a body no longer. The collector asks again before it believes that. */
export async function releaseLink(
  tx: SqlTransaction,
  tenantId: TenantId,
  hash: BlobHash,
  accountId: AccountId,
): Promise<void> {
  await tx.run(release, tenantId, hash, accountId);
}

/** Marks a body that no account, no lease and no queued message refers to. */
export async function markBlobIfDead(tx: SqlTransaction, id: BlobRowId): Promise<boolean> {
  return (await tx.run(markDead, id)) === 1;
}
