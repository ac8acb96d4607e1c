import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { listDomains } from '../../directory/domains.ts';
import { MailError } from '../../platform/errors.ts';
import type { TraceContext } from '../trace/context.ts';

/** Numbers of one day, or of several. */
export interface Numbers {
  /** Copies handed to servers outside (STA-03). */
  readonly sentOutside: number;
  /** Copies from the company's domains into its own mailboxes. */
  readonly sentInside: number;
  /** Copies from elsewhere into the company's mailboxes. */
  readonly receivedOutside: number;
  /** Mails to the company that were refused (STA-04). */
  readonly refused: number;
  /** Copies that checks found suspicious and that were filed as junk (STA-04). */
  readonly junk: number;
  /** Members who signed in (STA-02). */
  readonly people: number;
}

export interface DayNumbers extends Numbers {
  /** `2026-11-22`. */
  readonly day: string;
}

export interface Statistics {
  readonly days: readonly DayNumbers[];
  readonly total: Numbers;
}

const dayMs = 86_400_000;
/** Most days of one question. */
const mostDays = 184;
const nothing: Numbers = {
  sentOutside: 0,
  sentInside: 0,
  receivedOutside: 0,
  refused: 0,
  junk: 0,
  people: 0,
};

function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/**
 * What was sent, received and refused and who signed in, by day (STA-02 to STA-04). `from` and `to` (exclusive) in ms;
 * days begin at midnight of a clock `offsetMinutes` ahead of UTC. Needs `statistics:view` of the whole company. Throws
 * `input.invalid` for more than half a year.
 */
export async function companyStatistics(
  ctx: TraceContext,
  scope: Scope,
  period: { readonly from: number; readonly to: number; readonly offsetMinutes: number },
): Promise<Statistics> {
  requireAdministration(scope, 'statistics', 'view');
  requireWholeCompany(scope);
  const { from, to } = period;
  if (!(from < to) || to - from > (mostDays + 1) * dayMs)
    throw new MailError('input.invalid', { field: '/from' });
  const offset = period.offsetMinutes * 60_000;
  const asked = { tenantId: scope.tenantId, from, to, offset };
  const own = (await listDomains(ctx.directory, scope)).map(({ name }) => name);
  const [mail, people] = [await ctx.records.mailByDay(asked, own), await ctx.records.peopleByDay(asked)];
  const days = new Map<number, Numbers>();
  const first = Math.floor((from + offset) / dayMs);
  const last = Math.floor((to - 1 + offset) / dayMs);
  for (let day = first; day <= last; day += 1) days.set(day, nothing);
  const add = (day: number, name: keyof Numbers, count: number): void => {
    const before = days.get(day) ?? nothing;
    days.set(day, { ...before, [name]: before[name] + count });
  };
  for (const { day, event, own: isOwn, junk, count } of mail) {
    if (junk === 1) add(day, 'junk', count);
    if (event === 'relayed') add(day, 'sentOutside', count);
    else if (event === 'refused') add(day, 'refused', count);
    else add(day, isOwn === 1 ? 'sentInside' : 'receivedOutside', count);
  }
  for (const { day, count } of people) if (day !== null) add(day, 'people', count);
  const sum = (name: keyof Numbers): number => [...days.values()].reduce((all, one) => all + one[name], 0);
  return {
    days: [...days].map(([day, numbers]) => ({ day: dayName(day), ...numbers })),
    total: {
      sentOutside: sum('sentOutside'),
      sentInside: sum('sentInside'),
      receivedOutside: sum('receivedOutside'),
      refused: sum('refused'),
      junk: sum('junk'),
      people: people.find(({ day }) => day === null)?.count ?? 0,
    },
  };
}
