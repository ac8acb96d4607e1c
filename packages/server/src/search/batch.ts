import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scope } from '../access/scope.ts';
import { isIndexOf } from '../mailbox/searching/index-lookup.ts';
import { contentRows } from '../store/accounts/emails/content-rows.ts';
import {
  existingMessages,
  feedState,
  messagesAfter,
  messagesGone,
} from '../store/accounts/search/feed-rows.ts';
import type { IndexMarks } from '../store/accounts/search/index-port.ts';
import type { SearchContext } from './context.ts';
import type { ExtractLimits } from './extract/limits.ts';
import { type RawMessage, readRaw } from './raw-message.ts';

/** The next piece of work on one index. */
export interface Batch {
  readonly from: IndexMarks | null;
  readonly to: IndexMarks;
  readonly messages: readonly RawMessage[];
  readonly remove: readonly number[];
  /** Whether there may be more after it. */
  readonly more: boolean;
}

/** Ids of an index that are compared with the account at a time. */
const comparedAtATime = 5_000;

/** Messages of the index that the account has no more: for when the account cannot tell what went. */
async function surplus(ctx: SearchContext, scope: Scope): Promise<number[]> {
  const gone: number[] = [];
  for (let after = 0; ; await nextTurn()) {
    const ids = (await ctx.search.use(scope, index => index.ids(after, comparedAtATime))) ?? [];
    if (ids.length === 0) return gone;
    const existing = await ctx.accounts.read(scope, reader => existingMessages(reader, ids));
    gone.push(...ids.filter(id => !existing.has(id)));
    after = ids.at(-1) ?? after;
  }
}

/** Where the account's index is; an index of something else is thrown away. */
async function currentMarks(ctx: SearchContext, scope: Scope): Promise<IndexMarks | null> {
  const marks = await ctx.search.use(scope, index => index.marks(), true);
  if (!marks) return null;
  const state = await ctx.accounts.read(scope, reader => feedState(reader));
  if (isIndexOf(marks, state)) return marks;
  ctx.log.warn('search.index_discarded', { account: scope.accountId });
  await ctx.search.remove(scope);
  return null;
}

/**
 * Collects what an account's index lacks, as much as fits one go; null when it lacks nothing. Bodies are read outside of
 * any snapshot.
 */
export async function nextBatch(
  ctx: SearchContext,
  scope: Scope,
  maxMessages: number,
  extract: ExtractLimits | null,
): Promise<Batch | null> {
  const from = await currentMarks(ctx, scope);
  const { state, rows, ids, told } = await ctx.accounts.read(scope, async reader => {
    const state = await feedState(reader);
    const ids = await messagesAfter(reader, from?.through ?? 0, maxMessages);
    const tellable = !from || state.floor <= from.modseq;
    const told = from && tellable ? await messagesGone(reader, from.modseq, state.modseq) : null;
    return { state, ids, rows: await contentRows(reader, ids), told };
  });
  const remove =
    from && !told ? await surplus(ctx, scope) : (told ?? []).filter(id => id <= (from?.through ?? 0));
  const compared = from !== null && !told;
  if (ids.length === 0 && remove.length === 0 && from && !compared) return null;
  const messages: RawMessage[] = [];
  let bytes = 0;
  let through = from?.through ?? 0;
  for (const id of ids) {
    const row = rows.get(id);
    if (row) {
      const message = await readRaw(ctx.blobs, scope, row, extract);
      messages.push(message);
      for (const piece of message.pieces) bytes += piece.bytes.length;
    }
    through = id;
    if (bytes >= ctx.limits.batchBytes) break;
  }
  return {
    from,
    // What goes after this snapshot is told next time.
    to: { through, modseq: state.modseq, accountCreatedAt: state.createdAt },
    messages,
    remove,
    more: ids.length === maxMessages || through !== (ids.at(-1) ?? through),
  };
}
