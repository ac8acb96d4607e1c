import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export type ViewRule = 'company' | 'branch';

export interface DepartmentRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  /** 0: directly below the company. */
  readonly parent_id: number;
  readonly name: string;
  /** What siblings must not share. */
  readonly name_key: string;
  /** Name, pinyin and initials in lower case. */
  readonly book_text: string;
  /** Order among siblings, ascending. */
  readonly position: number;
  readonly hidden: number;
  /** Whom its people see (DIR-10); null: as the department above. */
  readonly view_rule: ViewRule | null;
  readonly created_at: number;
}

const columns =
  'tenant_id, id, parent_id, name, name_key, book_text, position, hidden, view_rule, created_at';
const insertRow = statement(
  `INSERT INTO department (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
);
const selectAll = statement(
  `SELECT ${columns} FROM department WHERE tenant_id = $1 ORDER BY parent_id, position, id`,
);
const selectExists = statement('SELECT id FROM department WHERE tenant_id = $1 AND id = $2');
const selectSibling = statement(
  'SELECT id FROM department WHERE tenant_id = $1 AND parent_id = $2 AND name_key = $3',
);
const updateRow = statement(
  `UPDATE department SET parent_id = $3, name = $4, name_key = $5, book_text = $6, position = $7, hidden = $8,
   view_rule = $9 WHERE tenant_id = $1 AND id = $2`,
);
const deleteRow = statement('DELETE FROM department WHERE tenant_id = $1 AND id = $2');
const selectDirectCounts = statement(
  `SELECT x.department_id AS id, COUNT(*) AS n FROM member_department x
   JOIN account a ON a.tenant_id = x.tenant_id AND a.id = x.account_id
   WHERE x.tenant_id = $1 AND a.removed_at IS NULL GROUP BY x.department_id`,
);

/** False when a sibling has the name. */
export async function insertDepartment(tx: SqlTransaction, row: DepartmentRow): Promise<boolean> {
  const changed = await tx.run(
    insertRow,
    row.tenant_id,
    row.id,
    row.parent_id,
    row.name,
    row.name_key,
    row.book_text,
    row.position,
    row.hidden,
    row.view_rule,
    row.created_at,
  );
  return changed === 1;
}

export async function departmentExists(reader: SqlReader, tenantId: TenantId, id: number): Promise<boolean> {
  return (await reader.get(selectExists, tenantId, id)) !== undefined;
}

/** All departments of a tenant, siblings together in their order. */
export async function departmentRows(reader: SqlReader, tenantId: TenantId): Promise<DepartmentRow[]> {
  return reader.all<DepartmentRow>(selectAll, tenantId);
}

/** The department of that name below a parent. */
export async function departmentOfName(
  reader: SqlReader,
  tenantId: TenantId,
  parentId: number,
  nameKey: string,
): Promise<number | null> {
  return (await reader.get<{ id: number }>(selectSibling, tenantId, parentId, nameKey))?.id ?? null;
}

/** How many members each department has directly, those in the bin not counted. */
export async function directMemberCounts(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<Map<number, number>> {
  const rows = await reader.all<{ id: number; n: number }>(selectDirectCounts, tenantId);
  return new Map(rows.map(row => [row.id, row.n]));
}

export async function updateDepartmentRow(tx: SqlTransaction, row: DepartmentRow): Promise<void> {
  await tx.run(
    updateRow,
    row.tenant_id,
    row.id,
    row.parent_id,
    row.name,
    row.name_key,
    row.book_text,
    row.position,
    row.hidden,
    row.view_rule,
  );
}

export async function deleteDepartmentRow(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
): Promise<boolean> {
  return (await tx.run(deleteRow, tenantId, id)) === 1;
}
