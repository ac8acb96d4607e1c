import { createContext, useContext } from 'react';
import type { Toasts } from '../ui/toasts.tsx';
import type { Api } from './api.ts';

export type Access = 'view' | 'manage';

/** `GET /session`: who administers what. */
export interface Session {
  readonly login: string;
  readonly administrator: {
    readonly role: 'owner' | 'super' | 'scoped';
    readonly functions: Readonly<Record<string, Access>>;
    /** Ids of departments in reach; null: all. */
    readonly departments: readonly number[] | null;
  } | null;
  readonly company: { readonly id: number; readonly name: string; readonly domain: string | null };
}

/** What every page of the console works with. */
export interface Console {
  readonly api: Api;
  readonly session: Session;
  readonly toasts: Toasts;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const value = useContext(ConsoleContext);
  if (!value) throw new Error('outside the console');
  return value;
}

/** Whether the administrator may use a function; `any`: every administrator may. */
export function may(session: Session, name: string, access: Access): boolean {
  const { administrator } = session;
  if (!administrator) return false;
  if (name === 'any') return true;
  const granted = administrator.functions[name];
  return granted === 'manage' || (access === 'view' && granted === 'view');
}
