import { useCallback, useEffect, useRef, useState } from 'react';
import type { Page } from '../../api.ts';

/** Most pages that are read again after a change. */
const mostPages = 20;

/** A list that is read page by page as one scrolls. */
export interface ListState<Item> {
  readonly items: readonly Item[];
  readonly total: number | null;
  readonly loading: boolean;
  readonly failure: unknown;
  /** Whether there is more than what is shown. */
  readonly hasMore: boolean;
  readonly more: () => void;
  /** Reads again from the top; what is shown stays until the answer is there. */
  readonly refresh: () => void;
  /** Changes an item on the screen without asking the server. */
  readonly replace: (same: (item: Item) => boolean, next: Item | null) => void;
}

/**
 * Reads a list. `fetch` gets the cursor of the page; change it (useCallback) when the filters change: the list then
 * starts anew, and late answers of the old one are dropped.
 */
export function useList<Item>(fetch: (cursor: string | null) => Promise<Page<Item>>): ListState<Item> {
  const [state, setState] = useState<{
    items: readonly Item[];
    next: string | null;
    total: number | null;
    loading: boolean;
    failure: unknown;
  }>({ items: [], next: null, total: null, loading: true, failure: null });
  const round = useRef(0);

  /** Pages from the top until there are as many entries as are shown: who looks at the 500th stays there. */
  const again = useCallback(
    async (wanted: number): Promise<Page<Item>> => {
      const first = await fetch(null);
      const items = [...first.items];
      let { next } = first;
      for (let pages = 1; next !== null && items.length < wanted && pages < mostPages; pages += 1) {
        const page = await fetch(next);
        items.push(...page.items);
        ({ next } = page);
      }
      return { ...first, items, next };
    },
    [fetch],
  );

  const read = useCallback(
    (cursor: string | null, wanted = 0): void => {
      round.current += cursor === null ? 1 : 0;
      const mine = round.current;
      setState(before => ({ ...before, loading: true }));
      (cursor === null ? again(wanted) : fetch(cursor)).then(
        page => {
          if (mine !== round.current) return;
          setState(before => ({
            items: cursor === null ? page.items : [...before.items, ...page.items],
            next: page.next,
            total: page.total ?? (cursor === null ? null : before.total),
            loading: false,
            failure: null,
          }));
        },
        (failure: unknown) => {
          if (mine === round.current) setState(before => ({ ...before, loading: false, failure }));
        },
      );
    },
    [fetch, again],
  );
  useEffect(() => read(null), [read]);
  const { next, loading } = state;
  return {
    items: state.items,
    total: state.total,
    loading,
    failure: state.failure,
    hasMore: next !== null,
    more: () => {
      if (next !== null && !loading) read(next);
    },
    refresh: () => read(null, state.items.length),
    replace: (same, item) =>
      setState(before => ({
        ...before,
        items: before.items.flatMap(other => (same(other) ? (item === null ? [] : [item]) : [other])),
      })),
  };
}
