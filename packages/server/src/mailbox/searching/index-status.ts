import type { Scope } from '../../access/scope.ts';
import { countMessagesAfter, feedState } from '../../store/accounts/search/feed-rows.ts';
import { type MailboxContext, requireRead } from '../context.ts';
import { isIndexOf } from './index-lookup.ts';

/** How far the word index of an account is. */
export interface IndexStatus {
  /** Whether there is one that can be asked. */
  readonly available: boolean;
  /** Messages that are not in it yet. They are found, too, only not as quickly. */
  readonly behind: number;
}

/** How far the account's index is. Throws `access.denied`; a broken index is one that is not there. */
export async function indexStatus(ctx: MailboxContext, scope: Scope): Promise<IndexStatus> {
  requireRead(scope);
  const marks = await ctx.search
    ?.use(scope, index => index.marks())
    .catch((error: unknown) => {
      ctx.log.warn('search.index_failed', { account: scope.accountId, error });
      return null;
    });
  return ctx.accounts.read(scope, async reader => {
    const state = await feedState(reader);
    const usable = marks && isIndexOf(marks, state) ? marks : null;
    return { available: usable !== null, behind: await countMessagesAfter(reader, usable?.through ?? 0) };
  });
}
