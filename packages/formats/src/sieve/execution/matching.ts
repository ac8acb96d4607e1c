import type { Arguments } from '../language/arguments.ts';
import type { Facts, TagShape } from '../language/shape.ts';
import type { Text } from '../language/text.ts';
import { excerpt, type Position, SieveProblem } from '../problem.ts';
import { compileRegex } from '../regex/program.ts';
import { searchRegex } from '../regex/search.ts';
import {
  type Comparator,
  comparators,
  type Folded,
  freeComparators,
  standardComparator,
} from './comparators.ts';
import { findText } from './find-text.ts';
import { matchGlob, parseGlob } from './glob.ts';
import { matchLists } from './lists.ts';
import type { Run } from './run.ts';

type Relation = 'gt' | 'ge' | 'lt' | 'le' | 'eq' | 'ne';
const relations: readonly string[] = ['gt', 'ge', 'lt', 'le', 'eq', 'ne'];
const types = ['list', 'is', 'contains', 'matches', 'regex', 'value', 'count'] as const;

/** How a test compares (RFC 5228 §2.7, RFC 5231). */
export interface Matching {
  readonly type: (typeof types)[number];
  readonly relation: Relation;
  readonly comparator: Comparator;
  readonly at: Position;
}

/** `:is`, `:contains`, `:matches`, `:regex`, `:value`, `:count` and `:comparator`. */
export const matchingTags: Readonly<Record<string, TagShape>> = {
  comparator: { value: 'string' },
  is: { group: 'match type' },
  contains: { group: 'match type' },
  matches: { group: 'match type' },
  regex: { group: 'match type', requires: 'regex' },
  value: { group: 'match type', value: 'string', requires: 'relational' },
  count: { group: 'match type', value: 'string', requires: 'relational' },
};

/** `:list`, for tests whose keys may be names of lists (RFC 6134 §2.2). */
export const listTags: Readonly<Record<string, TagShape>> = {
  list: { group: 'match type', requires: 'extlists' },
};

function comparatorOf(args: Arguments, facts: Facts): Comparator {
  const name = args.constant('comparator') ?? standardComparator;
  const comparator = comparators.find(one => one.name === name);
  const at = args.placeOf('comparator');
  if (comparator === undefined)
    throw new SieveProblem('unknown_comparator', at, { comparator: excerpt(name) });
  const extension = `comparator-${name}`;
  if (!freeComparators.has(name) && !facts.has(extension))
    throw new SieveProblem('missing_require', at, { extension, name });
  return comparator;
}

/** How these arguments want to compare. Throws `SieveProblem` for an unknown comparator or relation. */
export function matchingOf(args: Arguments, facts: Facts): Matching {
  const type = types.find(one => args.has(one)) ?? 'is';
  const comparator = comparatorOf(args, facts);
  // RFC 6134 §2.2: how a list compares is its own matter.
  if (type === 'list' && args.given('comparator'))
    throw new SieveProblem('tag_conflict', args.at, { tag: 'list', other: 'comparator' });
  const relation = type === 'list' ? 'eq' : (args.constant(type) ?? 'eq');
  if (!relations.includes(relation.toLowerCase())) args.fail(type, relation);
  if (!comparator.substring && (type === 'contains' || type === 'matches' || type === 'regex')) {
    throw new SieveProblem('comparator_cannot', args.at, { comparator: comparator.name, match: `:${type}` });
  }
  return { type, comparator, relation: relation.toLowerCase() as Relation, at: args.at };
}

function related(order: number, relation: Relation): boolean {
  switch (relation) {
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    default:
      return relation satisfies never;
  }
}

function originalSpan(value: string, folded: Folded, start: number, end: number): string {
  const { origin } = folded;
  if (origin === null) return value.slice(start, end);
  return value.slice(origin[start] ?? value.length, origin[end] ?? value.length);
}

