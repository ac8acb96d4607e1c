import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { Placement } from '../accounts/placement.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

const insertRow = statement(
  'INSERT INTO placement (tenant_id, account_id, kind, location) VALUES ($1, $2, $3, $4)',
);
const selectOne = statement('SELECT kind, location FROM placement WHERE tenant_id = $1 AND account_id = $2');

export async function insertPlacement(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  placement: Placement,
): Promise<void> {
  await tx.run(insertRow, tenantId, accountId, placement.kind, placement.location);
}

export async function placementOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<Placement | undefined> {
  return reader.get<Placement>(selectOne, tenantId, accountId);
}
