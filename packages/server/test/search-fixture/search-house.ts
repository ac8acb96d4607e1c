import type { Scope } from '../../src/access/scope.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { searchMessages } from '../../src/mailbox/search.ts';
import type { SearchQuery } from '../../src/mailbox/search-query.ts';
import { openView } from '../../src/mailbox/view.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { defaultIndexLimits, type IndexLimits, type SearchContext } from '../../src/search/context.ts';
import { IndexThread } from '../../src/search/thread/index-thread.ts';
import { updateIndex } from '../../src/search/update-index.ts';
import { openSearchStore, type SearchStore } from '../../src/store/accounts/search/search-store.ts';
import type { MailboxHouse } from '../store-fixture/mailbox-fixture.ts';

/** A house with word indexes, and the thread that fills them. */
export interface SearchHouse extends AsyncDisposable {
  readonly search: SearchStore;
  /** Searches with the index. */
  readonly indexed: MailboxContext;
  readonly context: SearchContext;
  readonly thread: IndexThread;
  /** Brings an account's index up to date; returns the messages that were indexed. */
  index(scope: Scope): Promise<number>;
}

export function openSearch(house: MailboxHouse, limits: Partial<IndexLimits> = {}): SearchHouse {
  const search = openSearchStore({ dataFolder: house.folder, clock: systemClock });
  const all: IndexLimits = { ...defaultIndexLimits, ...limits };
  const { accounts, blobs, log } = house.ctx;
  const context: SearchContext = { accounts, blobs, search, clock: systemClock, log, limits: all };
  const thread = new IndexThread({
    clock: systemClock,
    jobMs: all.jobMs,
    idleMs: all.idleMs,
    heapMiB: all.heapMiB,
  });
  return {
    search,
    indexed: { ...house.ctx, search },
    context,
    thread,
    index: async scope => (await updateIndex(context, thread, scope)).messages,
    async [Symbol.asyncDispose]() {
      await thread[Symbol.asyncDispose]();
      await search[Symbol.asyncDispose]();
    },
  };
}

/** UIDs of INBOX that match. */
export async function found(ctx: MailboxContext, scope: Scope, query: SearchQuery): Promise<number[]> {
  return searchMessages(ctx, scope, 1, query, await openView(ctx, scope, 1));
}
