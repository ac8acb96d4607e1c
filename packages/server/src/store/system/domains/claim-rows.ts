import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface DomainClaimRow {
  readonly tenant_id: TenantId;
  /** A-labels, lower case. */
  readonly name: string;
  /** What the claimant publishes to prove that the domain is theirs. */
  readonly token: string;
  readonly state: 'unverified' | 'protected';
  readonly created_at: number;
  readonly verified_at: number | null;
  /** When the domain changes hands. */
  readonly due_at: number | null;
  /** When the holder was last warned. */
  readonly warned_at: number | null;
}

const columns = 'tenant_id, name, token, state, created_at, verified_at, due_at, warned_at';
const insert = statement(
  `INSERT INTO domain_claim (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
);
const update = statement(
  `UPDATE domain_claim SET state = $3, verified_at = $4, due_at = $5, warned_at = $6
   WHERE tenant_id = $1 AND name = $2`,
);
const selectOne = statement(`SELECT ${columns} FROM domain_claim WHERE tenant_id = $1 AND name = $2`);
const selectOfTenant = statement(`SELECT ${columns} FROM domain_claim WHERE tenant_id = $1 ORDER BY name`);
const selectProtected = statement(
  `SELECT ${columns} FROM domain_claim WHERE name = $1 AND state = 'protected'`,
);
const selectEvery = statement(`SELECT ${columns} FROM domain_claim ORDER BY created_at, tenant_id, name`);
const deleteOne = statement('DELETE FROM domain_claim WHERE tenant_id = $1 AND name = $2');
const deleteOfName = statement('DELETE FROM domain_claim WHERE name = $1');

/** False when the tenant has a claim on that name already. */
export async function insertClaim(tx: SqlTransaction, row: DomainClaimRow): Promise<boolean> {
  const times = [row.created_at, row.verified_at, row.due_at, row.warned_at];
  return (await tx.run(insert, row.tenant_id, row.name, row.token, row.state, ...times)) === 1;
}

export async function updateClaim(tx: SqlTransaction, row: DomainClaimRow): Promise<void> {
  await tx.run(update, row.tenant_id, row.name, row.state, row.verified_at, row.due_at, row.warned_at);
}

export async function claimRow(
  reader: SqlReader,
  tenantId: TenantId,
  name: string,
): Promise<DomainClaimRow | undefined> {
  return reader.get<DomainClaimRow>(selectOne, tenantId, name);
}

export async function claimRows(reader: SqlReader, tenantId: TenantId): Promise<DomainClaimRow[]> {
  return reader.all<DomainClaimRow>(selectOfTenant, tenantId);
}

/** The proven claim on a name, of whichever tenant. */
export async function protectedClaim(reader: SqlReader, name: string): Promise<DomainClaimRow | undefined> {
  return reader.get<DomainClaimRow>(selectProtected, name);
}

export async function everyClaim(reader: SqlReader): Promise<DomainClaimRow[]> {
  return reader.all<DomainClaimRow>(selectEvery);
}

export async function deleteClaim(tx: SqlTransaction, tenantId: TenantId, name: string): Promise<boolean> {
  return (await tx.run(deleteOne, tenantId, name)) === 1;
}

/** Ends all claims on a name: it has changed hands. */
export async function deleteClaimsOn(tx: SqlTransaction, name: string): Promise<void> {
  await tx.run(deleteOfName, name);
}
