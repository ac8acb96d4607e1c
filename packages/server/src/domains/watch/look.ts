import { tenantScope } from '../../access/scope.ts';
import { change } from '../../directory/context.ts';
import { recordOperation } from '../../directory/operations.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { type DomainStatusRow, putDomainStatus } from '../../store/system/domains/status-rows.ts';
import { type DomainRow, domainByName } from '../../store/system/tenants.ts';
import { type DomainNotice, type DomainsContext, tell } from '../context.ts';
import type { DomainReport } from '../records/report.ts';
import { retireTrialDomains } from '../trial.ts';
import { statusOf } from './first-status.ts';
import { type DomainEvent, transition } from './transition.ts';

const day = 86_400_000;

/**
 * Files what a look found: the state changes with it, an operation is recorded, administrators are told. Returns the new
 * status; null when the domain is not the tenant's any more.
 */
export async function applyReport(
  ctx: DomainsContext,
  domain: DomainRow,
  report: DomainReport,
): Promise<DomainStatusRow | null> {
  const endsWithDeadMx = await ctx.endsWithDeadMx(domain.tenant_id);
  const { row, notices } = await ctx.directory.database.of(domain.tenant_id).transact(async tx => {
    const current = await domainByName(tx, domain.name);
    if (current?.tenant_id !== domain.tenant_id) return { row: null, notices: [] };
    const before = await statusOf(ctx, tx, current);
    // A slower look must not undo what a later one found.
    if (before.checked_at !== null && before.checked_at > report.at && before.checked_at <= ctx.clock.now()) {
      return { row: before, notices: [] };
    }
    const { schedule, policy } = ctx;
    const { row: after, events } = transition(before, report, { schedule, policy, endsWithDeadMx });
    await putDomainStatus(tx, after);
    await recordEvents(ctx, tx, current, before, events);
    return { row: after, notices: events.map(event => noticeOf(current.name, event)) };
  });
  for (const notice of notices) await tell(ctx, domain.tenant_id, notice);
  if (notices.some(({ kind }) => kind === 'domain_active')) {
    const retired = await change(ctx.directory, domain.tenant_id, tx => retireTrialDomains(ctx, tx, domain));
    for (const notice of retired) await tell(ctx, domain.tenant_id, notice);
  }
  return row;
}

async function recordEvents(
  ctx: DomainsContext,
  tx: SqlTransaction,
  domain: DomainRow,
  before: DomainStatusRow,
  events: readonly DomainEvent[],
): Promise<void> {
  const scope = tenantScope(domain.tenant_id, 'domain watch');
  for (const event of events) {
    if (event.kind === 'ending') continue;
    await recordOperation(tx, ctx.clock, scope, {
      action: `domain.${event.kind}`,
      targetKind: 'domain',
      target: domain.name,
      details: { before: { state: before.state } },
    });
  }
}

function noticeOf(domain: string, event: DomainEvent): DomainNotice {
  switch (event.kind) {
    case 'activated':
      return { kind: 'domain_active', domain };
    case 'drifted':
      return { kind: 'domain_drifted', domain };
    case 'gone':
      return { kind: 'domain_gone', domain };
    case 'recovered':
      return { kind: 'domain_recovered', domain };
    case 'ended':
      return { kind: 'domain_ended', domain };
    case 'ending':
      return { kind: 'domain_ending', domain, days: Math.ceil(event.leftMs / day) };
    default:
      return event satisfies never;
  }
}
