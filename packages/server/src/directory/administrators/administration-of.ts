import {
  type AdminAccess,
  type AdminFunction,
  type Administration,
  adminFunctions,
  wholeAdministration,
} from '../../access/administration.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { administratorRow, departmentTree } from '../../store/system/administration/administrator-rows.ts';

/**
 * What an account administers in its tenant, null for nothing. Read afresh each time: what is revoked is gone with the
 * next call.
 */
export async function administrationOf(
  reader: SqlReader,
  who: { readonly tenantId: TenantId; readonly accountId: AccountId },
): Promise<Administration | null> {
  const { tenantId, accountId } = who;
  const row = await administratorRow(reader, tenantId, accountId);
  if (!row || row.disabled_at !== null || row.account_role !== 'administrator') return null;
  if (row.role !== 'scoped') return { ...wholeAdministration, role: row.role };
  return {
    role: 'scoped',
    functions: readFunctions(row.functions),
    departments: await openDepartments(reader, tenantId, readDepartments(row.departments)),
  };
}

/** The departments and all below them; null: all there are. */
export async function openDepartments(
  reader: SqlReader,
  tenantId: TenantId,
  top: readonly number[] | null,
): Promise<ReadonlySet<number> | null> {
  if (top === null) return null;
  const children = new Map<number, number[]>();
  for (const { id, parent_id } of await departmentTree(reader, tenantId)) {
    const list = children.get(parent_id);
    if (list) list.push(id);
    else children.set(parent_id, [id]);
  }
  const reached = new Set<number>();
  const waiting = [...top];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    waiting.push(...(children.get(id) ?? []));
  }
  return reached;
}

/** Functions as they are stored; what this version does not know is left out. */
export function readFunctions(json: string): ReadonlyMap<AdminFunction, AdminAccess> {
  const stored = JSON.parse(json) as Readonly<Record<string, unknown>>;
  return new Map(
    adminFunctions.flatMap((name): [AdminFunction, AdminAccess][] => {
      const access = Object.hasOwn(stored, name) ? stored[name] : undefined;
      return access === 'view' || access === 'manage' ? [[name, access]] : [];
    }),
  );
}

export function readDepartments(json: string | null): readonly number[] | null {
  return json === null ? null : (JSON.parse(json) as number[]);
}

/** What both allow: a token never reaches further than who made it. */
export function intersect(
  held: Administration,
  functions: ReadonlyMap<AdminFunction, AdminAccess>,
  departments: ReadonlySet<number> | null,
): Administration {
  const both = new Map<AdminFunction, AdminAccess>();
  for (const [name, access] of functions) {
    const granted = held.functions.get(name);
    if (granted !== undefined) both.set(name, access === 'manage' ? granted : 'view');
  }
  const reach =
    departments === null || held.departments === null
      ? (departments ?? held.departments)
      : departments.intersection(held.departments);
  return { role: 'scoped', functions: both, departments: reach };
}
