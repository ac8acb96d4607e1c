import { createContext, useContext } from 'react';
import type { Accounts } from './accounts.ts';

/** One's own account and the others, for whatever shows or leaves them. */
export const AccountsContext = createContext<Accounts | null>(null);

export function useAccounts(): Accounts | null {
  return useContext(AccountsContext);
}
