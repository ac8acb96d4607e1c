import type { TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

export interface TenantRow {
  readonly id: TenantId;
  readonly name: string;
  readonly created_at: number;
}

export interface DomainRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  /** A-labels, lower case (RFC 5890). */
  readonly name: string;
  readonly unicode_name: string;
  readonly is_primary: number;
  readonly created_at: number;
}

const domainColumns = 'tenant_id, id, name, unicode_name, is_primary, created_at';
const insertTenantRow = statement(
  'INSERT INTO tenant (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
);
const selectTenants = statement('SELECT id, name, created_at FROM tenant ORDER BY id');
const insertDomainRow = statement(
  `INSERT INTO domain (${domainColumns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
);
const selectDomains = statement(`SELECT ${domainColumns} FROM domain WHERE tenant_id = $1 ORDER BY id`);
const selectDomainByName = statement(`SELECT ${domainColumns} FROM domain WHERE name = $1`);
const selectPrimaryDomain = statement(
  `SELECT ${domainColumns} FROM domain WHERE is_primary = 1 ORDER BY tenant_id, id LIMIT 1`,
);
const clearPrimary = statement('UPDATE domain SET is_primary = 0 WHERE tenant_id = $1');
const setPrimary = statement('UPDATE domain SET is_primary = 1 WHERE tenant_id = $1 AND id = $2');
const deleteDomainRow = statement('DELETE FROM domain WHERE tenant_id = $1 AND id = $2');

/** False when a tenant of that name exists. */
export async function insertTenant(tx: SqlTransaction, row: TenantRow): Promise<boolean> {
  return (await tx.run(insertTenantRow, row.id, row.name, row.created_at)) === 1;
}

export async function listTenantRows(reader: SqlReader): Promise<TenantRow[]> {
  return reader.all<TenantRow>(selectTenants);
}

/** False when any tenant has a domain of that name. */
export async function insertDomain(tx: SqlTransaction, row: DomainRow): Promise<boolean> {
  const values = [row.tenant_id, row.id, row.name, row.unicode_name, row.is_primary, row.created_at];
  return (await tx.run(insertDomainRow, ...values)) === 1;
}

/** Domains of a tenant, oldest first. */
export async function listDomainRows(reader: SqlReader, tenantId: TenantId): Promise<DomainRow[]> {
  return reader.all<DomainRow>(selectDomains, tenantId);
}

/** Looks a domain up by its A-label name, in all tenants. */
export async function domainByName(reader: SqlReader, name: string): Promise<DomainRow | undefined> {
  return reader.get<DomainRow>(selectDomainByName, name);
}

/** Primary domain of the oldest tenant: whose postmaster answers for an address without a domain. */
export async function installationDomain(reader: SqlReader): Promise<DomainRow | undefined> {
  return reader.get<DomainRow>(selectPrimaryDomain);
}

export async function makePrimary(tx: SqlTransaction, tenantId: TenantId, domainId: number): Promise<void> {
  await tx.run(clearPrimary, tenantId);
  await tx.run(setPrimary, tenantId, domainId);
}

export async function deleteDomain(
  tx: SqlTransaction,
  tenantId: TenantId,
  domainId: number,
): Promise<boolean> {
  return (await tx.run(deleteDomainRow, tenantId, domainId)) === 1;
}
