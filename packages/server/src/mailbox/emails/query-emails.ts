import { setImmediate as nextTurn } from 'node:timers/promises';
import { conditionsOf, type Filter, matches } from '@hongyan/formats/jmap/filter.ts';
import type { Scope } from '../../access/scope.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import { contentRows } from '../../store/accounts/emails/content-rows.ts';
import type { MailboxContext } from '../context.ts';
import { keywordNames } from '../keywords.ts';
import type { MessageId } from '../types.ts';
import {
  cheapTest,
  decide,
  type EmailCondition,
  type EmailTest,
  type KeywordLookup,
  keywordLookup,
  type TextCondition,
  type Verdict,
} from './condition.ts';
import { type Touched, touchedSince } from './email-changes.ts';
import type { Email, EmailIndex } from './email-index.ts';
import type { EmailIndexes } from './email-indexes.ts';
import { IndexedTexts } from './indexed-texts.ts';
import {
  type EmailOrder,
  type FlagSource,
  isNewestFirst,
  needsContent,
  type SortTexts,
  sortEmails,
  sortTexts,
} from './sort-emails.ts';
import { type ChangePoint, readStates } from './states.ts';
import { TextMatcher } from './text-matcher.ts';

export interface EmailQuery {
  readonly filter: Filter<EmailCondition> | null;
  readonly sort: readonly EmailOrder[];
  readonly collapseThreads: boolean;
  /** The bit of a keyword that has one. */
  readonly bitOf: (keyword: string) => number | null;
}

/** What else is wanted of a query. */
export interface QueryWishes {
  /** Tell what has changed since this point. */
  readonly since?: ChangePoint;
  /** As many results as will be looked at, from the first on; all by default. Texts of others need not be read. */
  readonly most?: number;
}

export interface QueryResult {
  /** The results in order, every one unless fewer were wanted. */
  readonly ids: readonly MessageId[];
  readonly state: ChangePoint;
  /** What has changed since the point that was asked about; null when none was, or it cannot be told. */
  readonly since: Touched | null;
}

/** Results of cheap queries that are remembered until the account changes. */
const maxRemembered = 8;
/** Messages whose texts are read at a time. */
const sliceRows = 200;

/** The emails that match, in order (RFC 8621 §4.4). Texts are read only where nothing cheaper decides. */
export async function queryEmails(
  ctx: MailboxContext,
  indexes: EmailIndexes,
  scope: Scope,
  query: EmailQuery,
  { since, most = Infinity }: QueryWishes = {},
): Promise<QueryResult> {
  // What the word index says comes first: an email that arrives meanwhile is not in it, and its text decides.
  const indexed = await IndexedTexts.ask(ctx, scope, query.filter);
  const enough = isNewestFirst(query.sort) ? most : Infinity;
  const found = await indexes.read(ctx, scope, async (index, reader) => {
    const { email: state } = await readStates(reader, scope);
    const lookup = keywordLookup(await keywordNames(reader), query.bitOf);
    const changed = since ? await touchedSince(index, reader, scope, since, looksAtThreads(query)) : null;
    return { ...select(index, query, lookup, indexed, enough), state, since: changed };
  });
  if (found.done) return { ids: found.done, state: found.state, since: found.since };
  const decided = await decideTexts(ctx, scope, query, found.candidates, indexed, enough);
  const sorted = await sortedBy(ctx, scope, query, decided, found.flags);
  return { ids: collapse(sorted, query.collapseThreads), state: found.state, since: found.since };
}

/** Whether a change of one email may move others of its thread in or out of the results, or within them. */
function looksAtThreads({ filter, sort, collapseThreads }: EmailQuery): boolean {
  return (
    collapseThreads ||
    sort.some(({ property }) => property.includes('InThread')) ||
    conditionsOf(filter).some(
      ({ allInThread, someInThread, noneInThread }) =>
        allInThread !== null || someInThread !== null || noneInThread !== null,
    )
  );
}

