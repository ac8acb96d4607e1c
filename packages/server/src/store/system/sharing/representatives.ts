import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** A group that somebody represents (GRP-03), with its address. */
export interface RepresentedGroupRow {
  readonly group_id: number;
  readonly display_name: string;
  readonly local_part: string;
  readonly domain_name: string;
  readonly unicode_name: string;
}

/** A representative of a group, with their address. */
export interface RepresentativeRow {
  readonly group_id: number;
  readonly account_id: AccountId;
  readonly display_name: string;
  readonly local_part: string;
  readonly domain_name: string;
  readonly unicode_name: string;
}

const insertRow = statement(
  `INSERT INTO group_representative (tenant_id, group_id, account_id, created_at) VALUES ($1, $2, $3, $4)
   ON CONFLICT DO NOTHING`,
);
const deleteOfGroup = statement('DELETE FROM group_representative WHERE tenant_id = $1 AND group_id = $2');
const selectOfAccount = statement(
  `SELECT r.group_id, g.display_name, p.local_part, d.name AS domain_name, d.unicode_name
   FROM group_representative r
   JOIN mail_group g ON g.tenant_id = r.tenant_id AND g.id = r.group_id
   JOIN address p ON p.tenant_id = r.tenant_id AND p.group_id = r.group_id
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE r.tenant_id = $1 AND r.account_id = $2 ORDER BY r.group_id`,
);
const named = `r.group_id, r.account_id, a.display_name, p.local_part, d.name AS domain_name, d.unicode_name
   FROM group_representative r
   JOIN account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
   JOIN address p ON p.tenant_id = r.tenant_id AND p.account_id = r.account_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE r.tenant_id = $1 AND a.removed_at IS NULL`;
const selectOfGroup = statement(`SELECT ${named} AND r.group_id = $2 ORDER BY r.account_id`);

/** False when they represented it before. */
export async function insertRepresentative(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
  accountId: AccountId,
  now: number,
): Promise<boolean> {
  return (await tx.run(insertRow, tenantId, groupId, accountId, now)) === 1;
}

export async function deleteRepresentatives(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
): Promise<void> {
  await tx.run(deleteOfGroup, tenantId, groupId);
}

/** The groups that an account may send as. */
export async function groupsRepresentedBy(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<RepresentedGroupRow[]> {
  return reader.all<RepresentedGroupRow>(selectOfAccount, tenantId, accountId);
}

/** Who may send as a group. */
export async function representativesOf(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
): Promise<RepresentativeRow[]> {
  return reader.all<RepresentativeRow>(selectOfGroup, tenantId, groupId);
}
