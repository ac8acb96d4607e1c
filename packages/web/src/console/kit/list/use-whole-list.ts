import { useCallback, useMemo } from 'react';
import { useConsole } from '../../session.ts';
import { readAll } from '../organisation.ts';
import { type ListState, useList } from './use-list.ts';

/** What a filter beside the search leaves: entries of the `wanted` kind; empty: all. */
export interface KindFilter<Item> {
  readonly wanted: string;
  readonly of: (item: Item) => string;
}

/** Reads a list that is never long to its end, and narrows it to the entries that have `q` in one of their words. */
export function useWholeList<Item>(
  path: string,
  q: string,
  wordsOf: (item: Item) => readonly string[],
  kind?: KindFilter<Item>,
): ListState<Item> {
  const { api } = useConsole();
  const list = useList(
    useCallback(async () => {
      const items = await readAll<Item>(api, path);
      return { items, next: null, total: items.length };
    }, [api, path]),
  );
  const wanted = q.toLowerCase();
  const only = kind?.wanted ?? '';
  const all = wanted === '' && only === '';
  const items = useMemo(
    () =>
      all
        ? list.items
        : list.items.filter(
            item =>
              (only === '' || kind?.of(item) === only) &&
              wordsOf(item).some(word => word.toLowerCase().includes(wanted)),
          ),
    // oxlint-disable-next-line react/exhaustive-deps -- the functions are written where they are used and always the same
    [list.items, wanted, only],
  );
  return { ...list, items, total: all ? list.total : items.length };
}
