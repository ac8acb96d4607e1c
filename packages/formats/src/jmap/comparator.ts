import { isArray, isObject, type Json, own } from './json.ts';
import { grammarLimits } from './limits.ts';
import { invalidArgument, MethodError } from './method-error.ts';

/** A Comparator of RFC 8620 §5.5. */
export interface Comparator {
  readonly property: string;
  readonly isAscending: boolean;
  /** With `hasKeyword` and its kin (RFC 8621 §4.4.2). */
  readonly keyword: string | null;
}

/** Collations that the session announces; both compare here as Unicode text without case. */
export const collations: readonly string[] = ['i;ascii-casemap', 'i;unicode-casemap'];

/**
 * Reads the `sort` argument; the empty list when there is none. `supported` are the properties that can be sorted by,
 * `withKeyword` those of them that need a keyword. Throws `unsupportedSort` for others and for unknown collations.
 */
export function readSort(
  value: Json | undefined,
  supported: ReadonlySet<string>,
  withKeyword: ReadonlySet<string> = new Set(),
): Comparator[] {
  if (value === undefined || value === null) return [];
  if (!isArray(value)) throw invalidArgument('sort', 'Comparator[] expected');
  if (value.length > grammarLimits.comparators)
    throw new MethodError('unsupportedSort', 'too many comparators');
  return value.map(item => readComparator(item, supported, withKeyword));
}

function readComparator(
  item: Json,
  supported: ReadonlySet<string>,
  withKeyword: ReadonlySet<string>,
): Comparator {
  if (!isObject(item)) throw invalidArgument('sort', 'a Comparator is an object');
  const property = own(item, 'property');
  const isAscending = own(item, 'isAscending') ?? true;
  const collation = own(item, 'collation') ?? null;
  const keyword = own(item, 'keyword') ?? null;
  if (typeof property !== 'string') throw invalidArgument('sort', 'property is missing');
  if (typeof isAscending !== 'boolean') throw invalidArgument('sort', 'isAscending is a Boolean');
  if (collation !== null && typeof collation !== 'string') {
    throw invalidArgument('sort', 'collation is a String');
  }
  if (keyword !== null && typeof keyword !== 'string') throw invalidArgument('sort', 'keyword is a String');
  if (!supported.has(property)) throw new MethodError('unsupportedSort', `not by ${property.slice(0, 100)}`);
  if (collation !== null && !collations.includes(collation)) {
    throw new MethodError('unsupportedSort', 'unknown collation');
  }
  if (withKeyword.has(property) && keyword === null) {
    throw invalidArgument('sort', `${property} needs a keyword`);
  }
  return { property, isAscending, keyword: keyword === null ? null : keyword.toLowerCase() };
}
