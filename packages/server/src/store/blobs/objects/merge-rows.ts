import { type SqlReader, statement } from '../../sql/port.ts';
import { packHeaderBytes } from '../record/record-format.ts';
import { rowsPack } from '../waiting/waiting-rows.ts';

/** What a checker reads with one request: larger objects are as good as merged ones. */
export const smallPackBytes: number = 4 * 1024 * 1024;

/**
 * Closed packs of which little lives. Left out: those with a young body, and those with one that is dead and goes by itself.
 */
const small = statement(
  `SELECT p.id, p.length - ${packHeaderBytes} - p.dead_bytes AS bytes FROM pack p
   WHERE p.state = 1 AND p.length - p.dead_bytes < $1
     AND NOT EXISTS (SELECT 1 FROM blob WHERE pack = p.id AND (created_at > $2 OR dead_generation IS NOT NULL))
   ORDER BY p.id LIMIT $3`,
);
const counts = statement(
  `SELECT COUNT(*) AS packs, CAST(COALESCE(SUM(CASE WHEN length - dead_bytes < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS small,
     CAST(COALESCE(SUM(length), 0) AS BIGINT) AS bytes, CAST(COALESCE(SUM(dead_bytes), 0) AS BIGINT) AS dead
   FROM pack WHERE state <> 3`,
);
const waiting = statement(
  `SELECT (SELECT COUNT(*) FROM blob WHERE pack = ${rowsPack}) AS bodies,
     (SELECT CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM blob WHERE pack = ${rowsPack}) AS bytes,
     (SELECT COUNT(DISTINCT pack) FROM pack_part) AS kept`,
);

export interface SmallPack {
  readonly id: number;
  /** Of records that live in it, about. */
  readonly bytes: number;
}

/** Packs worth merging, oldest first: fewer than `smallBytes` live in them, and no body is younger than `until`, ms since the epoch. */
export async function smallPacks(
  reader: SqlReader,
  smallBytes: number,
  until: number,
  limit: number,
): Promise<SmallPack[]> {
  return reader.all<SmallPack>(small, smallBytes, until, limit);
}

/** What is stored, by the rows. */
export interface StoredPacks {
  /** Packs; those that are only waiting to be removed are not counted. */
  readonly packs: number;
  /** Those of them in which fewer than `smallBytes` live. */
  readonly small: number;
  readonly bytes: number;
  /** Bytes that nobody needs any more. */
  readonly dead: number;
  /** Bodies that wait in rows, and their bytes. */
  readonly waiting: { readonly bodies: number; readonly bytes: number };
  /** Packs kept in the database because the object store was away. */
  readonly kept: number;
}

/** Counts packs and what waits to become one. */
export async function countPacks(
  reader: SqlReader,
  smallBytes: number = smallPackBytes,
): Promise<StoredPacks> {
  const all = await reader.get<{ packs: number; small: number; bytes: number; dead: number }>(
    counts,
    smallBytes,
  );
  const rows = await reader.get<{ bodies: number; bytes: number; kept: number }>(waiting);
  return {
    packs: all?.packs ?? 0,
    small: all?.small ?? 0,
    bytes: all?.bytes ?? 0,
    dead: all?.dead ?? 0,
    waiting: { bodies: rows?.bodies ?? 0, bytes: rows?.bytes ?? 0 },
    kept: rows?.kept ?? 0,
  };
}
