import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import type { AccountRole } from '../../store/system/accounts.ts';
import { aliasesOfAccounts } from '../../store/system/addresses.ts';
import type { ListedMemberRow } from '../../store/system/people/member-list.ts';
import { listMemberRows } from '../../store/system/people/member-list.ts';
import { membershipsOf } from '../../store/system/people/members.ts';
import type { TenantPlan } from '../plans/plan.ts';
import type { OutwardField, Profile } from '../profiles/profile.ts';
import { type Place, toPlace } from './places.ts';
import { memberQuotaBytes } from './quota.ts';

/** A member as administrators see it (DIR-02). */
export interface Member extends Profile {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  /** Unique in the company. */
  readonly userId: string;
  readonly name: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly role: AccountRole;
  readonly language: string | null;
  /** Main place first. */
  readonly departments: readonly Place[];
  readonly vip: boolean;
  readonly hidden: boolean;
  readonly disabled: boolean;
  /** Bytes allotted by an administrator; null: what the plan gives. */
  readonly quotaBytes: number | null;
  readonly quotaMessages: number | null;
  /** Bytes that hold (MBX-05); null: no limit. */
  readonly effectiveQuotaBytes: number | null;
  /** The system made the address, so that it may be changed once (DIR-08). */
  readonly generatedAddress: boolean;
  /** A second factor is on. */
  readonly secondFactor: boolean;
  /** There is a password: the member can sign in (MBX-03). */
  readonly activated: boolean;
  readonly createdAt: number;
}

/** Rows of a list with aliases and departments, which take one query each. */
export async function toMembers(
  reader: SqlReader,
  plan: TenantPlan,
  rows: readonly ListedMemberRow[],
): Promise<Member[]> {
  const tenantId = rows[0]?.tenant_id;
  if (tenantId === undefined) return [];
  const ids = rows.map(row => row.account_id);
  const aliases = Map.groupBy(await aliasesOfAccounts(reader, tenantId, ids), row => row.account_id);
  const places = Map.groupBy(await membershipsOf(reader, tenantId, ids), row => row.account_id);
  return rows.map(row => ({
    tenantId,
    accountId: row.account_id,
    userId: row.user_id,
    name: row.display_name,
    address: `${row.local_part}@${row.unicode_name}`,
    aliases: (aliases.get(row.account_id) ?? []).map(alias => `${alias.local_part}@${alias.unicode_name}`),
    role: row.role,
    language: row.language,
    departments: (places.get(row.account_id) ?? []).map(toPlace),
    englishName: row.english_name,
    jobTitle: row.job_title,
    mobile: row.mobile,
    phone: row.phone,
    employeeNumber: row.employee_number,
    gender: row.gender,
    outward: JSON.parse(row.outward) as OutwardField[],
    vip: row.vip === 1,
    hidden: row.hidden === 1,
    disabled: row.disabled_at !== null,
    quotaBytes: row.quota_bytes,
    quotaMessages: row.quota_messages,
    effectiveQuotaBytes: memberQuotaBytes(plan.limits, row.vip === 1, row.quota_bytes),
    generatedAddress: row.generated === 1,
    secondFactor: row.second_factor === 1,
    activated: row.activated === 1,
    createdAt: row.created_at,
  }));
}

/** One member that is not in the bin. Throws `account.not_found`. */
export async function memberIn(
  reader: SqlReader,
  plan: TenantPlan,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<Member> {
  const rows = await listMemberRows(reader, tenantId, { accountIds: [accountId] }, null, 1);
  const [member] = await toMembers(reader, plan, rows);
  if (!member) throw new MailError('account.not_found', { accountId });
  return member;
}
