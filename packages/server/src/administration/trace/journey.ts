import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { planOf } from '../../directory/plans/tenant-plan.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { RecordCursor, TraceRow } from '../../store/records/types.ts';
import { showQueued } from '../../store/spool/queue-admin.ts';
import type { SpoolRecipient } from '../../store/spool/types.ts';
import type { TraceContext } from './context.ts';

/** Where a mail is, or how it ended, for one recipient; the worst of them for a mail. Worst last. */
export const journeyStates = [
  'delivered',
  'relayed',
  'withdrawn',
  'accepted',
  'queued',
  'deferred',
  'held',
  'refused',
  'bounced',
] as const;
export type JourneyState = (typeof journeyStates)[number];

/** One step, with what the other server said. */
export interface Step {
  readonly at: number;
  readonly event: string;
  readonly recipient: string | null;
  readonly host: string | null;
  readonly tls: string | null;
  readonly reply: string | null;
  readonly status: string | null;
  readonly reason: string | null;
}

export interface JourneyRecipient {
  readonly address: string;
  readonly state: JourneyState;
  /** When it got there. */
  readonly at: number;
  /** When it is tried next; null when it is not in the queue. */
  readonly nextTryAt: number | null;
  readonly attempts: number;
}

/** Where one mail went (LOG-01). */
export interface Journey {
  readonly queueId: string;
  readonly subject: string | null;
  readonly sender: string;
  readonly messageId: string | null;
  readonly size: number | null;
  /** Of the oldest step. */
  readonly at: number;
  readonly state: JourneyState;
  readonly recipients: readonly JourneyRecipient[];
  /** Until when it is tried; null when nothing waits. */
  readonly triedUntil: number | null;
  /** Oldest first. */
  readonly steps: readonly Step[];
  /** Place of the newest step in the history. */
  readonly newest: RecordCursor;
}

/** Longest month, so that nothing of the time that was promised is missing. */
const monthMs = 31 * 86_400_000;

const endings: Readonly<Record<string, JourneyState>> = {
  delivered: 'delivered',
  relayed: 'relayed',
  deferred: 'deferred',
  failed: 'bounced',
  expired: 'bounced',
  refused: 'refused',
  withdrawn: 'withdrawn',
};

const wholeEndings: ReadonlySet<string> = new Set(['refused', 'withdrawn']);

function stepOf(row: TraceRow): Step {
  return {
    at: row.at,
    event: row.event,
    recipient: row.recipient ?? null,
    host: row.host ?? null,
    tls: row.tls ?? null,
    reply: row.reply ?? null,
    status: row.verdict ?? null,
    reason: row.reason ?? null,
  };
}

function waiting(recipient: SpoolRecipient): JourneyRecipient | null {
  const { address, state, attempts, due } = recipient;
  if (recipient.kind === 'bounce' || state === 'failed') return null;
  const now: JourneyState = state === 'held' ? 'held' : attempts > 0 ? 'deferred' : 'queued';
  return {
    address: address.toLowerCase(),
    state: now,
    at: due,
    nextTryAt: state === 'held' ? null : due,
    attempts,
  };
}

function worst(recipients: readonly JourneyRecipient[]): JourneyState {
  return recipients.reduce<JourneyState>(
    (found, { state }) => (journeyStates.indexOf(state) > journeyStates.indexOf(found) ? state : found),
    recipients.length === 0 ? 'accepted' : 'delivered',
  );
}

/** The journey that some rows tell, newest first, with what still waits in the queue. Null without rows. */
async function journeyOf(
  ctx: TraceContext,
  tenantId: TenantId,
  queueId: string,
  rows: readonly TraceRow[],
): Promise<Journey | null> {
  const steps = rows.toReversed();
  const [first] = steps;
  const [last] = rows;
  if (!first || !last) return null;
  const recipients = new Map<string, JourneyRecipient>();
  for (const { at, event, recipient } of steps) {
    const state = endings[event];
    if (recipient === undefined || state === undefined) continue;
    recipients.set(recipient, { address: recipient, state, at, nextTryAt: null, attempts: 0 });
  }
  let triedUntil: number | null = null;
  for (const { message, recipients: left } of await showQueued(ctx.queue, queueId)) {
    if (message.tenantId !== tenantId) continue;
    for (const one of left) {
      const now = waiting(one);
      if (!now) continue;
      triedUntil = message.expiresAt;
      recipients.set(now.address, { ...now, at: recipients.get(now.address)?.at ?? first.at });
    }
  }
  const accepted = steps.find(({ event }) => event === 'accepted');
  const list = [...recipients.values()];
  // What is about the whole message: it was refused, or called back before anything was tried.
  const whole = [first, last].map(({ event }) => event).find(event => wholeEndings.has(event));
  return {
    queueId,
    subject: accepted?.subject ?? null,
    sender: first.sender ?? '',
    messageId: accepted?.messageId ?? null,
    size: accepted?.size ?? null,
    at: first.at,
    state: (list.length === 0 && whole && endings[whole]) || worst(list),
    recipients: list,
    triedUntil,
    steps: steps.map(stepOf),
    newest: { at: last.at, id: last.id },
  };
}

/** Checks that the scope may follow mail; the whole company's, for mail has several departments' people in it. */
export function requireTrace(scope: Scope, access: 'view' | 'manage'): void {
  requireAdministration(scope, 'trace', access);
  requireWholeCompany(scope);
}

/** As far back as the company's plan lets administrators see (LOG-01), ms since the epoch. */
export async function shownSince(ctx: TraceContext, tenantId: TenantId): Promise<number> {
  const { logMonths } = (await planOf(ctx.directory, tenantId)).limits;
  const sold = logMonths === null ? ctx.limits.keptMs : logMonths * monthMs;
  return ctx.clock.now() - Math.min(sold, ctx.limits.keptMs);
}

/** Reads a journey that may be none of the tenant's. */
export async function readJourney(
  ctx: TraceContext,
  tenantId: TenantId,
  queueId: string,
): Promise<Journey | null> {
  const from = await shownSince(ctx, tenantId);
  const rows = await ctx.records.findTrace({ tenantId, queueId, from }, { limit: ctx.limits.maxSteps });
  return journeyOf(ctx, tenantId, queueId, rows);
}

/** One mail with every step. Needs `trace:view`. Throws `message.not_found`. */
export async function getJourney(ctx: TraceContext, scope: Scope, queueId: string): Promise<Journey> {
  requireTrace(scope, 'view');
  await ctx.records.flush();
  const journey = await readJourney(ctx, scope.tenantId, queueId);
  if (!journey) throw new MailError('message.not_found', { queueId });
  return journey;
}
