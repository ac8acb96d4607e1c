import { useCallback, useMemo } from 'react';
import { useConsole } from '../../session.ts';
import { readAll } from '../organisation.ts';
import { type ListState, useList } from './use-list.ts';

/** Reads a list that is never long to its end, and narrows it to the entries that have `q` in one of their words. */
export function useWholeList<Item>(
  path: string,
  q: string,
  wordsOf: (item: Item) => readonly string[],
): ListState<Item> {
  const { api } = useConsole();
  const list = useList(
    useCallback(async () => {
      const items = await readAll<Item>(api, path);
      return { items, next: null, total: items.length };
    }, [api, path]),
  );
  const wanted = q.toLowerCase();
  const items = useMemo(
    () =>
      wanted === ''
        ? list.items
        : list.items.filter(item => wordsOf(item).some(word => word.toLowerCase().includes(wanted))),
    // oxlint-disable-next-line react/exhaustive-deps -- `wordsOf` is written where it is used and always the same
    [list.items, wanted],
  );
  return { ...list, items, total: wanted === '' ? list.total : items.length };
}
