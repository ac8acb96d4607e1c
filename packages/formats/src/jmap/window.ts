import type { Arguments } from './arguments.ts';
import { MethodError } from './method-error.ts';

/** Which part of a query's results is asked for (RFC 8620 §5.5). */
export interface QueryWindow {
  readonly position: number;
  readonly anchor: string | null;
  readonly anchorOffset: number;
  readonly limit: number;
  /** Whether the server set the limit: then the response says so. */
  readonly limited: boolean;
  readonly calculateTotal: boolean;
}

/** Reads position, anchor, anchorOffset, limit and calculateTotal; no more than `most` results are given at once. */
export function readWindow(args: Arguments, most: number): QueryWindow {
  const asked = args.unsigned('limit');
  return {
    position: args.int('position') ?? 0,
    anchor: args.id('anchor'),
    anchorOffset: args.int('anchorOffset') ?? 0,
    limit: Math.min(asked ?? most, most),
    limited: asked === null || asked > most,
    calculateTotal: args.boolean('calculateTotal'),
  };
}

/**
 * The index at which a window starts in `total` results. `find` gives the index of the anchor, -1 when it is not among
 * them: then `anchorNotFound` is thrown.
 */
export function windowStart(window: QueryWindow, total: number, find: (anchor: string) => number): number {
  if (window.anchor !== null) {
    const index = find(window.anchor);
    if (index < 0) throw new MethodError('anchorNotFound');
    return Math.max(0, index + window.anchorOffset);
  }
  return window.position < 0 ? Math.max(0, total + window.position) : window.position;
}

/** An item of `added` (RFC 8620 §5.6). */
export interface AddedItem {
  readonly id: string;
  readonly index: number;
}

export interface QueryDelta {
  readonly removed: string[];
  readonly added: AddedItem[];
}

/**
 * The difference of a query for `/queryChanges` (RFC 8620 §5.6). `current` are the results now, `touched` every object
 * that was created or changed in a way that may count, `gone` those that were destroyed. Whatever was touched is taken
 * out and, if it still matches, put back at its place: exact enough for any filter and sort, without knowing the old
 * results. `upTo` cuts off what lies behind that id; pass it only for immutable filters and sorts.
 */
export function queryDelta(
  current: readonly string[],
  touched: ReadonlySet<string>,
  gone: readonly string[],
  upTo: string | null,
): QueryDelta {
  const added: AddedItem[] = [];
  const last = upTo === null ? -1 : current.indexOf(upTo);
  const end = last < 0 ? current.length : last + 1;
  for (let index = 0; index < end; index++) {
    const id = current[index];
    if (id !== undefined && touched.has(id)) added.push({ id, index });
  }
  return { removed: [...touched, ...gone.filter(id => !touched.has(id))], added };
}
