import type { DomainStatusRow } from '../../store/system/domains/status-rows.ts';
import type { DomainPolicy } from '../context.ts';
import { type DomainReport, receives } from '../records/report.ts';

/** When to look at a domain again. Times in ms. */
export interface LookSchedule {
  /** After a domain was added. */
  readonly firstMs: readonly number[];
  /** Then, until a domain has waited so long … */
  readonly waiting: readonly { readonly untilMs: number; readonly everyMs: number }[];
  /** … and from then on. */
  readonly laterMs: number;
  /** While everything is right. */
  readonly activeMs: number;
  /** After a look that found mail of an active domain going elsewhere. */
  readonly doubtMs: number;
  /** Looks in a row that have to find that before anybody is told. */
  readonly doubts: number;
}

const minute = 60_000;
const hour = 60 * minute;

export const defaultLookSchedule: LookSchedule = {
  firstMs: [5_000, 15_000, 30_000],
  waiting: [
    { untilMs: hour, everyMs: minute },
    { untilMs: 24 * hour, everyMs: 10 * minute },
    { untilMs: 30 * 24 * hour, everyMs: hour },
  ],
  laterMs: 6 * hour,
  activeMs: hour,
  doubtMs: minute,
  doubts: 3,
};

/** What a look has changed. */
export type DomainEvent =
  | { readonly kind: 'activated' | 'drifted' | 'gone' | 'recovered' | 'ended' }
  | { readonly kind: 'ending'; readonly leftMs: number };

export interface Transition {
  readonly row: DomainStatusRow;
  readonly events: readonly DomainEvent[];
}

export interface TransitionRules {
  readonly schedule: LookSchedule;
  readonly policy: DomainPolicy;
  /** TEN-22 applies. */
  readonly endsWithDeadMx: boolean;
}

/** What a report makes of a domain's status. Pure: the time is that of the report. */
export function transition(row: DomainStatusRow, report: DomainReport, rules: TransitionRules): Transition {
  const now = report.at;
  const looked: DomainStatusRow = {
    ...row,
    looks: row.looks + 1,
    checked_at: now,
    dns_host: report.dnsHost ?? row.dns_host,
    report: JSON.stringify(report),
  };
  const { row: judged, events } = judge(looked, report, rules);
  const dead = deadMx(judged, row.checked_at, now, rules);
  const settled = dead.row;
  return {
    row: { ...settled, next_look_at: now + nextLookAfter(settled, now, rules.schedule) },
    events: [...events, ...dead.events],
  };
}

function judge(row: DomainStatusRow, report: DomainReport, { schedule }: TransitionRules): Transition {
  const right = receives(report);
  if (right === null) return { row, events: [] };
  if (right) return arrived({ ...row, bad_looks: 0, mx_bad_since: null }, report.at);
  const bad: DomainStatusRow = {
    ...row,
    bad_looks: row.bad_looks + 1,
    mx_bad_since: row.mx_bad_since ?? report.at,
  };
  const next = report.exists === false ? 'gone' : 'drifted';
  const told = row.state === 'active' || (row.state === 'drifted' && next === 'gone');
  if (!told || (row.state === 'active' && bad.bad_looks < schedule.doubts)) return { row: bad, events: [] };
  return { row: { ...bad, state: next, state_since: report.at }, events: [{ kind: next }] };
}

function arrived(row: DomainStatusRow, now: number): Transition {
  if (row.state === 'active' || row.state === 'ended' || row.real_name === 'pending') {
    return { row, events: [] };
  }
  const event: DomainEvent = { kind: row.activated_at === null ? 'activated' : 'recovered' };
  const active: DomainStatusRow = {
    ...row,
    state: 'active',
    state_since: now,
    activated_at: row.activated_at ?? now,
  };
  return { row: active, events: [event] };
}

/** TEN-22: warnings on the way, then the end. */
function deadMx(
  row: DomainStatusRow,
  before: number | null,
  now: number,
  { policy, endsWithDeadMx }: TransitionRules,
): Transition {
  if (!endsWithDeadMx || row.mx_bad_since === null || row.state === 'ended') return { row, events: [] };
  const end = row.mx_bad_since + policy.deadMxMs;
  if (now >= end) {
    return { row: { ...row, state: 'ended', state_since: now }, events: [{ kind: 'ended' }] };
  }
  const crossed = policy.deadMxWarningsMs.filter(left => (before ?? 0) < end - left && end - left <= now);
  return { row, events: crossed.length > 0 ? [{ kind: 'ending', leftMs: end - now }] : [] };
}

/** How long until the next look, ms. */
export function nextLookAfter(row: DomainStatusRow, now: number, schedule: LookSchedule): number {
  if (row.state === 'active') return row.bad_looks > 0 ? schedule.doubtMs : schedule.activeMs;
  const waited = now - row.state_since;
  const first = row.state === 'pending' ? schedule.firstMs.find(delay => delay > waited) : undefined;
  if (first !== undefined) return first - waited;
  return schedule.waiting.find(({ untilMs }) => waited < untilMs)?.everyMs ?? schedule.laterMs;
}
