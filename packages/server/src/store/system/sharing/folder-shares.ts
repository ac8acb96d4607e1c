import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

const selectSharers = statement(
  `SELECT DISTINCT s.owner_id FROM folder_share s
     JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.owner_id
   WHERE s.tenant_id = $1 AND s.grantee_id IN ($2, 0) AND s.owner_id <> $2 AND a.removed_at IS NULL
   ORDER BY s.owner_id LIMIT $3`,
);
const selectReached = statement(
  `SELECT owner_id FROM folder_share WHERE tenant_id = $1 AND grantee_id IN ($2, 0) AND owner_id <> $2
   UNION SELECT owner_id FROM access_grant WHERE tenant_id = $1 AND grantee_id = $2
   ORDER BY owner_id`,
);
const put = statement(
  'INSERT INTO folder_share (tenant_id, grantee_id, owner_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
);
const remove = statement(
  'DELETE FROM folder_share WHERE tenant_id = $1 AND grantee_id = $2 AND owner_id = $3',
);

/** Accounts of the tenant that share folders with somebody, at most `limit`. */
export async function sharersOf(
  reader: SqlReader,
  tenantId: TenantId,
  granteeId: AccountId,
  limit: number,
): Promise<AccountId[]> {
  const rows = await reader.all<{ owner_id: number }>(selectSharers, tenantId, granteeId, limit);
  return rows.map(row => row.owner_id);
}

/** Accounts in which somebody could see anything: by shared folders or by a grant on the whole. Removed ones are among them. */
export async function ownersReachedBy(
  reader: SqlReader,
  tenantId: TenantId,
  granteeId: AccountId,
): Promise<AccountId[]> {
  const rows = await reader.all<{ owner_id: number }>(selectReached, tenantId, granteeId);
  return rows.map(row => row.owner_id);
}

/** Notes that an owner shares something with a grantee, or no longer anything. */
export async function setFolderShare(
  tx: SqlTransaction,
  tenantId: TenantId,
  ownerId: AccountId,
  granteeId: AccountId,
  on: boolean,
): Promise<void> {
  await tx.run(on ? put : remove, tenantId, granteeId, ownerId);
}
