import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export type DomainState = 'pending' | 'active' | 'drifted' | 'gone' | 'ended';
export type RealNameState = 'not_required' | 'pending' | 'approved';

export interface DomainStatusRow {
  readonly tenant_id: TenantId;
  readonly domain_id: number;
  readonly state: DomainState;
  readonly state_since: number;
  /** Looks into the DNS so far. */
  readonly looks: number;
  /** Looks in a row that found an active domain's mail going elsewhere. */
  readonly bad_looks: number;
  readonly checked_at: number | null;
  readonly next_look_at: number;
  /** Since when its MX records have led elsewhere; null while they are right. */
  readonly mx_bad_since: number | null;
  /** When mail first came in through it. */
  readonly activated_at: number | null;
  readonly real_name: RealNameState;
  readonly icp_filed: number;
  readonly trial: number;
  /** Domain of the same tenant to which its addresses have moved. */
  readonly successor_id: number | null;
  /** Until when mail to the old addresses follows them. */
  readonly successor_until: number | null;
  readonly dns_host: string | null;
  /** JSON of the last report. */
  readonly report: string | null;
}

/** A status with the name of its domain. */
export interface NamedStatusRow extends DomainStatusRow {
  readonly name: string;
  readonly created_at: number;
}

const names = [
  'tenant_id',
  'domain_id',
  'state',
  'state_since',
  'looks',
  'bad_looks',
  'checked_at',
  'next_look_at',
  'mx_bad_since',
  'activated_at',
  'real_name',
  'icp_filed',
  'trial',
  'successor_id',
  'successor_until',
  'dns_host',
  'report',
] as const;
const columns = names.join(', ');
const prefixed = names.map(name => `s.${name}`).join(', ');
const places = names.map((_, index) => `$${index + 1}`).join(', ');
const updates = names
  .filter(name => name !== 'tenant_id' && name !== 'domain_id')
  .map(name => `${name} = excluded.${name}`)
  .join(', ');
const named = `SELECT ${prefixed}, d.name, d.created_at FROM domain_status s
  JOIN domain d ON d.tenant_id = s.tenant_id AND d.id = s.domain_id`;

const upsert = statement(
  `INSERT INTO domain_status (${columns}) VALUES (${places})
   ON CONFLICT (tenant_id, domain_id) DO UPDATE SET ${updates}`,
);
const insertMissing = statement(
  `INSERT INTO domain_status (tenant_id, domain_id, state, state_since, looks, bad_looks, next_look_at, real_name, icp_filed, trial)
   SELECT d.tenant_id, d.id, 'pending', $1, 0, 0, $1, 'not_required', 0, 0 FROM domain d
   WHERE NOT EXISTS (SELECT 1 FROM domain_status s WHERE s.tenant_id = d.tenant_id AND s.domain_id = d.id)
   ON CONFLICT DO NOTHING`,
);
const anyMissing = statement(
  `SELECT 1 AS missing FROM domain d
   WHERE NOT EXISTS (SELECT 1 FROM domain_status s WHERE s.tenant_id = d.tenant_id AND s.domain_id = d.id) LIMIT 1`,
);
const selectOne = statement(`SELECT ${columns} FROM domain_status WHERE tenant_id = $1 AND domain_id = $2`);
const selectOfTenant = statement(`${named} WHERE s.tenant_id = $1 ORDER BY s.domain_id`);
const selectAll = statement(`${named} ORDER BY s.tenant_id, s.domain_id`);
const selectDue = statement(
  `${named} WHERE s.next_look_at <= $1 ORDER BY s.next_look_at, s.tenant_id, s.domain_id LIMIT $2`,
);
const deleteOne = statement('DELETE FROM domain_status WHERE tenant_id = $1 AND domain_id = $2');

/** Files a status in the place of what stood there. */
export async function putDomainStatus(tx: SqlTransaction, row: DomainStatusRow): Promise<void> {
  await tx.run(upsert, ...names.map(name => row[name]));
}

/** Gives every domain without a status its first one. */
export async function insertMissingStatuses(tx: SqlTransaction, now: number): Promise<void> {
  await tx.run(insertMissing, now);
}

export async function someStatusMissing(reader: SqlReader): Promise<boolean> {
  return (await reader.get(anyMissing)) !== undefined;
}

export async function domainStatusRow(
  reader: SqlReader,
  tenantId: TenantId,
  domainId: number,
): Promise<DomainStatusRow | undefined> {
  return reader.get<DomainStatusRow>(selectOne, tenantId, domainId);
}

/** Of one tenant's domains, oldest first. */
export async function domainStatusRows(reader: SqlReader, tenantId: TenantId): Promise<NamedStatusRow[]> {
  return reader.all<NamedStatusRow>(selectOfTenant, tenantId);
}

/** Of every tenant's domains. */
export async function everyDomainStatus(reader: SqlReader): Promise<NamedStatusRow[]> {
  return reader.all<NamedStatusRow>(selectAll);
}

/** The domains that have waited longest for their next look, at most `limit`. */
export async function dueDomainStatuses(
  reader: SqlReader,
  now: number,
  limit: number,
): Promise<NamedStatusRow[]> {
  return reader.all<NamedStatusRow>(selectDue, now, limit);
}

export async function deleteDomainStatus(
  tx: SqlTransaction,
  tenantId: TenantId,
  domainId: number,
): Promise<void> {
  await tx.run(deleteOne, tenantId, domainId);
}
