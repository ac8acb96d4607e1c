import type { SqlDatabase, SqlTransaction } from '../../sql/port.ts';
import { statement } from '../../sql/port.ts';
import { packHeaderBytes } from '../record/record-format.ts';

const seed = statement("UPDATE counter SET value = $1 WHERE name = 'pack' AND value < $1");

/** Makes sure that the ids of new packs are above `highest`. */
export async function seedPackIds(database: SqlDatabase, highest: number): Promise<void> {
  await database.transact(tx => tx.run(seed, highest), { durability: 'relaxed' });
}

const last = statement("SELECT value FROM counter WHERE name = 'pack'");

/** The id that was given out last. */
export async function lastPackId(database: SqlDatabase): Promise<number> {
  return (await database.get<{ value: number }>(last))?.value ?? 0;
}

/** States of a pack row. */
export const PackState = {
  /** Its owner may append. */
  open: 0,
  /** Complete; may be compacted. */
  closed: 1,
  /** Its live bodies are being copied elsewhere by the owner. */
  compacting: 2,
  /** Nothing lives in it; the file goes away after a generation. */
  dropped: 3,
} as const;

const nextId = statement("UPDATE counter SET value = value + 1 WHERE name = 'pack' RETURNING value");
const insert = statement(
  `INSERT INTO pack (id, state, owner, lease_until, length, dead_bytes, clean, generation)
   VALUES ($1, 0, $2, $3, ${packHeaderBytes}, 0, 0, 0)`,
);
const adoptable = statement(
  `SELECT id, length FROM pack WHERE state = 1 AND clean = 1 AND length < $1 ORDER BY id DESC LIMIT 1`,
);
const adopt = statement(
  'UPDATE pack SET state = 0, owner = $2, lease_until = $3, clean = 0 WHERE id = $1 AND state = 1 AND clean = 1',
);
const close = statement(
  `UPDATE pack SET state = 1, owner = NULL, length = CAST($3 AS BIGINT), clean = $4,
     dead_bytes = $3 - ${packHeaderBytes} - (SELECT COALESCE(SUM(length), 0) FROM blob WHERE pack = $1)
   WHERE id = $1 AND owner = $2 AND state = 0`,
);
const renew = statement('UPDATE pack SET lease_until = $2 WHERE owner = $1');
const remove = statement('DELETE FROM pack WHERE id = $1 AND owner = $2');

/** Registers a new pack of `owner` and returns its id, which is never given out again. */
export async function registerPack(
  database: SqlDatabase,
  owner: string,
  leaseUntil: number,
): Promise<number> {
  return database.transact(async tx => {
    const row = await tx.get<{ value: number }>(nextId);
    const id = row?.value ?? 0;
    await tx.run(insert, id, owner, leaseUntil);
    return id;
  });
}

/** Takes over a pack that its last owner closed in order, to go on appending; null when there is none below `below` bytes. */
export async function adoptPack(
  database: SqlDatabase,
  owner: string,
  leaseUntil: number,
  below: number,
): Promise<{ id: number; length: number } | null> {
  return database.transact(async tx => {
    const row = await tx.get<{ id: number; length: number }>(adoptable, below);
    if (!row) return null;
    return (await tx.run(adopt, row.id, owner, leaseUntil)) === 1 ? row : null;
  });
}

/** Ends appending to an own pack. `clean`: others may go on appending later. Returns false when it was taken away. */
export async function closePack(
  database: SqlDatabase,
  id: number,
  owner: string,
  length: number,
  clean: boolean,
): Promise<boolean> {
  return database.transact(async tx => (await tx.run(close, id, owner, length, clean ? 1 : 0)) === 1);
}

/** Prolongs the lease on everything `owner` has. */
export async function renewPacks(database: SqlDatabase, owner: string, until: number): Promise<void> {
  await database.transact(tx => tx.run(renew, owner, until), { durability: 'relaxed' });
}

/** Takes back a registration whose file was never made. */
export async function unregisterPack(database: SqlDatabase, id: number, owner: string): Promise<void> {
  await database.transact(tx => tx.run(remove, id, owner), { durability: 'relaxed' });
}

