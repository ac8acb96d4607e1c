import { useCallback, useMemo } from 'react';
import { readAll } from '../../kit/organisation.ts';
import { type Loaded, useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import type { Department } from './types.ts';

/** All departments in reach, with ways to find them. */
export interface Departments {
  readonly loaded: Loaded<readonly Department[]>;
  readonly byId: ReadonlyMap<number, Department>;
  /** Directly below; null: those at the top of what is in reach. In their order. */
  readonly below: (id: number | null) => readonly Department[];
  /** The tree from top to bottom with how deep each lies. */
  readonly ordered: readonly { readonly department: Department; readonly depth: number }[];
}

export function useDepartmentTree(): Departments {
  const { api } = useConsole();
  const loaded = useLoaded(useCallback(() => readAll<Department>(api, '/departments'), [api]));
  const all = loaded.value;
  return useMemo(() => {
    const list = all ?? [];
    const byId = new Map(list.map(department => [department.id, department]));
    const children = Map.groupBy(list, ({ parentId }) =>
      parentId !== null && byId.has(parentId) ? parentId : 0,
    );
    for (const [, siblings] of children) siblings.sort((a, b) => a.position - b.position || a.id - b.id);
    const ordered: { department: Department; depth: number }[] = [];
    const walk = (id: number, depth: number): void => {
      for (const department of children.get(id) ?? []) {
        ordered.push({ department, depth });
        walk(department.id, depth + 1);
      }
    };
    walk(0, 0);
    return { loaded, byId, below: id => children.get(id ?? 0) ?? [], ordered };
    // oxlint-disable-next-line react/exhaustive-deps -- `loaded` is new with every state; its value and state decide
  }, [all, loaded.loading, loaded.failure]);
}
