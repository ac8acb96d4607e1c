import { MailError } from '../../../platform/errors.ts';
import type { RestContext } from '../context.ts';
import type { Page } from './schema.ts';

/** Position in a list: the values that the last entry was sorted by. */
export type Position = readonly (string | number | null)[];

const maxCursorLength = 1_000;

/** The opaque form of a position. It holds no more than the entry showed, so it needs no seal. */
export function toCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/**
 * The position of a cursor, null for none. `shape` says what it must consist of: `n` number, `s` text; a list's cursor
 * never fits another's query by accident. Throws `input.invalid`.
 */
export function fromCursor(cursor: string | undefined, shape: string): Position | null {
  if (cursor === undefined) return null;
  const invalid = (): MailError => new MailError('input.invalid', { field: 'cursor' });
  if (cursor.length > maxCursorLength || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw invalid();
  let position: unknown;
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
  if (!Array.isArray(position) || position.length !== shape.length) throw invalid();
  position.forEach((value, i) => {
    const fits = shape[i] === 'n' ? Number.isSafeInteger(value) : typeof value === 'string';
    if (!fits) throw invalid();
  });
  return position as Position;
}

/** How many entries a page has: as asked, within the limits of the API. */
export function pageSize(ctx: RestContext, limit: number | undefined): number {
  return Math.min(limit ?? ctx.limits.pageDefault, ctx.limits.pageMost);
}

/**
 * A page out of one entry more than it holds: ask the domain for `size + 1`, and whether there is a next page is known.
 *
 * @example
 * const size = pageSize(ctx, query.limit);
 * return toPage(await listTags(ctx.directory, scope, { after, limit: size + 1 }), size, tag => [tag.name, tag.id]);
 */
export function toPage<Item>(
  found: readonly Item[],
  size: number,
  position: (item: Item) => Position,
  total?: number,
): Page<Item> {
  const items = found.slice(0, size);
  const last = items.at(-1);
  const more = found.length > size && last !== undefined;
  return {
    items,
    next: more ? toCursor(position(last)) : null,
    ...(total !== undefined && { total }),
  };
}

/** A page of a list that is short and in memory anyway, by position in it. */
export function pageOfList<Item>(
  ctx: RestContext,
  list: readonly Item[],
  query: { readonly limit?: number; readonly cursor?: string },
): Page<Item> {
  const [start = 0] = fromCursor(query.cursor, 'n') ?? [];
  const size = pageSize(ctx, query.limit);
  const from = Math.max(0, Number(start));
  const items = list.slice(from, from + size);
  const end = from + size;
  return { items, next: end < list.length ? toCursor([end]) : null, total: list.length };
}
