import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { withIdLists } from '../../sql/id-lists.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export type Gender = 'male' | 'female';

/** What the company knows of a member beyond the account. Texts are empty when unknown. */
export interface MemberRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  /** As written, and as compared: unique in the company (DIR-02). */
  readonly user_id: string;
  readonly user_key: string;
  readonly english_name: string;
  readonly job_title: string;
  readonly mobile: string;
  readonly mobile_key: string | null;
  readonly phone: string;
  readonly employee_number: string;
  readonly gender: Gender | null;
  /** JSON: what outsiders are shown (对外信息). */
  readonly outward: string;
  readonly vip: number;
  readonly hidden: number;
  /** The system made the address: it may be changed once (DIR-08). */
  readonly generated: number;
  readonly sort_key: string;
  readonly book_text: string;
  readonly admin_text: string;
}

const fields = [
  'tenant_id',
  'account_id',
  'user_id',
  'user_key',
  'english_name',
  'job_title',
  'mobile',
  'mobile_key',
  'phone',
  'employee_number',
  'gender',
  'outward',
  'vip',
  'hidden',
  'generated',
  'sort_key',
  'book_text',
  'admin_text',
] as const satisfies readonly (keyof MemberRow)[];
const columns = fields.join(', ');
const insertRow = statement(
  `INSERT INTO member (${columns}) VALUES (${fields.map((_, i) => `$${i + 1}`).join(', ')}) ON CONFLICT DO NOTHING`,
);
const updateRow = statement(
  `UPDATE member SET ${fields
    .slice(2)
    .map((name, i) => `${name} = $${i + 3}`)
    .join(', ')} WHERE tenant_id = $1 AND account_id = $2`,
);
const selectOne = statement(`SELECT ${columns} FROM member WHERE tenant_id = $1 AND account_id = $2`);
const selectByUser = statement('SELECT account_id FROM member WHERE tenant_id = $1 AND user_key = $2');
const selectByMobile = statement('SELECT account_id FROM member WHERE tenant_id = $1 AND mobile_key = $2');
const selectMobileAnywhere = statement(
  `SELECT m.tenant_id, m.account_id, t.name AS company, p.local_part, d.unicode_name
   FROM member m
   JOIN account a ON a.tenant_id = m.tenant_id AND a.id = m.account_id
   JOIN tenant t ON t.id = m.tenant_id
   JOIN address p ON p.tenant_id = m.tenant_id AND p.account_id = m.account_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE m.mobile_key = $1 AND a.removed_at IS NULL AND a.disabled_at IS NULL ORDER BY m.tenant_id LIMIT 100`,
);
const freeMobile = statement('UPDATE member SET mobile_key = NULL WHERE tenant_id = $1 AND account_id = $2');
const setVip = statement('UPDATE member SET vip = $3 WHERE tenant_id = $1 AND account_id = $2 AND vip <> $3');
const deleteRow = statement('DELETE FROM member WHERE tenant_id = $1 AND account_id = $2');
const selectUnindexed = statement(
  "SELECT tenant_id, account_id FROM member WHERE book_text = '' ORDER BY tenant_id, account_id LIMIT $1",
);

