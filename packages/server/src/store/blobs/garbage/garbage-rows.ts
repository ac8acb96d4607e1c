import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlDatabase, type SqlTransaction, statement } from '../../sql/port.ts';
import { type BlobRowId, markBlobIfDead } from '../blob-rows.ts';
import { addDeadBytes } from '../packs/pack-rows.ts';
import { removeWaiting, rowsPack } from '../waiting/waiting-rows.ts';

/** Generations that something must have been unused before it goes. */
const patience = 2;

const read = statement(
  `SELECT (SELECT value FROM counter WHERE name = 'generation') AS generation,
     (SELECT value FROM counter WHERE name = 'generation_at') AS since`,
);
const advance = statement("UPDATE counter SET value = value + 1 WHERE name = 'generation'");
const setSince = statement("UPDATE counter SET value = $1 WHERE name = 'generation_at'");

const endedLeases = statement(
  `DELETE FROM blob_lease WHERE (blob_id, holder) IN
     (SELECT blob_id, holder FROM blob_lease WHERE until < $1 ORDER BY until LIMIT $2)
   RETURNING blob_id AS id`,
);
const releasedLinks = statement(
  `SELECT l.blob_id AS row, l.account_id AS account, l.generation, b.tenant_id AS tenant, b.hash
   FROM blob_link l JOIN blob b ON b.id = l.blob_id
   WHERE l.released IS NOT NULL AND l.generation <= $1 AND (l.account_id, l.blob_id) > ($2, $3)
   ORDER BY l.account_id, l.blob_id LIMIT $4`,
);
/** A link made again meanwhile has another generation, and a queued message may still be on its way into the account. */
const removeLink = statement(
  `DELETE FROM blob_link WHERE blob_id = $1 AND account_id = $2 AND generation = $3 AND released IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM spool_message WHERE blob_id = $1)`,
);
const keepLink = statement(
  'UPDATE blob_link SET released = NULL WHERE blob_id = $1 AND account_id = $2 AND generation = $3',
);
const deadBlobs = statement(
  'SELECT id FROM blob WHERE dead_generation IS NOT NULL AND dead_generation <= $1 ORDER BY id LIMIT $2',
);
const removeBlob = statement(
  `DELETE FROM blob WHERE id = $1 AND dead_generation IS NOT NULL AND dead_generation <= $2
     AND NOT EXISTS (SELECT 1 FROM blob_link WHERE blob_id = $1)
     AND NOT EXISTS (SELECT 1 FROM blob_lease WHERE blob_id = $1)
     AND NOT EXISTS (SELECT 1 FROM spool_message WHERE blob_id = $1)
   RETURNING pack, length`,
);
const revive = statement('UPDATE blob SET dead_generation = NULL WHERE id = $1');

/** A link that its account has released. */
export interface ReleasedLink {
  readonly row: BlobRowId;
  readonly account: AccountId;
  readonly generation: number;
  readonly tenant: TenantId;
  readonly hash: Uint8Array;
}

/**
 * Begins a new generation if the present one has lasted `periodMs`, and returns the present one. One call advances by
 * one at most, so that a clock that jumps ahead ages nothing by more; a clock set back begins the period anew.
 */
export async function advanceGeneration(
  database: SqlDatabase,
  now: number,
  periodMs: number,
): Promise<number> {
  return database.transact(async tx => {
    const row = await tx.get<{ generation: number; since: number }>(read);
    const { generation, since } = row ?? { generation: 0, since: 0 };
    if (since <= now && now - since < periodMs) return generation;
    await tx.run(setSince, now);
    // The first period of a database begins now.
    if (since > now || since === 0) return generation;
    await tx.run(advance);
    return generation + 1;
  });
}

/** Ends leases whose time is over. Returns how many; call again while it returns `limit`. */
export async function endLeases(database: SqlDatabase, now: number, limit: number): Promise<number> {
  return database.transact(async tx => {
    const ended = await tx.all<{ id: BlobRowId }>(endedLeases, now, limit);
    for (const { id } of ended) await markBlobIfDead(tx, id);
    return ended.length;
  });
}

/** Released links that are old enough to be believed, after a given one, in order of account. */
export async function agedReleases(
  database: SqlDatabase,
  generation: number,
  after: { readonly account: AccountId; readonly row: BlobRowId },
  limit: number,
): Promise<ReleasedLink[]> {
  return database.all(releasedLinks, generation - patience, after.account, after.row, limit);
}

/** Removes the links that the account does not use, keeps the others. Returns how many were removed. */
export async function settleReleases(
  database: SqlDatabase,
  links: readonly ReleasedLink[],
  used: (link: ReleasedLink) => boolean,
): Promise<number> {
  return database.transact(async tx => {
    let removed = 0;
    for (const link of links) {
      const { row, account, generation } = link;
      if (used(link)) {
        await tx.run(keepLink, row, account, generation);
      } else if ((await tx.run(removeLink, row, account, generation)) === 1) {
        removed += 1;
        await markBlobIfDead(tx, row);
      }
    }
    return removed;
  });
}

async function removeDeadBlob(tx: SqlTransaction, id: BlobRowId, oldest: number): Promise<number> {
  const row = await tx.get<{ pack: number; length: number }>(removeBlob, id, oldest);
  if (!row) {
    await tx.run(revive, id);
    return 0;
  }
  if (row.pack === rowsPack) await removeWaiting(tx, id);
  else await addDeadBytes(tx, row.pack, row.length);
  return row.length;
}

/** Removes bodies that have been dead long enough. Returns how many, and their bytes; call again while it returns `limit`. */
export async function removeDeadBlobs(
  database: SqlDatabase,
  generation: number,
  limit: number,
): Promise<{ count: number; bytes: number }> {
  return database.transact(async tx => {
    const oldest = generation - patience;
    const rows = await tx.all<{ id: BlobRowId }>(deadBlobs, oldest, limit);
    let bytes = 0;
    for (const { id } of rows) bytes += await removeDeadBlob(tx, id, oldest);
    return { count: rows.length, bytes };
  });
}