interface Candidate {
  readonly email: Email;
  /** Verdicts of the index for each condition; null while texts decide. */
  readonly verdicts: ReadonlyMap<EmailCondition, Verdict> | null;
}

interface Selection {
  /** The answer, when the index alone knew it. */
  readonly done: readonly MessageId[] | null;
  readonly candidates: readonly Candidate[];
  readonly flags: FlagSource;
}

/** Everything that can be said without reading texts, in one go; newest first until `enough` are sure. */
function select(
  index: EmailIndex,
  query: EmailQuery,
  lookup: KeywordLookup,
  indexed: IndexedTexts,
  enough: number,
): Selection {
  const cheap = !hasTexts(query.filter) && !needsContent(query.sort);
  const name = `query ${JSON.stringify([query.filter, query.sort, query.collapseThreads])}`;
  const known = cheap ? index.derived.get(name) : undefined;
  const flags: FlagSource = { index, lookup };
  if (known) return { done: known as readonly MessageId[], candidates: [], flags };
  const start = base(index, query.filter);
  if (!cheap)
    return { done: null, candidates: candidates(start, query, index, lookup, indexed, enough), flags };
  const whole = query.filter === null || isMailboxOnly(query.filter);
  const verdictOf = verdicts(index, lookup, indexed);
  const sure = whole
    ? start
    : start.filter(email => decide(query.filter, condition => verdictOf(condition, email)) === true);
  const done = collapse(sortEmails(sure, query.sort, flags), query.collapseThreads);
  if (index.derived.size > maxRemembered) index.derived.clear();
  index.derived.set(name, done);
  return { done, candidates: [], flags };
}

type VerdictOf = (condition: EmailCondition, email: Email) => Verdict;

/** What is known of an email and a condition: by the index of emails and, of texts, by the word index. */
function verdicts(index: EmailIndex, lookup: KeywordLookup, indexed: IndexedTexts): VerdictOf {
  const tests = new Map<EmailCondition, EmailTest>();
  return (condition, email) => {
    let test = tests.get(condition);
    if (!test) {
      test = cheapTest(condition, index, lookup);
      tests.set(condition, test);
    }
    if (!test(email)) return false;
    return indexed.verdict(email.id, condition.texts);
  };
}

/** The emails that match or may match. */
function candidates(
  start: readonly Email[],
  query: EmailQuery,
  index: EmailIndex,
  lookup: KeywordLookup,
  indexed: IndexedTexts,
  enough: number,
): Candidate[] {
  const verdictOf = verdicts(index, lookup, indexed);
  const found: Candidate[] = [];
  const sure = new Set<number>();
  for (const email of start) {
    const verdict = decide(query.filter, condition => verdictOf(condition, email));
    if (verdict === false) continue;
    found.push({ email, verdicts: verdict ? null : verdictsOf(query.filter, email, verdictOf) });
    if (verdict && enough < Infinity) sure.add(query.collapseThreads ? email.threadId : email.id);
    if (sure.size >= enough) break;
  }
  return found;
}

/** Whether a filter asks for one mailbox and nothing else. */
function isMailboxOnly(filter: Filter<EmailCondition>): boolean {
  if (filter.operator !== 'is') return false;
  const { inMailbox, texts, ...others } = filter.condition;
  return inMailbox !== null && texts.length === 0 && Object.values(others).every(value => value === null);
}

/** The smallest list that surely holds all matches, newest first. */
function base(index: EmailIndex, filter: Filter<EmailCondition> | null): readonly Email[] {
  const conditions = filter?.operator === 'AND' ? filter.conditions : filter ? [filter] : [];
  for (const item of conditions) {
    if (item.operator === 'is' && item.condition.inMailbox !== null) {
      return index.inMailbox(item.condition.inMailbox);
    }
  }
  return index.newest();
}

