import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { type QueryDelta, type QueryWindow, windowStart } from '@hongyan/formats/jmap/window.ts';
import type { Scope } from '../../access/scope.ts';
import { accountIdOf } from './accounts.ts';

/** Ids that a `/query` gives at once. */
export const mostResults = 5_000;

/** Response of a `/query` (RFC 8620 §5.5) from all results, of which only the window is printed. */
export function answerQuery<Item>(
  scope: Scope,
  results: readonly Item[],
  window: QueryWindow,
  print: (item: Item) => string,
  queryState: string,
  canCalculateChanges: boolean,
): JsonObject {
  const position = windowStart(window, results.length, anchor =>
    results.findIndex(item => print(item) === anchor),
  );
  const ids = results.slice(position, position + window.limit).map(print);
  return {
    accountId: accountIdOf(scope),
    queryState,
    canCalculateChanges,
    position,
    ids,
    ...(window.calculateTotal ? { total: results.length } : {}),
    ...(window.limited ? { limit: window.limit } : {}),
  };
}

/** Arguments that every `/queryChanges` has beside filter and sort (RFC 8620 §5.6). */
export interface QueryChangesArguments {
  readonly sinceQueryState: string;
  readonly maxChanges: number | null;
  readonly upToId: string | null;
  readonly calculateTotal: boolean;
}

export function readQueryChanges(args: Arguments): QueryChangesArguments {
  const maxChanges = args.unsigned('maxChanges');
  if (maxChanges === 0) throw invalidArgument('maxChanges', 'at least 1');
  return {
    sinceQueryState: args.requiredString('sinceQueryState'),
    maxChanges,
    upToId: args.id('upToId'),
    calculateTotal: args.boolean('calculateTotal'),
  };
}

/** Response of a `/queryChanges`. Throws `tooManyChanges`. */
export function answerQueryChanges(
  scope: Scope,
  wanted: QueryChangesArguments,
  delta: QueryDelta,
  newQueryState: string,
  total: number,
): JsonObject {
  if (wanted.maxChanges !== null && delta.removed.length + delta.added.length > wanted.maxChanges) {
    throw new MethodError('tooManyChanges');
  }
  return {
    accountId: accountIdOf(scope),
    oldQueryState: wanted.sinceQueryState,
    newQueryState,
    ...(wanted.calculateTotal ? { total } : {}),
    removed: delta.removed,
    added: delta.added.map(({ id, index }) => ({ id, index })),
  };
}
