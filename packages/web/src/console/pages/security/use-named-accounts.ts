import { useCallback, useMemo } from 'react';
import type { Person } from '../../kit/pickers.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';

/** Members of a policy whose names are shown. */
const mostNamed = 100;

/** Accounts of a policy for a picker. */
export interface NamedAccounts {
  /** The first hundred with their names; null while they are asked for. Who may not see members sees numbers. */
  readonly people: readonly Person[] | null;
  /** What the policy holds when these are chosen in place of the named ones; the others stay. */
  readonly replaced: (chosen: readonly Person[]) => readonly number[];
}

/** Names of accounts that a policy holds. */
export function useNamedAccounts(accounts: readonly number[]): NamedAccounts {
  const { api, session } = useConsole();
  const named = may(session, 'members', 'view');
  const shown = useMemo(() => accounts.slice(0, mostNamed), [accounts]);
  const { value } = useLoaded(
    useCallback(
      async (): Promise<readonly Person[]> =>
        Promise.all(
          shown.map(async (id): Promise<Person> => {
            const unnamed = { id, address: `#${id}`, name: '' };
            return named ? api.get<Person>(`/members/${id}`).catch(() => unnamed) : unnamed;
          }),
        ),
      [api, named, shown],
    ),
  );
  return {
    people: value,
    replaced: chosen => [...chosen.map(({ id }) => id), ...accounts.slice(mostNamed)],
  };
}
