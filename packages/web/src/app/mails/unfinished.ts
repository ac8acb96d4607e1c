import type { MailStore } from '../../jmap/mail-store.ts';
import { uniqueId } from '../../lib/unique.ts';
import type { Step } from './changes.ts';

const prefix = 'hongyan.work.';
const doneSuffix = '.done';

/** Work on mails, as this browser keeps it while it goes on: the page may be closed before it is done. */
export interface Work {
  readonly step: Step;
  /** Only mails that still lie in this mailbox; null: wherever they lie. */
  readonly mailboxId: string | null;
  readonly ids: readonly string[];
  /** Whether the screen has said that it is done: then it goes on without a question. */
  readonly told: boolean;
}

/** Work that a closed page left, and how many of its mails are known to be done. */
export interface LeftWork extends Work {
  readonly key: string;
  readonly done: number;
}

// A page that goes breaks off its own requests: what fails then has not ended.
let leaving = false;
globalThis.addEventListener?.('pagehide', () => {
  leaving = true;
});
globalThis.addEventListener?.('pageshow', () => {
  leaving = false;
});

const nameOf = (store: MailStore, key: string): string => `${prefix}${store.client.accountId}.${key}`;
/** Work under way on this page. */
const underWay = new Set<string>();

/** Web Locks tell whether the page that does it is still there. */
const lockOf = (key: string): string => `work.${key}`;

function forget(store: MailStore, key: string): void {
  localStorage.removeItem(nameOf(store, key));
  localStorage.removeItem(nameOf(store, key) + doneSuffix);
}

/** A note of work under way. */
export class WorkNote {
  readonly #store: MailStore;
  readonly #key = uniqueId();

  constructor(store: MailStore, work: Work) {
    this.#store = store;
    underWay.add(this.#key);
    store.draftLocks.hold(lockOf(this.#key));
    this.#write('', JSON.stringify(work));
  }

  /** Says how many of the mails have been gone through. */
  done(count: number): void {
    this.#write(doneSuffix, String(count));
  }

  /** It has ended, and how has been told. */
  end(): void {
    if (leaving) return;
    underWay.delete(this.#key);
    forget(this.#store, this.#key);
    this.#store.draftLocks.release(lockOf(this.#key));
  }

  #write(suffix: string, text: string): void {
    try {
      localStorage.setItem(nameOf(this.#store, this.#key) + suffix, text);
    } catch {
      // There is no room: then a closed page leaves no note.
    }
  }
}

/** Takes over what pages before this one left undone. It is this tab's from here on, until it is forgotten. */
export async function takeLeftWork(store: MailStore): Promise<LeftWork[]> {
  const start = nameOf(store, '');
  const keys = Object.keys(localStorage)
    .filter(name => name.startsWith(start) && !name.endsWith(doneSuffix))
    .map(name => name.slice(start.length));
  const left: LeftWork[] = [];
  for (const key of keys) {
    if (underWay.has(key) || !(await store.draftLocks.take(lockOf(key)))) continue;
    const text = localStorage.getItem(nameOf(store, key));
    if (text === null) continue;
    const done = Number(localStorage.getItem(nameOf(store, key) + doneSuffix) ?? 0);
    try {
      left.push({ ...(JSON.parse(text) as Work), key, done });
    } catch {
      // Torn.
      forget(store, key);
    }
  }
  return left;
}

/** Nobody needs to hear of it any more. */
export function forgetLeftWork(store: MailStore, key: string): void {
  forget(store, key);
  store.draftLocks.release(lockOf(key));
}

/** Forgets all work of this account, at sign-out. */
export function forgetAllWork(store: MailStore): void {
  for (const name of Object.keys(localStorage))
    if (name.startsWith(nameOf(store, ''))) localStorage.removeItem(name);
}
