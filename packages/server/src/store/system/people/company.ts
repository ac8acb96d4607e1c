import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** What a tenant has at most one of. Its row is made with the first change; without one the defaults hold. */
export interface CompanyRow {
  readonly tenant_id: TenantId;
  readonly plan: string;
  /** Members the plan was ordered for; null: no limit. */
  readonly plan_seats: number | null;
  readonly vip_seats: number | null;
  /** JSON: what was agreed beyond the plan. */
  readonly plan_changes: string;
  /** JSON. */
  readonly information: string;
  /** JSON. */
  readonly policies: string;
  /** When the mail service was stopped (TEN-38), ms; null: it runs. */
  readonly mail_stopped_at: number | null;
}

const columns =
  'tenant_id, plan, plan_seats, vip_seats, plan_changes, information, policies, mail_stopped_at';
const selectRow = statement(`SELECT ${columns} FROM company WHERE tenant_id = $1`);
const selectStopped = statement('SELECT mail_stopped_at FROM company WHERE tenant_id = $1');
const insertOnce = statement(
  `INSERT INTO company (${columns}, revision) VALUES ($1, $2, NULL, NULL, '{}', '{}', '{}', NULL, 0)
   ON CONFLICT DO NOTHING`,
);
const lockRow = statement('UPDATE company SET revision = revision + 1 WHERE tenant_id = $1');
const updatePlanRow = statement(
  'UPDATE company SET plan = $2, plan_seats = $3, vip_seats = $4, plan_changes = $5 WHERE tenant_id = $1',
);
const updateInformationRow = statement('UPDATE company SET information = $2 WHERE tenant_id = $1');
const updatePoliciesRow = statement('UPDATE company SET policies = $2 WHERE tenant_id = $1');
const updateStopped = statement('UPDATE company SET mail_stopped_at = $2 WHERE tenant_id = $1');
const updateLogo = statement('UPDATE company SET logo = $2, logo_type = $3 WHERE tenant_id = $1');
const selectLogo = statement('SELECT logo, logo_type FROM company WHERE tenant_id = $1');
const countMembers = statement(
  "SELECT COUNT(*) AS n FROM account WHERE tenant_id = $1 AND kind = 'person' AND removed_at IS NULL",
);
const countVip = statement(
  `SELECT COUNT(*) AS n FROM member m JOIN account a ON a.tenant_id = m.tenant_id AND a.id = m.account_id
   WHERE m.tenant_id = $1 AND m.vip = 1 AND a.removed_at IS NULL`,
);
const countPublic = statement(
  "SELECT COUNT(*) AS n FROM account WHERE tenant_id = $1 AND kind = 'public' AND removed_at IS NULL",
);
const selectTenantName = statement('SELECT name FROM tenant WHERE id = $1');
const updateTenantName = statement('UPDATE tenant SET name = $2 WHERE id = $1');
const selectNameTaken = statement('SELECT id FROM tenant WHERE name = $1 AND id <> $2');

export async function companyRow(reader: SqlReader, tenantId: TenantId): Promise<CompanyRow | undefined> {
  return reader.get<CompanyRow>(selectRow, tenantId);
}

/** When the tenant's mail service was stopped; null while it runs. */
export async function mailStoppedAt(reader: SqlReader, tenantId: TenantId): Promise<number | null> {
  return (
    (await reader.get<{ mail_stopped_at: number | null }>(selectStopped, tenantId))?.mail_stopped_at ?? null
  );
}

/**
 * Makes the row if it is missing and holds it until the end of the transaction: whoever counts seats, members or public
 * mailboxes calls this first, so that no two of them count at the same time.
 */
export async function holdCompany(
  tx: SqlTransaction,
  tenantId: TenantId,
  defaultPlan: string,
): Promise<void> {
  await tx.run(insertOnce, tenantId, defaultPlan);
  await tx.run(lockRow, tenantId);
}

export async function writePlan(
  tx: SqlTransaction,
  tenantId: TenantId,
  row: Pick<CompanyRow, 'plan' | 'plan_seats' | 'vip_seats' | 'plan_changes'>,
): Promise<void> {
  await tx.run(updatePlanRow, tenantId, row.plan, row.plan_seats, row.vip_seats, row.plan_changes);
}

export async function writeInformation(tx: SqlTransaction, tenantId: TenantId, json: string): Promise<void> {
  await tx.run(updateInformationRow, tenantId, json);
}

export async function writePolicies(tx: SqlTransaction, tenantId: TenantId, json: string): Promise<void> {
  await tx.run(updatePoliciesRow, tenantId, json);
}

export async function writeMailStopped(
  tx: SqlTransaction,
  tenantId: TenantId,
  at: number | null,
): Promise<void> {
  await tx.run(updateStopped, tenantId, at);
}

export interface LogoRow {
  readonly logo: Uint8Array | null;
  readonly logo_type: string | null;
}

export async function companyLogo(reader: SqlReader, tenantId: TenantId): Promise<LogoRow | undefined> {
  return reader.get<LogoRow>(selectLogo, tenantId);
}

export async function writeLogo(tx: SqlTransaction, tenantId: TenantId, row: LogoRow): Promise<void> {
  await tx.run(updateLogo, tenantId, row.logo, row.logo_type);
}

/** Members that are not in the bin. */
export async function memberCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countMembers, tenantId))?.n ?? 0;
}

/** VIP seats taken by members that are not in the bin (MBX-04). */
export async function vipCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countVip, tenantId))?.n ?? 0;
}

/** Public mailboxes that are not in the bin (PUB-03). */
export async function publicMailboxCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countPublic, tenantId))?.n ?? 0;
}

export async function tenantName(reader: SqlReader, tenantId: TenantId): Promise<string | undefined> {
  return (await reader.get<{ name: string }>(selectTenantName, tenantId))?.name;
}

/** False when another tenant has that name. */
export async function renameTenant(tx: SqlTransaction, tenantId: TenantId, name: string): Promise<boolean> {
  if (await tx.get<{ id: number }>(selectNameTaken, name, tenantId)) return false;
  await tx.run(updateTenantName, tenantId, name);
  return true;
}
