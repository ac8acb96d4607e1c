import { MailError } from '../platform/errors.ts';

/** A piece of a list. */
export interface PageRequest {
  /** What the page before said; left out or empty: from the start. */
  readonly cursor?: string;
  /** Entries of a page, 1 to 200; 50 when left out. */
  readonly limit?: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null: that was the last page. */
  readonly nextCursor: string | null;
}

export const pageLimits = { most: 200, usual: 50 };

/** Throws `input.invalid`. */
export function requireLimit(limit: number | undefined): number {
  const wanted = limit ?? pageLimits.usual;
  if (Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= pageLimits.most) return wanted;
  throw new MailError('input.invalid', { field: 'limit', max: pageLimits.most });
}

/** Characters of a text that is searched for. */
const maxSearch = 200;

/** A text to search for, in lower case, form C; throws `input.invalid` for one that is too long. */
export function requireSearch(text: string | undefined): string {
  const search = (text ?? '').trim().toLowerCase().normalize('NFC');
  if (search.length > maxSearch) throw new MailError('input.invalid', { field: 'search', max: maxSearch });
  return search;
}

/** A position in a list as an opaque text. */
export function writeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts.map(String))).toString('base64url');
}

const maxCursor = 2_000;

/** The position of `writeCursor`, null for none; throws `input.invalid` for what it did not write. */
export function readCursor(cursor: string | undefined, parts = 2): string[] | null {
  if (cursor === undefined || cursor === '') return null;
  try {
    if (cursor.length > maxCursor) throw new RangeError();
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(value) || value.length !== parts) throw new RangeError();
    if (!value.every(part => typeof part === 'string')) throw new RangeError();
    // Every position ends with a number.
    if (!Number.isSafeInteger(Number(value.at(-1)))) throw new RangeError();
    return value;
  } catch {
    throw new MailError('input.invalid', { field: 'cursor' });
  }
}

/** The page out of up to `limit` + 1 rows: one too many says that there is another. `position` of an entry is its cursor. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  position: (item: Item) => readonly (string | number)[],
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? writeCursor(position(last)) : null,
  };
}
