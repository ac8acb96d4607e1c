import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Scope } from '../access/scope.ts';
import { isMailError } from '../platform/errors.ts';
import type { UidPiece } from '../store/accounts/filed-rows.ts';
import { uidsOfMessageIds, uidsOfMessagesAfter } from '../store/accounts/search/feed-rows.ts';
import { type RowTest, uidsPassing } from '../store/accounts/search-rows.ts';
import { wide, wideRows } from '../store/accounts/wide-rows.ts';
import { type MailboxContext } from './context.ts';
import { keywordNames } from './keywords.ts';
import type { SearchQuery } from './search-query.ts';
import { foldText } from './searching/fold.ts';
import { attachmentContains, type IndexAnswer, lookUp } from './searching/index-lookup.ts';
import { type Plan, planSearch, type TextTest } from './searching/plan.ts';
import { columnsOf, passes } from './searching/text-match.ts';
import { UidSet } from './searching/uid-set.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import type { MailboxId, MailboxView } from './types.ts';
import { currentUids } from './views/uid-vector.ts';

/** Messages whose rows one statement tests. */
const rowsAtATime = 50_000;
/** Messages whose texts are looked into before others get their turn: envelopes are in the row, bodies are read. */
const textsAtATime = { envelope: 500, body: 50 } as const;

