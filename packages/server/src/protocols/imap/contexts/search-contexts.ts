import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';
import type { UpdateRequest } from '@hongyan/formats/imap/arguments/search-returns.ts';
import { type NumberRanges, normalizeRanges, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import type { SearchQuery } from '../../../mailbox/search-query.ts';
import type { SortRow } from '../ordering/sort-rows.ts';
import { compileSearch, type NumberContext } from '../search/compile.ts';
import type { Session } from '../session.ts';
import type { ContextOrder } from './context-order.ts';

/** One search whose result the client wants to follow (RFC 5267 §4.3). */
export interface SearchContext {
  readonly tag: string;
  /** Told in UIDs. */
  readonly uid: boolean;
  /** It came as ESEARCH: its answers name the mailbox (RFC 7377 §2.1). */
  readonly namesMailbox: boolean;
  readonly query: SearchQuery;
  readonly items: UpdateRequest['items'];
  readonly order: ContextOrder;
  /** What messages are sorted by. */
  readonly rows: (session: Session, uids: readonly number[]) => Promise<SortRow[]>;
}

const lastUid = 0xffff_ffff;

/**
 * The query of a search that goes on: message numbers and `$` stay what they are now (RFC 5267 §4.3), `*` in a range of
 * UIDs goes with the mailbox.
 */
export function lastingQuery(key: SearchKey, selected: NumberContext): SearchQuery {
  return compileSearch(key, {
    realm: selected.realm,
    uidRanges: (set: SequenceSet, uid: boolean): NumberRanges => {
      const now = selected.uidRanges(set, uid);
      if (!uid || set.kind === 'saved') return now;
      return normalizeRanges([...now, ...normalizeRanges(set.ranges, lastUid)], lastUid);
    },
  });
}

/** The searches that a session follows in its selected mailbox, and the messages to look at again for them. */
export class SearchContexts {
  /** Null while there are none, as in nearly all sessions. */
  #contexts: Map<string, SearchContext> | null = null;
  #touched: Set<number> | null = null;
  #all = false;

  get empty(): boolean {
    return this.count === 0;
  }

  get count(): number {
    return this.#contexts?.size ?? 0;
  }

  /** Messages whose sort values are held for all of them. */
  get held(): number {
    let held = 0;
    for (const { order } of this) held += order.held;
    return held;
  }

  has(tag: string): boolean {
    return this.#contexts?.has(tag) === true;
  }

  add(context: SearchContext): void {
    this.#contexts ??= new Map();
    this.#contexts.set(context.tag, context);
  }

  /** False when there is none of that tag. */
  cancel(tag: string): boolean {
    const known = this.#contexts?.delete(tag) === true;
    if (this.empty) this.forgetTouched();
    return known;
  }

  [Symbol.iterator](): Iterator<SearchContext> {
    return (this.#contexts ?? new Map<string, SearchContext>()).values();
  }

  /** These are new or have changed. */
  touch(entries: readonly { readonly uid: number }[]): void {
    if (this.empty) return;
    this.#touched ??= new Set();
    for (const { uid } of entries) this.#touched.add(uid);
  }

  /** Anything may have changed. */
  touchAll(): void {
    this.#all = !this.empty;
  }

  /** UIDs to look at again; null for all there are. */
  get touched(): ReadonlySet<number> | null {
    return this.#all ? null : (this.#touched ?? new Set());
  }

  forgetTouched(): void {
    this.#all = false;
    this.#touched = null;
  }
}
