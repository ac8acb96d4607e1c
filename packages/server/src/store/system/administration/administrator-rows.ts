import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export type AdministratorRole = 'owner' | 'super' | 'scoped';

export interface AdministratorRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly role: AdministratorRole;
  /** JSON object from function to `view` or `manage`. */
  readonly functions: string;
  /** JSON list of department ids; null: all. */
  readonly departments: string | null;
  readonly created_at: number;
}

/** An administrator with name, address and state of the account. */
export interface NamedAdministratorRow extends AdministratorRow {
  readonly display_name: string;
  readonly local_part: string;
  readonly unicode_name: string;
  readonly account_role: string;
  readonly disabled_at: number | null;
}

const columns = 'tenant_id, account_id, role, functions, departments, created_at';
const selectNamed = `SELECT r.tenant_id, r.account_id, r.role, r.functions, r.departments, r.created_at,
    a.display_name, a.disabled_at, a.role AS account_role, p.local_part, d.unicode_name
   FROM administrator r
   JOIN account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
   JOIN address p ON p.tenant_id = r.tenant_id AND p.account_id = r.account_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id`;
const selectAll = statement(
  `${selectNamed} WHERE r.tenant_id = $1 AND a.removed_at IS NULL
   ORDER BY CASE r.role WHEN 'owner' THEN 0 WHEN 'super' THEN 1 ELSE 2 END, r.account_id`,
);
const selectOne = statement(
  `${selectNamed} WHERE r.tenant_id = $1 AND r.account_id = $2 AND a.removed_at IS NULL`,
);
const upsertRow = statement(
  `INSERT INTO administrator (${columns}) VALUES ($1, $2, $3, $4, $5, $6)
   ON CONFLICT (tenant_id, account_id) DO UPDATE
   SET role = excluded.role, functions = excluded.functions, departments = excluded.departments`,
);
const deleteRow = statement('DELETE FROM administrator WHERE tenant_id = $1 AND account_id = $2');
const setAccountRole = statement('UPDATE account SET role = $3 WHERE tenant_id = $1 AND id = $2');
const insertMissing = statement(
  `INSERT INTO administrator (${columns})
   SELECT a.tenant_id, a.id, 'super', '{}', NULL, $2 FROM account a
   WHERE a.tenant_id = $1 AND a.role = 'administrator' AND a.removed_at IS NULL
   ON CONFLICT (tenant_id, account_id) DO NOTHING`,
);
const deleteStale = statement(
  `DELETE FROM administrator WHERE tenant_id = $1 AND EXISTS (
     SELECT 1 FROM account a WHERE a.tenant_id = administrator.tenant_id AND a.id = administrator.account_id
     AND (a.removed_at IS NOT NULL OR a.role <> 'administrator'))`,
);
const promoteOldest = statement(
  `UPDATE administrator SET role = 'owner' WHERE tenant_id = $1 AND role = 'super'
   AND NOT EXISTS (SELECT 1 FROM administrator o WHERE o.tenant_id = $1 AND o.role = 'owner')
   AND account_id = (SELECT a.id FROM account a JOIN administrator r
       ON r.tenant_id = a.tenant_id AND r.account_id = a.id
     WHERE a.tenant_id = $1 AND r.role = 'super'
     ORDER BY CASE WHEN a.disabled_at IS NULL THEN 0 ELSE 1 END, a.id LIMIT 1)`,
);
const selectDepartments = statement('SELECT id, parent_id FROM department WHERE tenant_id = $1');

/** A tenant's administrators: the owner, super, scoped, oldest first. */
export async function administratorRows(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<NamedAdministratorRow[]> {
  return reader.all<NamedAdministratorRow>(selectAll, tenantId);
}

export async function administratorRow(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<NamedAdministratorRow | undefined> {
  return reader.get<NamedAdministratorRow>(selectOne, tenantId, accountId);
}

/** Writes an administrator, and the role that the account shows. */
export async function putAdministrator(tx: SqlTransaction, row: AdministratorRow): Promise<void> {
  await tx.run(
    upsertRow,
    row.tenant_id,
    row.account_id,
    row.role,
    row.functions,
    row.departments,
    row.created_at,
  );
  await tx.run(setAccountRole, row.tenant_id, row.account_id, 'administrator');
}

export async function deleteAdministrator(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  await tx.run(setAccountRole, tenantId, accountId, 'member');
  return (await tx.run(deleteRow, tenantId, accountId)) === 1;
}

/**
 * Makes rows follow the accounts' roles: call it in the transaction that writes a role. Who is new is a super
 * administrator; the oldest of those owns a tenant that nobody owns.
 */
export async function settleAdministrators(
  tx: SqlTransaction,
  tenantId: TenantId,
  now: number,
): Promise<void> {
  await tx.run(deleteStale, tenantId);
  await tx.run(insertMissing, tenantId, now);
  await tx.run(promoteOldest, tenantId);
}

/** The tree of departments: id and parent (0: the company). */
export async function departmentTree(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<{ readonly id: number; readonly parent_id: number }[]> {
  return reader.all(selectDepartments, tenantId);
}