export interface SearchOptions {
  /** Ends the search early: it throws the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Search {
  readonly ctx: MailboxContext;
  readonly scope: Scope;
  readonly mailboxId: MailboxId;
  readonly base: number;
  readonly signal: AbortSignal | null;
}

async function testRows(search: Search, among: UidSet, test: RowTest): Promise<UidSet> {
  const { ctx, scope, mailboxId, signal } = search;
  const { uids } = among;
  const found = new UidSet(uids);
  for (let start = 0; start < uids.length; start += rowsAtATime) {
    signal?.throwIfAborted();
    const end = Math.min(start + rowsAtATime, uids.length);
    const marks = among.marks.subarray(start, end);
    if (!marks.includes(1)) continue;
    const first = uids[start + marks.indexOf(1)] ?? 0;
    const last = uids[start + marks.lastIndexOf(1)] ?? 0;
    found.addText(
      await ctx.accounts.read(scope, reader => uidsPassing(reader, mailboxId, first, last, test)),
    );
    if (end < uids.length) await nextTurn();
  }
  return found.and(among);
}

/** The messages of `among` whose text has what the test asks for: the index answers as far as it can. */
async function testTexts(search: Search, among: UidSet, test: TextTest): Promise<UidSet> {
  const { ctx, scope, mailboxId } = search;
  const needle = foldText(test.value);
  const field = test.key === 'header' ? test.field : '';
  const answer = await lookUp(ctx, scope, { place: test.key, field, needle });
  if (!answer) return scanTexts(search, among, test, needle, null);
  const { sure, open } = await ctx.accounts.read(scope, async reader => ({
    sure: await uidsOfMessageIds(
      reader,
      mailboxId,
      [...answer.sure].filter(id => id <= answer.through),
    ),
    open: [
      await uidsOfMessageIds(reader, mailboxId, [...answer.maybe]),
      await uidsOfMessagesAfter(reader, mailboxId, answer.through),
    ],
  }));
  const found = new UidSet(among.uids);
  found.addText(sure);
  const undecided = new UidSet(among.uids);
  for (const text of open) undecided.addText(text);
  const left = undecided.and(among).minus(found);
  return found.and(among).or(await scanTexts(search, left, test, needle, answer));
}

/** Looks into the texts of all messages of `among`. */
async function scanTexts(
  search: Search,
  among: UidSet,
  test: TextTest,
  needle: string,
  answer: IndexAnswer | null,
): Promise<UidSet> {
  const { ctx, scope, mailboxId, signal, base } = search;
  const columns = columnsOf(test);
  const attachments = answer !== null && (test.key === 'text' || test.key === 'body');
  const atATime = columns.body ? textsAtATime.body : textsAtATime.envelope;
  const candidates = among.toArray();
  const found: number[] = [];
  for (let start = 0; start < candidates.length; start += atATime) {
    signal?.throwIfAborted();
    const uids = candidates.slice(start, start + atATime);
    const [first = 0, last = 0] = [uids[0], uids.at(-1)];
    // Without gaps, and nothing filed in between can be missing from the view.
    const dense = last - first === uids.length - 1;
    const piece: UidPiece = dense ? { kind: 'span', first, last } : { kind: 'list', uids };
    const rows = await ctx.accounts.read(scope, reader =>
      wideRows(reader, mailboxId, piece, columns, base, atATime),
    );
    for (const row of rows) {
      const uid = row[wide.uid] as number;
      try {
        if (await passes(ctx.blobs, scope.tenantId, row, test, needle)) found.push(uid);
        else if (attachments && answer.maybe.has(row[wide.messageId] as number)) {
          if (await attachmentContains(ctx, scope, row[wide.messageId] as number, needle)) found.push(uid);
        }
      } catch (error) {
        // One damaged body must not make the whole mailbox unsearchable.
        if (!isMailError(error, 'store.corrupt') && !isMailError(error, 'message.not_found')) throw error;
        ctx.log.warn('search.body_unreadable', { account: scope.accountId, mailbox: mailboxId, uid, error });
      }
    }
    await nextTurn();
  }
  const set = new UidSet(among.uids);
  set.addText(found.join(','));
  return set;
}

/** The messages of `among` that the plan asks for. */
async function run(search: Search, plan: Plan, among: UidSet): Promise<UidSet> {
  if (among.empty) return among;
  switch (plan.step) {
    case 'constant':
      return plan.value ? among : new UidSet(among.uids);
    case 'uids': {
      const set = new UidSet(among.uids);
      set.addRanges(plan.uids);
      return set.and(among);
    }
    case 'rows':
      return testRows(search, among, plan.test);
    case 'text':
      return testTexts(search, among, plan.test);
    case 'not':
      return among.minus(await run(search, plan.child, among));
    case 'and': {
      let left = among;
      for (const child of plan.children) left = await run(search, child, left);
      return left;
    }
    default: {
      let found = new UidSet(among.uids);
      for (const child of plan.children) found = found.or(await run(search, child, among.minus(found)));
      return found;
    }
  }
}

/**
 * UIDs of the messages of `view` that match, ascending (RFC 9051 §6.4.4). What rows can answer is answered by them and their
 * indexes; texts are only looked into for what is left. Runs in slices; messages expunged meanwhile do not match. Throws
 * `mailbox.not_found`, `input.invalid` for a query past `searchLimits`, and the reason of an aborted signal.
 */
export async function searchMessages(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  query: SearchQuery,
  view: Pick<MailboxView, 'uids'>,
  options: SearchOptions = {},
): Promise<number[]> {
  requireReach(scope, 'read');
  const { facts, existing } = await ctx.accounts.read(scope, async reader => {
    const row = await requireFolder(reader, scope, id, 'r');
    const { base } = await reader.state();
    const names = await keywordNames(reader);
    return { facts: { base, names, now: ctx.clock.now() }, existing: await currentUids(reader, row) };
  });
  let among = UidSet.all(view.uids);
  if (existing !== view.uids) {
    among = new UidSet(view.uids);
    let at = 0;
    for (let i = 0; i < view.uids.length; i += 1) {
      const uid = view.uids[i] ?? 0;
      while (at < existing.length && (existing[at] ?? 0) < uid) at += 1;
      if (existing[at] === uid) among.marks[i] = 1;
    }
  }
  const search: Search = {
    ctx,
    scope,
    mailboxId: id,
    base: facts.base,
    signal: options.signal ?? null,
  };
  return (await run(search, planSearch(query, facts), among)).toArray();
}
