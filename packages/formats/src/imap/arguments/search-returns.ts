import type { Scanner } from '../scanner.ts';
import { type FetchItem, parseFetchItems } from './fetch-items.ts';
import { type PartialRange, parsePartialRange } from './partial-range.ts';

const names = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'RELEVANCY', 'CONTEXT'] as const;

/** `RELEVANCY` is of RFC 6203 §4, `CONTEXT`, a hint, of RFC 5267 §4.2. */
export type SearchReturn = (typeof names)[number];

/** Changes of the result are to be told (RFC 5267 §4.3), new messages with `items` of them (RFC 5465 §7). */
export interface UpdateRequest {
  readonly items: readonly FetchItem[];
}

/** What RETURN asks for: `returns` is null without RETURN, and `['ALL']` for `RETURN ()`. */
export interface SearchReturns {
  readonly returns: readonly SearchReturn[] | null;
  readonly partial: PartialRange | null;
  readonly update: UpdateRequest | null;
}

const known: ReadonlySet<string> = new Set(names);

function isReturn(name: string): name is SearchReturn {
  return known.has(name);
}

function parseUpdate(scanner: Scanner): UpdateRequest {
  if (scanner.peek() !== 0x20 || scanner.peekAt(1) !== 0x28) return { items: [] };
  scanner.space();
  return { items: parseFetchItems(scanner) };
}

/** `RETURN (…) SP` if it stands here (RFC 4731, RFC 5267, RFC 6203, RFC 9394). Throws `ImapSyntaxError`. */
export function parseSearchReturns(scanner: Scanner): SearchReturns {
  if (!scanner.takeKeyword('RETURN')) return { returns: null, partial: null, update: null };
  scanner.space();
  const returns = new Set<SearchReturn>();
  let partial: PartialRange | null = null;
  let update: UpdateRequest | null = null;
  scanner.list(() => {
    const name = scanner.keyword();
    if (isReturn(name)) returns.add(name);
    else if (name === 'UPDATE' && update === null) update = parseUpdate(scanner);
    else if (name === 'PARTIAL' && partial === null) {
      scanner.space();
      partial = parsePartialRange(scanner);
    } else scanner.fail('Unknown SEARCH return option');
  }, true);
  if (partial !== null && returns.has('ALL')) scanner.fail('PARTIAL and ALL exclude each other');
  if (partial === null && update === null && returns.size === 0) returns.add('ALL');
  scanner.space();
  return { returns: [...returns], partial, update };
}
