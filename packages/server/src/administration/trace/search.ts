import type { Scope } from '../../access/scope.ts';
import type { RecordCursor, TraceQuery, TraceRow } from '../../store/records/types.ts';
import type { TraceContext } from './context.ts';
import { type Journey, type JourneyState, readJourney, requireTrace, shownSince } from './journey.ts';

/** What is looked for; all that is given must hold. */
export interface TraceSearch {
  /** Of sender or recipient: the whole address, or a part of it. */
  readonly address?: string;
  readonly subject?: string;
  /** With or without angle brackets. */
  readonly messageId?: string;
  readonly queueId?: string;
  readonly state?: JourneyState;
  /** ms since the epoch, inclusive. */
  readonly from?: number;
  /** ms since the epoch, exclusive. */
  readonly to?: number;
}

export interface JourneyPage {
  /** Newest first; without steps. */
  readonly list: readonly Journey[];
  /** Where the next page begins; null at the end. */
  readonly next: RecordCursor | null;
}

const rowsAtOnce = 500;

/** The rows of the history by which mails are found: whatever an index answers, else the company's rows of a time. */
function rowQuery(ctx: TraceContext, scope: Scope, search: TraceSearch, kept: number): TraceQuery {
  const { tenantId } = scope;
  const { queueId, address, subject, to } = search;
  const time = { from: Math.max(kept, search.from ?? 0), ...(to !== undefined && { to }) };
  if (queueId !== undefined) return { tenantId, queueId, ...time };
  if (search.messageId !== undefined) {
    return { tenantId, messageId: search.messageId.trim().replace(/^<|>$/g, ''), ...time };
  }
  const whole = address !== undefined && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address);
  if (whole) return { tenantId, address: address.toLowerCase(), ...time };
  const bounded = {
    ...time,
    from: Math.max(time.from, search.from ?? ctx.clock.now() - ctx.limits.searchedMs),
  };
  if (address !== undefined) return { tenantId, addressPart: address.toLowerCase(), ...bounded };
  return { tenantId, ...(subject !== undefined && { subject }), ...bounded };
}

function fits(journey: Journey, { subject, state, address }: TraceSearch): boolean {
  if (
    state !== undefined &&
    !journey.recipients.some(one => one.state === state) &&
    journey.state !== state
  ) {
    return false;
  }
  if (address !== undefined) {
    const part = address.toLowerCase();
    const people = [journey.sender, ...journey.steps.map(step => step.recipient ?? '')];
    if (
      !people.some(one => one.toLowerCase().includes(part)) &&
      !journey.recipients.some(one => one.address.includes(part))
    )
      return false;
  }
  return subject === undefined || (journey.subject ?? '').toLowerCase().includes(subject.toLowerCase());
}

/**
 * Mails of the company, newest step first, `limit` at most. Needs `trace:view`. A search looks at a limited number of
 * rows: a page can have fewer entries than asked and still a next one.
 */
export async function searchTrace(
  ctx: TraceContext,
  scope: Scope,
  search: TraceSearch,
  page: { readonly limit: number; readonly before?: RecordCursor },
): Promise<JourneyPage> {
  requireTrace(scope, 'view');
  await ctx.records.flush();
  const query = rowQuery(ctx, scope, search, await shownSince(ctx, scope.tenantId));
  const list: Journey[] = [];
  const seen = new Set<string>();
  let before = page.before;
  for (let looked = 0; looked < ctx.limits.maxLookedAt; looked += rowsAtOnce) {
    const rows = await ctx.records.findTrace(query, { limit: rowsAtOnce, ...(before && { before }) });
    for (const row of rows) {
      const place = { at: row.at, id: row.id };
      const journey = await firstSeen(ctx, scope, row, seen, page.before);
      if (journey && fits(journey, search)) list.push({ ...journey, steps: [] });
      before = place;
      if (list.length >= page.limit) return { list, next: place };
    }
    if (rows.length < rowsAtOnce) return { list, next: null };
  }
  return { list, next: before ?? null };
}

/** The mail of a row, unless it was met before: on this page, or by a newer step on one before. */
async function firstSeen(
  ctx: TraceContext,
  scope: Scope,
  row: TraceRow,
  seen: Set<string>,
  start: RecordCursor | undefined,
): Promise<Journey | null> {
  const { queueId } = row;
  if (queueId === null || seen.has(queueId)) return null;
  seen.add(queueId);
  const journey = await readJourney(ctx, scope.tenantId, queueId);
  if (!journey || !start) return journey;
  const { at, id } = journey.newest;
  return at > start.at || (at === start.at && id >= start.id) ? null : journey;
}
