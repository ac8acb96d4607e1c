import type { AccountId, TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

/** Where an account's rows live: a file of its own, a shared file, or a PostgreSQL database. */
export interface Placement {
  readonly kind: 'file' | 'shard' | 'postgres';
  /** Empty for `file`, whose path follows from the numbers; else the name of the shard or database. */
  readonly location: string;
}

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
