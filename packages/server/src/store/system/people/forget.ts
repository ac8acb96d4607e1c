import type { TenantId } from '../../../platform/ids.ts';
import { type SqlTransaction, statement } from '../../sql/port.ts';

const deleteOfGroups = statement('DELETE FROM group_member WHERE tenant_id = $1 AND member_key = $2');

/** Takes an address (`local_key@a-label`) out of all groups of the tenant. */
export async function deleteGroupMembersOf(
  tx: SqlTransaction,
  tenantId: TenantId,
  memberKey: string,
): Promise<void> {
  await tx.run(deleteOfGroups, tenantId, memberKey);
}
