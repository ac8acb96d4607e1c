import { useCallback } from 'react';
import type { Page, Query } from '../../api.ts';
import { useConsole } from '../../session.ts';
import { type ListState, useList } from './use-list.ts';

/** Entries of one request: a screen and the beginning of the next. */
const atOnce = 100;

/** Reads a list of the API with these filters, anew whenever one of them changes. */
export function useApiList<Item>(path: string, query: Query = {}): ListState<Item> {
  const { api } = useConsole();
  const filters = JSON.stringify(query);
  return useList(
    useCallback(
      (cursor: string | null) =>
        api.get<Page<Item>>(path, { limit: atOnce, ...(JSON.parse(filters) as Query), cursor }),
      [api, path, filters],
    ),
  );
}