function requireShort(run: Run, key: string, at: Position): void {
  const max = run.limits.patternLength;
  if (key.length > max) run.fail('pattern_too_long', at, { max });
}

function matches(run: Run, value: string, folded: Folded, key: string, comparator: Comparator): boolean {
  const spans = matchGlob(folded.text, parseGlob(comparator.fold(key).text));
  if (spans === null) return false;
  run.setMatches([value, ...spans.map(([start, end]) => originalSpan(value, folded, start, end))]);
  return true;
}

/** POSIX extended regular expressions, in time linear in the text. Group 0 is what matched (RFC 5229 §3.2). */
function matchesRegex(run: Run, value: string, key: string, { comparator, at }: Matching): boolean {
  const program =
    compileRegex(key, comparator.name !== 'i;octet') ??
    run.fail('bad_value', at, { name: ':regex', value: excerpt(key) });
  run.spend(regexSlowness * value.length * program.steps.length, at);
  const spans = searchRegex(program, value);
  if (spans === null) return false;
  run.setMatches(spans.map(span => (span === null ? '' : value.slice(...span))));
  return true;
}

/** How much longer a comparison with `?`, and a step of a regular expression, take than one of plain text. */
const slowness = 4;
const regexSlowness = 32;

/** What `:matches` may cost: only a pattern with `?` is compared again at each place, and slowly. */
function costOf(value: string, key: string): number {
  return key.includes('?') ? slowness * value.length * Math.max(1, key.length) : value.length + key.length;
}

function matchOne(run: Run, matching: Matching, value: string, folded: Folded, key: string): boolean {
  const { comparator, type, at } = matching;
  switch (type) {
    case 'is':
      return comparator.substring
        ? comparator.fold(key).text === folded.text
        : comparator.compare(value, key) === 0;
    case 'value':
      return related(comparator.compare(value, key), matching.relation);
    case 'contains':
      requireShort(run, key, at);
      return findText(folded.text, comparator.fold(key).text, 0) !== -1;
    case 'regex':
      requireShort(run, key, at);
      return matchesRegex(run, value, key, matching);
    case 'matches':
      requireShort(run, key, at);
      run.spend(costOf(value, key), at);
      return matches(run, value, folded, key, comparator);
    default:
      return false;
  }
}

/** Throws `bad_value` for a constant regular expression that is none; to be called when a test is checked. */
export function checkKeys(args: Arguments, matching: Matching, keys: readonly Text[]): void {
  if (matching.type !== 'regex') return;
  for (const key of keys) {
    if (key.kind === 'constant' && compileRegex(key.value, true) === null)
      throw new SieveProblem('bad_value', key.at, { name: `${args.name} :regex`, value: excerpt(key.value) });
  }
}

/** `matchValues`, or for `:list` whether any value stands in any of the lists that the keys name. */
export function matchKeys(
  run: Run,
  matching: Matching,
  values: readonly string[],
  keys: readonly Text[],
): boolean | Promise<boolean> {
  return matching.type === 'list' ? matchLists(run, values, keys) : matchValues(run, matching, values, keys);
}

/**
 * Whether any value fits any key (RFC 5228 §2.7.1, RFC 5231 §4.2). The first value that fits, against the keys in
 * their order, sets the match variables (RFC 5229 §3.2).
 */
export function matchValues(
  run: Run,
  matching: Matching,
  values: readonly string[],
  keyTexts: readonly Text[],
): boolean {
  const keys = run.texts(keyTexts);
  const { comparator, relation, type, at } = matching;
  if (type === 'count')
    return keys.some(key => related(comparator.compare(String(values.length), key), relation));
  for (const value of values) {
    run.spend(value.length + 1, at);
    const folded = comparator.fold(value);
    for (const key of keys) {
      run.spend(Math.min(value.length, 4096) + key.length + 1, at);
      if (matchOne(run, matching, value, folded, key)) return true;
    }
  }
  return false;
}
