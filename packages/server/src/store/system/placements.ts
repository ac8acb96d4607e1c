import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { Placement } from '../accounts/placement.ts';
import { type SqlTransaction, statement } from '../sql/port.ts';

const insertRow = statement(
  'INSERT INTO placement (tenant_id, account_id, kind, location) VALUES ($1, $2, $3, $4)',
);

export async function insertPlacement(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  placement: Placement,
): Promise<void> {
  await tx.run(insertRow, tenantId, accountId, placement.kind, placement.location);
}
