import { useCallback } from 'react';
import type { Person } from '../../kit/pickers.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';

/** Names of accounts that a policy holds; null while they are asked for. Who may not see members sees numbers. */
export function useNamedAccounts(accounts: readonly number[]): readonly Person[] | null {
  const { api, session } = useConsole();
  const named = may(session, 'members', 'view');
  return useLoaded(
    useCallback(
      async (): Promise<readonly Person[]> =>
        Promise.all(
          accounts.map(async (id): Promise<Person> => {
            const unnamed = { id, address: `#${id}`, name: '' };
            return named ? api.get<Person>(`/members/${id}`).catch(() => unnamed) : unnamed;
          }),
        ),
      [api, named, accounts],
    ),
  ).value;
}
