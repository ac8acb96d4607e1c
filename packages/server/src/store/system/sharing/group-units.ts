import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** What the people of a unit are to a group: its members, or allowed to write to it. */
export type UnitRole = 'member' | 'sender';
export type UnitKind = 'department' | 'tag';

export interface UnitRow {
  readonly role: UnitRole;
  readonly kind: UnitKind;
  /** Number of a department (0: the whole company) or of a tag. */
  readonly unit_id: number;
}

/** Somebody of a unit, with the primary address. */
export interface UnitPersonRow {
  readonly account_id: AccountId;
  readonly disabled_at: number | null;
  readonly local_part: string;
  readonly domain_name: string;
}

const insertUnitRow = statement(
  `INSERT INTO group_unit (tenant_id, group_id, role, kind, unit_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
   ON CONFLICT DO NOTHING`,
);
const selectUnits = statement(
  `SELECT role, kind, unit_id FROM group_unit u WHERE tenant_id = $1 AND group_id = $2 AND (
     (kind = 'department' AND (unit_id = 0 OR EXISTS (SELECT 1 FROM department d WHERE d.tenant_id = u.tenant_id AND d.id = u.unit_id)))
     OR (kind = 'tag' AND EXISTS (SELECT 1 FROM tag t WHERE t.tenant_id = u.tenant_id AND t.id = u.unit_id)))
   ORDER BY role, kind, unit_id`,
);
const deleteUnitsOfList = statement(
  'DELETE FROM group_unit WHERE tenant_id = $1 AND group_id = $2 AND role = $3 AND kind = $4',
);
const deleteUnits = statement('DELETE FROM group_unit WHERE tenant_id = $1 AND group_id = $2');
const selectPeople = statement(
  `WITH RECURSIVE branch (id) AS (
     SELECT u.unit_id FROM group_unit u
     WHERE u.tenant_id = $1 AND u.group_id = $2 AND u.role = $3 AND u.kind = 'department'
     UNION
     SELECT e.target_id FROM group_unit u
     JOIN tag_entry e ON e.tenant_id = u.tenant_id AND e.tag_id = u.unit_id AND e.kind = 'department'
     WHERE u.tenant_id = $1 AND u.group_id = $2 AND u.role = $3 AND u.kind = 'tag'
     UNION
     SELECT d.id FROM department d JOIN branch b ON d.parent_id = b.id WHERE d.tenant_id = $1
   ), people (account_id) AS (
     SELECT m.account_id FROM branch b
     JOIN member_department m ON m.tenant_id = $1 AND m.department_id = b.id
     UNION
     SELECT e.target_id FROM group_unit u
     JOIN tag_entry e ON e.tenant_id = u.tenant_id AND e.tag_id = u.unit_id AND e.kind = 'member'
     WHERE u.tenant_id = $1 AND u.group_id = $2 AND u.role = $3 AND u.kind = 'tag'
     UNION
     SELECT a.id FROM account a WHERE a.tenant_id = $1 AND a.kind = 'person'
       AND EXISTS (SELECT 1 FROM branch b WHERE b.id = 0)
   )
   SELECT a.id AS account_id, a.disabled_at, p.local_part, d.name AS domain_name FROM people o
   JOIN account a ON a.tenant_id = $1 AND a.id = o.account_id
   JOIN address p ON p.tenant_id = $1 AND p.account_id = a.id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE a.removed_at IS NULL ORDER BY a.id LIMIT $4`,
);
const departmentExists = statement('SELECT id FROM department WHERE tenant_id = $1 AND id = $2');
const tagExists = statement('SELECT id FROM tag WHERE tenant_id = $1 AND id = $2');

const insertSenderRow = statement(
  `INSERT INTO group_sender (tenant_id, group_id, sender_key, address, created_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT DO NOTHING`,
);
const selectSenders = statement(
  'SELECT address FROM group_sender WHERE tenant_id = $1 AND group_id = $2 ORDER BY created_at, sender_key',
);
const deleteSendersOf = statement('DELETE FROM group_sender WHERE tenant_id = $1 AND group_id = $2');

/** Whether the tenant has that department (0: the company itself) or tag. */
export async function unitExists(
  reader: SqlReader,
  tenantId: TenantId,
  kind: UnitKind,
  unitId: number,
): Promise<boolean> {
  if (kind === 'department' && unitId === 0) return true;
  const query = kind === 'department' ? departmentExists : tagExists;
  return (await reader.get(query, tenantId, unitId)) !== undefined;
}

export async function insertGroupUnit(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
  unit: UnitRow,
  now: number,
): Promise<void> {
  await tx.run(insertUnitRow, tenantId, groupId, unit.role, unit.kind, unit.unit_id, now);
}

/** Units of a group that are still there. */
export async function groupUnits(reader: SqlReader, tenantId: TenantId, groupId: number): Promise<UnitRow[]> {
  return reader.all<UnitRow>(selectUnits, tenantId, groupId);
}

/** Removes one list of a group. */
export async function deleteGroupUnits(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
  list: Pick<UnitRow, 'role' | 'kind'>,
): Promise<void> {
  await tx.run(deleteUnitsOfList, tenantId, groupId, list.role, list.kind);
}

/** Everybody in the departments (with those below) and with the tags of a group, each once; at most `limit`. */
export async function peopleOfUnits(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
  role: UnitRole,
  limit: number,
): Promise<UnitPersonRow[]> {
  return reader.all<UnitPersonRow>(selectPeople, tenantId, groupId, role, limit);
}

export async function insertGroupSender(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
  sender: { readonly key: string; readonly address: string },
  now: number,
): Promise<void> {
  await tx.run(insertSenderRow, tenantId, groupId, sender.key, sender.address, now);
}

/** Addresses that may write to a group, as they were given. */
export async function groupSenders(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
): Promise<string[]> {
  const rows = await reader.all<{ address: string }>(selectSenders, tenantId, groupId);
  return rows.map(row => row.address);
}

export async function deleteGroupSenders(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
): Promise<void> {
  await tx.run(deleteSendersOf, tenantId, groupId);
}

/** Everything of this file that a group has: before it is removed. */
export async function deleteAllOfGroup(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
): Promise<void> {
  await tx.run(deleteUnits, tenantId, groupId);
  await tx.run(deleteSendersOf, tenantId, groupId);
}