const insertLink = statement(
  `INSERT INTO member_department (tenant_id, account_id, department_id, is_main, is_leader)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
);
const deleteLinks = statement('DELETE FROM member_department WHERE tenant_id = $1 AND account_id = $2');
const selectLinks = withIdLists(
  among => `SELECT x.account_id, x.department_id, x.is_main, x.is_leader FROM member_department x
   WHERE x.tenant_id = $1 AND x.account_id ${among(2)} ORDER BY x.account_id, x.is_main DESC, x.department_id`,
);
const selectMembersOf = withIdLists(
  among => `SELECT DISTINCT x.account_id FROM member_department x
   JOIN account a ON a.tenant_id = x.tenant_id AND a.id = x.account_id
   WHERE x.tenant_id = $1 AND x.department_id ${among(2)} AND a.removed_at IS NULL ORDER BY x.account_id`,
);
const selectAnyIn = statement(
  'SELECT account_id FROM member_department WHERE tenant_id = $1 AND department_id = $2',
);

/** A member's place in a department. */
export interface MembershipRow {
  readonly account_id: AccountId;
  readonly department_id: number;
  readonly is_main: number;
  readonly is_leader: number;
}

/** False when the user id or the mobile number is taken in the tenant. */
export async function insertMember(tx: SqlTransaction, row: MemberRow): Promise<boolean> {
  return (await tx.run(insertRow, ...fields.map(name => row[name]))) === 1;
}

/** Writes the row whole. Look for user id and mobile number first: a conflict here ends the transaction. */
export async function updateMember(tx: SqlTransaction, row: MemberRow): Promise<void> {
  await tx.run(updateRow, ...fields.map(name => row[name]));
}

export async function memberById(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<MemberRow | undefined> {
  return reader.get<MemberRow>(selectOne, tenantId, accountId);
}

/** Who has the user id in the tenant, those in the bin included. */
export async function memberOfUserKey(
  reader: SqlReader,
  tenantId: TenantId,
  userKey: string,
): Promise<AccountId | null> {
  return (await reader.get<{ account_id: AccountId }>(selectByUser, tenantId, userKey))?.account_id ?? null;
}

export async function memberOfMobile(
  reader: SqlReader,
  tenantId: TenantId,
  mobileKey: string,
): Promise<AccountId | null> {
  const row = await reader.get<{ account_id: AccountId }>(selectByMobile, tenantId, mobileKey);
  return row?.account_id ?? null;
}

/** A membership in one of several companies. */
export interface MobileRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly company: string;
  readonly local_part: string;
  readonly unicode_name: string;
}

/** Everybody with the number who can sign in, in all tenants (TEN-37). */
export async function membersOfMobile(reader: SqlReader, mobileKey: string): Promise<MobileRow[]> {
  return reader.all<MobileRow>(selectMobileAnywhere, mobileKey);
}

/** Lets another member of the tenant have the number. */
export async function releaseMobile(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await tx.run(freeMobile, tenantId, accountId);
}

/** False when nothing changed. */
export async function writeVip(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  vip: boolean,
): Promise<boolean> {
  return (await tx.run(setVip, tenantId, accountId, vip ? 1 : 0)) === 1;
}

export async function deleteMember(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await tx.run(deleteLinks, tenantId, accountId);
  await tx.run(deleteRow, tenantId, accountId);
}

/** Members of a release that had no profiles yet: what is searched has to be written. */
export async function unindexedMembers(
  reader: SqlReader,
  limit: number,
): Promise<{ readonly tenant_id: TenantId; readonly account_id: AccountId }[]> {
  return reader.all(selectUnindexed, limit);
}

/** Replaces a member's places. */
export async function writeMemberships(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  places: readonly Omit<MembershipRow, 'account_id'>[],
): Promise<void> {
  await tx.run(deleteLinks, tenantId, accountId);
  await insertMemberships(tx, tenantId, accountId, places);
}

/** Files the places of a new member. */
export async function insertMemberships(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  places: readonly Omit<MembershipRow, 'account_id'>[],
): Promise<void> {
  for (const place of places) {
    await tx.run(insertLink, tenantId, accountId, place.department_id, place.is_main, place.is_leader);
  }
}

/** Places of these members, the main one first. */
export async function membershipsOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountIds: readonly AccountId[],
): Promise<MembershipRow[]> {
  return reader.all<MembershipRow>(selectLinks, tenantId, JSON.stringify(accountIds));
}

/** Members with a place in one of the departments, those in the bin left out. */
export async function membersInDepartments(
  reader: SqlReader,
  tenantId: TenantId,
  departmentIds: readonly number[],
): Promise<AccountId[]> {
  const rows = await reader.all<{ account_id: AccountId }>(
    selectMembersOf,
    tenantId,
    JSON.stringify(departmentIds),
  );
  return rows.map(row => row.account_id);
}

/** Everybody with a place in the department, those in the bin included. */
export async function everyMemberIn(
  reader: SqlReader,
  tenantId: TenantId,
  departmentId: number,
): Promise<AccountId[]> {
  const rows = await reader.all<{ account_id: AccountId }>(selectAnyIn, tenantId, departmentId);
  return rows.map(row => row.account_id);
}
