import type { TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

export interface GroupRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly display_name: string;
  readonly created_at: number;
}

export interface GroupMemberRow {
  readonly tenant_id: TenantId;
  readonly group_id: number;
  /** Comparable form of the address: `local_key@a-label`. */
  readonly member_key: string;
  readonly address: string;
  readonly created_at: number;
}

const insertGroupRow = statement(
  'INSERT INTO mail_group (tenant_id, id, display_name, created_at) VALUES ($1, $2, $3, $4)',
);
const selectGroups = statement(
  'SELECT tenant_id, id, display_name, created_at FROM mail_group WHERE tenant_id = $1 ORDER BY id',
);
const updateGroupRow = statement('UPDATE mail_group SET display_name = $3 WHERE tenant_id = $1 AND id = $2');
const deleteGroupRow = statement('DELETE FROM mail_group WHERE tenant_id = $1 AND id = $2');
const insertMemberRow = statement(
  `INSERT INTO group_member (tenant_id, group_id, member_key, address, created_at)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
);
const selectMembers = statement(
  `SELECT tenant_id, group_id, member_key, address, created_at FROM group_member
   WHERE tenant_id = $1 AND group_id = $2 ORDER BY created_at, member_key`,
);
const countMembers = statement(
  'SELECT COUNT(*) AS n FROM group_member WHERE tenant_id = $1 AND group_id = $2',
);
const deleteMemberRow = statement(
  'DELETE FROM group_member WHERE tenant_id = $1 AND group_id = $2 AND member_key = $3',
);
const deleteMembers = statement('DELETE FROM group_member WHERE tenant_id = $1 AND group_id = $2');

export async function insertGroup(tx: SqlTransaction, row: GroupRow): Promise<void> {
  await tx.run(insertGroupRow, row.tenant_id, row.id, row.display_name, row.created_at);
}

export async function listGroupRows(reader: SqlReader, tenantId: TenantId): Promise<GroupRow[]> {
  return reader.all<GroupRow>(selectGroups, tenantId);
}

export async function renameGroup(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
  displayName: string,
): Promise<void> {
  await tx.run(updateGroupRow, tenantId, groupId, displayName);
}

/** Removes the group and its list of members; its address has to go first. */
export async function deleteGroup(tx: SqlTransaction, tenantId: TenantId, groupId: number): Promise<void> {
  await tx.run(deleteMembers, tenantId, groupId);
  await tx.run(deleteGroupRow, tenantId, groupId);
}

/** False when it was a member before. */
export async function insertGroupMember(tx: SqlTransaction, row: GroupMemberRow): Promise<boolean> {
  const changed = await tx.run(
    insertMemberRow,
    row.tenant_id,
    row.group_id,
    row.member_key,
    row.address,
    row.created_at,
  );
  return changed === 1;
}

/** Members in the order in which they came. */
export async function groupMembers(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
): Promise<GroupMemberRow[]> {
  return reader.all<GroupMemberRow>(selectMembers, tenantId, groupId);
}

export async function groupMemberCount(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
): Promise<number> {
  return (await reader.get<{ n: number }>(countMembers, tenantId, groupId))?.n ?? 0;
}

/** False when it was no member. */
export async function deleteGroupMember(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
  memberKey: string,
): Promise<boolean> {
  return (await tx.run(deleteMemberRow, tenantId, groupId, memberKey)) === 1;
}
