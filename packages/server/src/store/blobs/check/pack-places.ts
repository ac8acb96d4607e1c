import { type SqlReader, statement } from '../../sql/port.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';

const places = statement(
  'SELECT pack, MAX(pack_offset + length) AS until FROM blob WHERE pack > 0 GROUP BY pack ORDER BY pack',
);

/** A pack in which bodies are that cannot be there. */
export interface ShortPack {
  readonly pack: number;
  /** Where the last of its bodies ends, bytes. */
  readonly wanted: number;
  /** How long it is; null when it is missing. */
  readonly found: number | null;
}

export interface PackPlaces {
  /** Packs that rows of bodies name. */
  readonly packs: number;
  readonly short: readonly ShortPack[];
}

/** Questions to a bucket at a time. */
const atATime = 16;

/**
 * Whether each pack that rows of bodies name is where packs are, and long enough: what can be told without reading a body.
 * Throws `store.unavailable` while the bucket is away.
 */
export async function checkPackPlaces(store: PackBlobStore, signal?: AbortSignal): Promise<PackPlaces> {
  const { engine, context } = store.internals;
  const rows = await context.database.all<{ pack: number; until: number }>(places);
  const short: ShortPack[] = [];
  for (let at = 0; at < rows.length; at += atATime) {
    signal?.throwIfAborted();
    const slice = rows.slice(at, at + atATime);
    const sizes = await Promise.all(slice.map(({ pack }) => engine.size(pack)));
    for (const [i, { pack, until }] of slice.entries()) {
      const found = sizes[i] ?? null;
      if (found === null || found < until) short.push({ pack, wanted: until, found });
    }
  }
  return { packs: rows.length, short };
}

/** Text of the question behind `packEnds`, for copies of the rows that are files. */
export const packEndsQuery: string =
  'SELECT p.id, p.length, (SELECT MAX(b.pack_offset + b.length) FROM blob b WHERE b.pack = p.id) AS until FROM pack p';
const ends = statement(packEndsQuery);

/** What `packEndsQuery` answers. */
export interface PackEnd {
  readonly id: number;
  readonly length: number;
  readonly until: number | null;
}

/** Of each pack the end of what is written for good: of its last body with a row, or where it was closed. */
export function endsById(rows: readonly PackEnd[]): Map<number, number> {
  return new Map(rows.map(({ id, length, until }) => [id, Math.max(length, until ?? 0)]));
}

/**
 * How far each pack is written for good, bytes. Behind that somebody may be writing, or write again what a full disk did not
 * take. A pack that is not among them has no row.
 */
export async function packEnds(reader: SqlReader): Promise<Map<number, number>> {
  return endsById(await reader.all<PackEnd>(ends));
}
