import type { TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

/** Who may write to a group (GRP-04). */
export type Posting = 'company' | 'members' | 'anyone' | 'listed';

export interface GroupRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly display_name: string;
  readonly posting: Posting;
  /** Name and address in lower case. */
  readonly search_text: string;
  readonly created_at: number;
}

/** A group as lists show it. */
export interface GroupSummaryRow {
  readonly id: number;
  readonly display_name: string;
  readonly posting: Posting;
  readonly created_at: number;
  readonly local_part: string;
  readonly unicode_name: string;
  /** Direct members that are addresses. */
  readonly member_count: number;
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
  `INSERT INTO mail_group (tenant_id, id, display_name, posting, search_text, created_at)
   VALUES ($1, $2, $3, $4, $5, $6)`,
);
const columns = 'tenant_id, id, display_name, posting, search_text, created_at';
const selectGroups = statement(`SELECT ${columns} FROM mail_group WHERE tenant_id = $1 ORDER BY id`);
const selectGroup = statement(`SELECT ${columns} FROM mail_group WHERE tenant_id = $1 AND id = $2`);
const summary = `SELECT g.id, g.display_name, g.posting, g.created_at, p.local_part, d.unicode_name,
   (SELECT COUNT(*) FROM group_member m WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id) AS member_count
   FROM mail_group g
   JOIN address p ON p.tenant_id = g.tenant_id AND p.group_id = g.id
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE g.tenant_id = $1 AND g.id > $2`;
const selectPage = statement(`${summary} AND ($4 = '' OR g.posting = $4) ORDER BY g.id LIMIT $3`);
const searchPage = statement(
  `${summary} AND ($4 = '' OR g.posting = $4) AND g.search_text LIKE $5 ESCAPE '\\' ORDER BY g.id LIMIT $3`,
);
const updateRow = statement(
  'UPDATE mail_group SET display_name = $3, posting = $4, search_text = $5 WHERE tenant_id = $1 AND id = $2',
);
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

/** Removes all members that are addresses. */
export async function deleteGroupMembers(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
): Promise<void> {
  await tx.run(deleteMembers, tenantId, groupId);
}

export async function insertGroup(tx: SqlTransaction, row: GroupRow): Promise<void> {
  await tx.run(
    insertGroupRow,
    row.tenant_id,
    row.id,
    row.display_name,
    row.posting,
    row.search_text,
    row.created_at,
  );
}

export async function listGroupRows(reader: SqlReader, tenantId: TenantId): Promise<GroupRow[]> {
  return reader.all<GroupRow>(selectGroups, tenantId);
}

export async function groupById(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
): Promise<GroupRow | undefined> {
  return reader.get<GroupRow>(selectGroup, tenantId, groupId);
}

/** At most `limit` groups with a number above `after`, in their order; `pattern` for LIKE in lower case, `posting` who may send, each null for all. */
export async function groupPage(
  reader: SqlReader,
  tenantId: TenantId,
  after: number,
  limit: number,
  pattern: string | null,
  posting: Posting | null,
): Promise<GroupSummaryRow[]> {
  const rule = posting ?? '';
  return pattern === null
    ? reader.all<GroupSummaryRow>(selectPage, tenantId, after, limit, rule)
    : reader.all<GroupSummaryRow>(searchPage, tenantId, after, limit, rule, pattern);
}

/** Writes name, rule of posting and search text. */
export async function updateGroupRow(tx: SqlTransaction, row: GroupRow): Promise<void> {
  await tx.run(updateRow, row.tenant_id, row.id, row.display_name, row.posting, row.search_text);
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
