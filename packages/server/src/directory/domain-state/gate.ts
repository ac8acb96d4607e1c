import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { type DomainStatusRow, domainStatusRow } from '../../store/system/domains/status-rows.ts';
import { installation, readSetting, writeSetting } from '../../store/system/settings.ts';
import type { DomainRow } from '../../store/system/tenants.ts';

/** Setting of a tenant, else of the installation: `on` closes domains until their MX records are right (DOM-07). */
const gateSetting = 'domains.gate';

/** Whether members may be made only in domains that have come into effect (DOM-07). Off unless somebody turned it on. */
export async function domainGate(reader: SqlReader, tenantId: TenantId): Promise<boolean> {
  const own = await readSetting(reader, tenantId, gateSetting);
  return (own ?? (await readSetting(reader, installation, gateSetting))) === 'on';
}

export async function setDomainGate(tx: SqlTransaction, tenantId: TenantId, on: boolean): Promise<void> {
  await writeSetting(tx, tenantId, gateSetting, on ? 'on' : 'off');
}

/** Setting of a tenant, else of the installation: `on` where pages need a filing (DOM-16). */
const filingSetting = 'domains.filing';

/** Whether host names of a tenant's domains need the domain's filing (ICP) before pages open there (DOM-16). Off by default. */
export async function filingRequired(reader: SqlReader, tenantId: TenantId): Promise<boolean> {
  const own = await readSetting(reader, tenantId, filingSetting);
  return (own ?? (await readSetting(reader, installation, filingSetting))) === 'on';
}

export async function setFilingRequired(tx: SqlTransaction, tenantId: TenantId, on: boolean): Promise<void> {
  await writeSetting(tx, tenantId, filingSetting, on ? 'on' : 'off');
}

/** Throws `domain.not_filed` when host names of the domain may not be used for pages yet (DOM-16). */
export async function requireFiledDomain(reader: SqlReader, domain: DomainRow): Promise<void> {
  if (!(await filingRequired(reader, domain.tenant_id))) return;
  const status = await domainStatusRow(reader, domain.tenant_id, domain.id);
  if (status?.icp_filed === 1 || status?.trial === 1) return;
  throw new MailError('domain.not_filed', { domain: domain.unicode_name });
}

/** Whether mail of a domain is shut until its real-name review is through (DOM-15), or for good (TEN-22). */
export function isShut(status: DomainStatusRow | undefined): boolean {
  return status?.real_name === 'pending' || status?.state === 'ended';
}

/**
 * Throws `domain.pending` when addresses may not be made in the domain yet: its MX records are not right and the tenant
 * has the gate (DOM-07), or its real-name review is not through (DOM-15). Call in the transaction that makes one.
 */
export async function requireOpenDomain(reader: SqlReader, domain: DomainRow): Promise<void> {
  const status = await domainStatusRow(reader, domain.tenant_id, domain.id);
  if (isShut(status)) throw new MailError('domain.pending', { domain: domain.name, reason: 'shut' });
  if (status?.trial === 1 || status?.activated_at != null) return;
  if (await domainGate(reader, domain.tenant_id)) {
    throw new MailError('domain.pending', { domain: domain.name, reason: 'mx' });
  }
}
