import { type NeedlePlan, planNeedle } from '@hongyan/formats/search/needle.ts';
import type { Scope } from '../../access/scope.ts';
import { type FeedState, feedState } from '../../store/accounts/search/feed-rows.ts';
import type { AccountIndex, IndexField, IndexMarks } from '../../store/accounts/search/index-port.ts';
import type { MailboxContext } from '../context.ts';
import { contains, foldText } from './fold.ts';
import { isSignatureField } from './message-text.ts';

/** Where a needle is looked for. `text` is all of the message, `anywhere` the parts that people see (RFC 8621 §4.4.1). */
export type SearchPlace = 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'header' | 'body' | 'text' | 'anywhere';

const people = ['from', 'to', 'cc', 'bcc'] as const;

function fieldsOf(place: SearchPlace): readonly IndexField[] {
  switch (place) {
    case 'text':
      return ['subject', ...people, 'header', 'body', 'attachment'];
    case 'anywhere':
      return ['subject', ...people, 'body', 'attachment'];
    case 'body':
      return ['body', 'attachment'];
    // Fields that have a place of their own are not repeated under `header`.
    case 'header':
      return ['header', 'subject', ...people];
    default:
      return [place];
  }
}

/** What the index says about one needle in one place. */
export interface IndexAnswer {
  /** Messages above this id are not indexed yet: their text decides. */
  readonly through: number;
  /** These surely have it. */
  readonly sure: ReadonlySet<number>;
  /** These may have it: their text decides. All others up to `through` surely have not. */
  readonly maybe: ReadonlySet<number>;
}

/** Something to look for. */
export interface SearchedText {
  readonly place: SearchPlace;
  /** Name of the field; with `header` only. */
  readonly field?: string;
  /** Folded. Empty with `header`: whether the field is there. */
  readonly needle: string;
}

/** How the index looks for it; null when it cannot. */
function planOf({ place, field = '', needle }: SearchedText): NeedlePlan | null {
  if (place !== 'header') return needle === '' ? null : planNeedle(needle);
  // What signatures say is not in the index.
  if (isSignatureField(field)) return null;
  // Names are whole words there; a field that has the needle has its own name, too.
  const name = planNeedle(` ${foldText(field)} `);
  const value = needle === '' ? null : planNeedle(needle);
  if (!name || (needle !== '' && !value)) return name && { ...name, exact: false };
  return { pieces: [...name.pieces, ...(value?.pieces ?? [])], exact: false };
}

/** Whether an index belongs to the account as it is. One that is ahead was made from what a restore took back. */
export function isIndexOf(marks: IndexMarks, state: FeedState): boolean {
  return marks.accountCreatedAt === state.createdAt && marks.through < state.nextMessage;
}

async function ask(
  index: AccountIndex,
  state: FeedState,
  place: SearchPlace,
  plan: NeedlePlan,
): Promise<IndexAnswer | null> {
  // Asked first: what is indexed while we look is then taken for not indexed, never the other way round.
  const marks = await index.marks();
  if (!marks || !isIndexOf(marks, state)) return null;
  const found = await index.find(fieldsOf(place), plan.pieces);
  if (found === null) return null;
  const partial = new Set(await index.partial());
  const { exact } = plan;
  return {
    through: marks.through,
    sure: exact ? new Set(found).difference(partial) : new Set(),
    maybe: exact ? partial : partial.union(new Set(found)),
  };
}

/**
 * Asks the account's word index for a text. Null when the index is missing, broken or of no help: then
 * everything has to be looked into. Never fails: a search without its index is a scan.
 */
export async function lookUp(
  ctx: MailboxContext,
  scope: Scope,
  text: SearchedText,
): Promise<IndexAnswer | null> {
  const plan = ctx.search ? planOf(text) : null;
  if (!ctx.search || !plan) return null;
  try {
    const state = await ctx.accounts.read(scope, reader => feedState(reader));
    return await ctx.search.use(scope, index => ask(index, state, text.place, plan));
  } catch (error) {
    ctx.log.warn('search.index_failed', { account: scope.accountId, error });
    return null;
  }
}

/** Text of a message's attachments as far as it was indexed; empty without. Never fails. */
export async function attachmentText(ctx: MailboxContext, scope: Scope, messageId: number): Promise<string> {
  try {
    return (await ctx.search?.use(scope, index => index.attachmentText(messageId))) ?? '';
  } catch (error) {
    ctx.log.warn('search.index_failed', { account: scope.accountId, error });
    return '';
  }
}

/** Whether the indexed text of a message's attachments contains `needle` (folded, not empty). */
export async function attachmentContains(
  ctx: MailboxContext,
  scope: Scope,
  messageId: number,
  needle: string,
): Promise<boolean> {
  return needle !== '' && contains(await attachmentText(ctx, scope, messageId), needle);
}