function verdictsOf(
  filter: Filter<EmailCondition> | null,
  email: Email,
  verdictOf: VerdictOf,
): Map<EmailCondition, Verdict> {
  const verdicts = new Map<EmailCondition, Verdict>();
  const walk = (node: Filter<EmailCondition>): void => {
    if (node.operator === 'is') verdicts.set(node.condition, verdictOf(node.condition, email));
    else for (const item of node.conditions) walk(item);
  };
  if (filter) walk(filter);
  return verdicts;
}

function hasTexts(filter: Filter<EmailCondition> | null): boolean {
  if (filter === null) return false;
  return filter.operator === 'is' ? filter.condition.texts.length > 0 : filter.conditions.some(hasTexts);
}

/**
 * Reads texts of the candidates that are undecided, slice by slice, each in a snapshot of its own, until `most` results
 * are found.
 */
async function decideTexts(
  ctx: MailboxContext,
  scope: Scope,
  query: EmailQuery,
  candidates: readonly Candidate[],
  indexed: IndexedTexts,
  most: number,
): Promise<Email[]> {
  const result: Email[] = [];
  const rows = new Set<number>();
  for (let at = 0; at < candidates.length && rows.size < most; at += sliceRows) {
    const slice = candidates.slice(at, at + sliceRows);
    for (const email of await decideSlice(ctx, scope, slice, query.filter, indexed)) {
      result.push(email);
      if (most < Infinity) rows.add(query.collapseThreads ? email.threadId : email.id);
    }
  }
  return result;
}

async function decideSlice(
  ctx: MailboxContext,
  scope: Scope,
  slice: readonly Candidate[],
  filter: Filter<EmailCondition> | null,
  indexed: IndexedTexts,
): Promise<Email[]> {
  const open = slice.filter(candidate => candidate.verdicts !== null);
  if (open.length === 0) return slice.map(({ email }) => email);
  const ids = open.map(candidate => candidate.email.id);
  const rows = await ctx.accounts.read(scope, (reader: AccountReader) => contentRows(reader, ids));
  const result: Email[] = [];
  for (const { email, verdicts } of slice) {
    if (verdicts === null) {
      result.push(email);
      continue;
    }
    const row = rows.get(email.id);
    if (!row) continue;
    const matcher = new TextMatcher(ctx, scope, row, indexed);
    const final = new Map<EmailCondition, boolean>();
    for (const [condition, verdict] of verdicts) {
      final.set(condition, verdict ?? (await allMatch(matcher, condition.texts)));
    }
    if (matches(filter, condition => final.get(condition) === true)) result.push(email);
  }
  await nextTurn();
  return result;
}

async function allMatch(matcher: TextMatcher, texts: readonly TextCondition[]): Promise<boolean> {
  for (const text of texts) if (!(await matcher.matches(text))) return false;
  return true;
}

async function sortedBy(
  ctx: MailboxContext,
  scope: Scope,
  query: EmailQuery,
  emails: readonly Email[],
  flags: FlagSource,
): Promise<readonly Email[]> {
  if (!needsContent(query.sort)) return sortEmails(emails, query.sort, flags);
  const texts = new Map<MessageId, SortTexts>();
  for (let from = 0; from < emails.length; from += sliceRows) {
    const ids = emails.slice(from, from + sliceRows).map(email => email.id);
    const rows = await ctx.accounts.read(scope, (reader: AccountReader) => contentRows(reader, ids));
    for (const [id, row] of rows) texts.set(id, sortTexts(row));
    await nextTurn();
  }
  return sortEmails(emails, query.sort, flags, texts);
}

/** The first email of each thread (RFC 8621 §4.4.3). */
function collapse(emails: readonly Email[], threads: boolean): MessageId[] {
  if (!threads) return emails.map(email => email.id);
  const seen = new Set<number>();
  const ids: MessageId[] = [];
  for (const email of emails) {
    if (seen.has(email.threadId)) continue;
    seen.add(email.threadId);
    ids.push(email.id);
  }
  return ids;
}
