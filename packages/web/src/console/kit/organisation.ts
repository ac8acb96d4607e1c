import { useCallback } from 'react';
import type { Api, Page, Query } from '../api.ts';
import { may, useConsole } from '../session.ts';
import { type Loaded, useLoaded } from './use-loaded.ts';

export interface Department {
  readonly id: number;
  readonly name: string;
  readonly parentId: number | null;
}

export interface Tag {
  readonly id: number;
  readonly name: string;
}

/** Most pages of a short list that are read to its end. */
const mostPages = 50;

/** All entries of a list that is not long. */
export async function readAll<Item>(api: Api, path: string, query: Query = {}): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const answer: Page<Item> = await api.get<Page<Item>>(path, { ...query, limit: 200, cursor });
    items.push(...answer.items);
    cursor = answer.next;
    if (cursor === null) break;
  }
  return items;
}

/** Departments in reach, parents before children, with how deep each lies. */
export function useDepartments(): Loaded<readonly (Department & { readonly depth: number })[]> {
  const { api, session } = useConsole();
  const path = may(session, 'members', 'view') ? '/departments' : '/book/departments';
  return useLoaded(
    useCallback(async (): Promise<readonly (Department & { readonly depth: number })[]> => {
      const all = await readAll<Department>(api, path);
      const known = new Set(all.map(({ id }) => id));
      const below = Map.groupBy(all, ({ parentId }) =>
        parentId !== null && known.has(parentId) ? parentId : 0,
      );
      const ordered: (Department & { readonly depth: number })[] = [];
      const walk = (parent: number, depth: number): void => {
        for (const department of below.get(parent) ?? []) {
          ordered.push({ ...department, depth });
          walk(department.id, depth + 1);
        }
      };
      walk(0, 0);
      return ordered;
    }, [api, path]),
  );
}

/** Tags of the company; none for administrators who may not see members. */
export function useTags(): Loaded<readonly Tag[]> {
  const { api, session } = useConsole();
  const allowed = may(session, 'members', 'view');
  return useLoaded(
    useCallback(
      async (): Promise<readonly Tag[]> => (allowed ? readAll<Tag>(api, '/tags') : []),
      [api, allowed],
    ),
  );
}
