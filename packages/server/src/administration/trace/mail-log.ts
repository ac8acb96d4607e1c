import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { listDomains } from '../../directory/domains.ts';
import { MailError } from '../../platform/errors.ts';
import type { RecordCursor } from '../../store/records/types.ts';
import type { TraceContext } from './context.ts';
import { type JourneyState, readJourney } from './journey.ts';
import { searchTrace, type TraceSearch } from './search.ts';

/** One mail for one recipient, seen from one side (LOG-01). */
export interface LoggedMail {
  readonly direction: 'sent' | 'received';
  readonly subject: string;
  readonly sender: string;
  readonly recipient: string;
  /** When it was accepted, ms since the epoch. */
  readonly at: number;
  readonly state: JourneyState;
  /** Filed as junk. */
  readonly junk: boolean;
}

export interface MailLogSearch {
  /** ms since the epoch, inclusive and exclusive: when mails were accepted. */
  readonly from: number;
  readonly to: number;
  /** Left out: both. Mail between colleagues is in both. */
  readonly direction?: LoggedMail['direction'];
  /** Of one person, lower case: senders of what was sent, recipients of what was received. */
  readonly addresses?: readonly string[];
  /** Part of it. */
  readonly subject?: string;
}

const atOnce = 200;

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Names of the company's domains, as addresses of the trace have them. */
async function ownDomains(ctx: TraceContext, scope: Scope): Promise<ReadonlySet<string>> {
  return new Set((await listDomains(ctx.directory, scope)).map(({ name }) => name.toLowerCase()));
}

/** Mails by recipient and side, newest first. Needs `trace:view` of the whole company. */
export async function* mailLog(
  ctx: TraceContext,
  scope: Scope,
  search: MailLogSearch,
): AsyncGenerator<LoggedMail, void, undefined> {
  const { from, to, direction, addresses, subject } = search;
  const own = await ownDomains(ctx, scope);
  const [only, ...others] = addresses ?? [];
  const asked: TraceSearch = {
    from,
    to,
    ...(subject !== undefined && { subject }),
    ...(only !== undefined && others.length === 0 && { address: only }),
  };
  const concerns = (address: string): boolean =>
    own.has(domainOf(address)) && (addresses === undefined || addresses.includes(address.toLowerCase()));
  let before: RecordCursor | null = null;
  do {
    const page: Awaited<ReturnType<typeof searchTrace>> = await searchTrace(ctx, scope, asked, {
      limit: atOnce,
      ...(before && { before }),
    });
    for (const found of page.list) {
      if (found.at < from || found.at >= to) continue;
      // The list comes without steps: what was filed as junk stands in them.
      const steps = (await readJourney(ctx, scope.tenantId, found.queueId))?.steps ?? [];
      for (const { address, state } of found.recipients) {
        const junk = steps.some(step => step.recipient === address && step.status === 'junk');
        const { subject: text, sender, at } = found;
        const entry = { subject: text ?? '', sender, recipient: address, at, state, junk };
        if (direction !== 'received' && concerns(sender)) yield { direction: 'sent', ...entry };
        if (direction !== 'sent' && concerns(address)) yield { direction: 'received', ...entry };
      }
    }
    before = page.next;
  } while (before);
}

/**
 * How many copies got out of one of the company's domains and into it. Needs `statistics:view` of the whole company. Throws
 * `domain.not_found`.
 */
export async function countDomainMail(
  ctx: TraceContext,
  scope: Scope,
  domain: string,
  period: { readonly from: number; readonly to: number },
): Promise<{ readonly sent: number; readonly received: number }> {
  requireAdministration(scope, 'statistics', 'view');
  requireWholeCompany(scope);
  const name = domain.trim().toLowerCase();
  if (!(await ownDomains(ctx, scope)).has(name)) throw new MailError('domain.not_found', { domain: name });
  return ctx.records.mailOfDomain({ tenantId: scope.tenantId, ...period }, name);
}
