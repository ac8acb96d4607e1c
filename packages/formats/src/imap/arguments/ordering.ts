import { decoderFor } from '../charset.ts';
import type { Scanner } from '../scanner.ts';
import { isFuzzy, parseSearchKeys, type SearchKey, type SearchProgram } from './search-keys.ts';
import { parseSearchReturns } from './search-returns.ts';

/** What messages are sorted by (RFC 5256 §3, RFC 5957 §3, RFC 6203 §6). */
export type SortKey =
  | 'ARRIVAL'
  | 'CC'
  | 'DATE'
  | 'DISPLAYFROM'
  | 'DISPLAYTO'
  | 'FROM'
  | 'RELEVANCY'
  | 'SIZE'
  | 'SUBJECT'
  | 'TO';

export interface SortCriterion {
  readonly key: SortKey;
  readonly reverse: boolean;
}

/** A whole SORT. */
export interface SortProgram extends SearchProgram {
  readonly criteria: readonly SortCriterion[];
}

export type ThreadAlgorithm = 'ORDEREDSUBJECT' | 'REFERENCES';

/** A whole THREAD. */
export interface ThreadProgram {
  readonly algorithm: ThreadAlgorithm;
  readonly key: SearchKey;
}

const sortKeys: ReadonlySet<string> = new Set<SortKey>([
  'ARRIVAL',
  'CC',
  'DATE',
  'DISPLAYFROM',
  'DISPLAYTO',
  'FROM',
  'RELEVANCY',
  'SIZE',
  'SUBJECT',
  'TO',
]);

function isSortKey(name: string): name is SortKey {
  return sortKeys.has(name);
}

function sortCriterion(scanner: Scanner): SortCriterion {
  const reverse = scanner.takeKeyword('REVERSE');
  if (reverse) scanner.space();
  const key = scanner.keyword();
  return isSortKey(key) ? { key, reverse } : scanner.fail('Unknown sort criterion');
}

/** Criteria that are looked at: no message needs more to find its place. */
const maxCriteria = 20;

/** `search-criteria` of RFC 5256 §5: the charset is not optional. Throws `BadCharsetError`. */
function searchCriteria(scanner: Scanner, saves: boolean = false): SearchKey {
  const decode = decoderFor(scanner.astring().toString('latin1'), saves);
  scanner.space();
  return parseSearchKeys(scanner, decode);
}

/** Reads what follows `SORT SP`: `[RETURN (…) SP] (criteria) charset keys` (RFC 5256 §3, RFC 5267 §3). */
export function parseSort(scanner: Scanner): SortProgram {
  const returns = parseSearchReturns(scanner);
  const criteria = scanner.list(() => sortCriterion(scanner));
  if (criteria.length > maxCriteria) scanner.failLimit('Too many sort criteria');
  scanner.space();
  const key = searchCriteria(scanner, returns.returns?.includes('SAVE'));
  const relevancy = returns.returns?.includes('RELEVANCY') || criteria.some(each => each.key === 'RELEVANCY');
  if (relevancy && !isFuzzy(key)) scanner.fail('RELEVANCY needs a FUZZY key');
  return { ...returns, criteria, key, charset: true };
}

/** Reads what follows `THREAD SP`: `algorithm charset keys` (RFC 5256 §3). */
export function parseThread(scanner: Scanner): ThreadProgram {
  const algorithm = scanner.keyword();
  if (algorithm !== 'ORDEREDSUBJECT' && algorithm !== 'REFERENCES') {
    return scanner.fail('Unknown threading algorithm');
  }
  scanner.space();
  return { algorithm, key: searchCriteria(scanner) };
}
