import type { Call } from './client.ts';
import { mayKeep } from './offline/keeper.ts';

const name = 'hongyan.first';

interface FirstList {
  readonly accountId: string;
  /** Where the page was opened, as in the address bar. */
  readonly place: string;
  readonly calls: readonly Call[];
}

/** Of this visit only, unless the person said that the computer is their own (SEC-02). */
const places = (): Storage[] => (mayKeep() ? [sessionStorage, localStorage] : [sessionStorage]);

/** What the list of this place was asked for with last time; null: not known. It goes along with the first request. */
export function recallFirstList(accountId: string, place: string): readonly Call[] | null {
  for (const storage of places()) {
    try {
      const known = JSON.parse(storage.getItem(name) ?? 'null') as FirstList | null;
      if (known?.accountId === accountId && known.place === place) return known.calls;
    } catch {
      // Written by another version: asked for after the folders are known, as on a first visit.
    }
  }
  return null;
}

export function rememberFirstList(accountId: string, place: string, calls: readonly Call[]): void {
  try {
    for (const storage of places())
      storage.setItem(name, JSON.stringify({ accountId, place, calls } satisfies FirstList));
  } catch {
    // No room: the next start takes one trip more.
  }
}

export function forgetFirstList(): void {
  sessionStorage.removeItem(name);
  localStorage.removeItem(name);
}
