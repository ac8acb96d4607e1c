import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, statement } from '../../sql/port.ts';

const selectChain = statement(
  `WITH RECURSIVE chain (id) AS (
     SELECT department_id FROM member_department WHERE tenant_id = $1 AND account_id = $2
     UNION
     SELECT d.parent_id FROM department d JOIN chain c ON d.id = c.id WHERE d.tenant_id = $1 AND d.parent_id <> 0
   ) SELECT id FROM chain`,
);

/** The departments somebody belongs to, with everything above them. */
export async function departmentChain(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<number[]> {
  const rows = await reader.all<{ id: number }>(selectChain, tenantId, accountId);
  return rows.map(row => row.id);
}