const lapsed = statement('SELECT id, state, length FROM pack WHERE state IN (0, 2) AND lease_until < $1');
const takeOver = statement(
  `UPDATE pack SET state = 1, owner = NULL, length = CAST($3 AS BIGINT), clean = 0,
     dead_bytes = $3 - ${packHeaderBytes} - (SELECT COALESCE(SUM(length), 0) FROM blob WHERE pack = $1)
   WHERE id = $1 AND state IN (0, 2) AND lease_until < $2`,
);
const isClosed = statement('SELECT id FROM pack WHERE id = $1 AND state = 1');
const compactable = statement(
  `SELECT id, length, dead_bytes AS "deadBytes" FROM pack
   WHERE state = 1 AND (dead_bytes > 0 OR clean = 0) AND dead_bytes >= (length - ${packHeaderBytes}) * CAST($1 AS DOUBLE PRECISION)
   ORDER BY dead_bytes DESC LIMIT $2`,
);
const claim = statement(
  'UPDATE pack SET state = 2, owner = $2, lease_until = $3 WHERE id = $1 AND state = 1',
);
const giveBack = statement(
  `UPDATE pack SET state = 1, owner = NULL, clean = 0, dead_bytes = CASE WHEN $3 = 1 THEN 0 ELSE
     length - ${packHeaderBytes} - (SELECT COALESCE(SUM(length), 0) FROM blob WHERE pack = $1) END
   WHERE id = $1 AND state = 2 AND owner = $2`,
);
const drop = statement(
  `UPDATE pack SET state = 3, owner = NULL, generation = (SELECT value FROM counter WHERE name = 'generation')
   WHERE id = $1 AND state = 2 AND owner = $2 AND NOT EXISTS (SELECT 1 FROM blob WHERE pack = $1)`,
);
const removable = statement(
  `SELECT id FROM pack WHERE state = 3
     AND generation < (SELECT value FROM counter WHERE name = 'generation') - 1 LIMIT $1`,
);
const forget = statement('DELETE FROM pack WHERE id = $1 AND state = 3');

/** Packs whose owner has stopped renewing its lease. */
export async function lapsedPacks(
  database: SqlDatabase,
  now: number,
): Promise<{ id: number; state: number; length: number }[]> {
  return database.all(lapsed, now);
}

/** Closes a pack of a lost process. Should that process live on, its next record is refused: see `recordNew`. */
export async function takeOverPack(
  database: SqlDatabase,
  id: number,
  now: number,
  length: number,
): Promise<void> {
  await database.transact(tx => tx.run(takeOver, id, now, length));
}

/** Closed packs of which at least `share` (0…1) is dead. */
export async function packsToCompact(
  database: SqlDatabase,
  share: number,
  limit: number,
): Promise<{ id: number; length: number; deadBytes: number }[]> {
  return database.all(compactable, share, limit);
}

/** Those of some packs that nobody writes and nobody compacts. */
export async function closedPacks(database: SqlDatabase, ids: readonly number[]): Promise<number[]> {
  const closed: number[] = [];
  for (const id of ids) if (await database.get(isClosed, id)) closed.push(id);
  return closed;
}

/** Takes a closed pack: until it is given back or dropped nobody else compacts, sends or removes it. */
export async function claimForCompaction(
  database: SqlDatabase,
  id: number,
  owner: string,
  until: number,
): Promise<boolean> {
  return database.transact(async tx => (await tx.run(claim, id, owner, until)) === 1);
}

/**
 * Ends a compaction that could not copy everything: the pack stays. A damaged one is not tried again until more of it
 * dies.
 */
export async function giveBackPack(
  database: SqlDatabase,
  id: number,
  owner: string,
  damaged: boolean,
): Promise<void> {
  await database.transact(tx => tx.run(giveBack, id, owner, damaged ? 1 : 0));
}

/** Marks an emptied pack; false when something still lives in it. */
export async function dropPack(database: SqlDatabase, id: number, owner: string): Promise<boolean> {
  return database.transact(async tx => (await tx.run(drop, id, owner)) === 1);
}

/** Packs dropped long enough ago that no reader and no running backup can want their file. */
export async function packsToRemove(database: SqlDatabase, limit: number): Promise<number[]> {
  const rows = await database.all<{ id: number }>(removable, limit);
  return rows.map(row => row.id);
}

export async function forgetPack(database: SqlDatabase, id: number): Promise<void> {
  await database.transact(tx => tx.run(forget, id));
}

const deadBytes = statement('UPDATE pack SET dead_bytes = dead_bytes + $2 WHERE id = $1');

/** Counts bytes of a pack as dead. Only a hint for compaction: it is made exact whenever a pack is closed. */
export async function addDeadBytes(tx: SqlTransaction, id: number, bytes: number): Promise<void> {
  await tx.run(deadBytes, id, bytes);
}
