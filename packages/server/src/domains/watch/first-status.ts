import type { SqlReader } from '../../store/sql/port.ts';
import { type DomainStatusRow, domainStatusRow } from '../../store/system/domains/status-rows.ts';
import type { DomainRow } from '../../store/system/tenants.ts';
import type { DomainsContext } from '../context.ts';

/** The status of a domain that nobody has looked at. */
export function firstStatus(domain: DomainRow, firstLookMs: number): DomainStatusRow {
  return {
    tenant_id: domain.tenant_id,
    domain_id: domain.id,
    state: 'pending',
    state_since: domain.created_at,
    looks: 0,
    bad_looks: 0,
    checked_at: null,
    next_look_at: domain.created_at + firstLookMs,
    mx_bad_since: null,
    activated_at: null,
    real_name: 'not_required',
    icp_filed: 0,
    trial: 0,
    successor_id: null,
    successor_until: null,
    dns_host: null,
    report: null,
  };
}

export async function statusOf(
  ctx: DomainsContext,
  reader: SqlReader,
  domain: DomainRow,
): Promise<DomainStatusRow> {
  const row = await domainStatusRow(reader, domain.tenant_id, domain.id);
  return row ?? firstStatus(domain, ctx.schedule.firstMs[0] ?? 0);
}
