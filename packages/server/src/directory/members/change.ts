import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { type AccountRow, accountById, updateAccount } from '../../store/system/accounts.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import {
  type MemberRow,
  memberById,
  memberOfMobile,
  memberOfUserKey,
  updateMember as writeMember,
  writeMemberships,
} from '../../store/system/people/members.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { holdPlan } from '../plans/tenant-plan.ts';
import {
  mobileKey,
  type OutwardField,
  type Profile,
  requireProfile,
  requireUserId,
} from '../profiles/profile.ts';
import { nameText } from '../profiles/search-text.ts';
import { keepAnAdministrator } from '../user-changes.ts';
import { displayAddress, requireQuota } from '../users.ts';
import { requireManaged } from './manage.ts';
import { type Member, memberIn } from './member.ts';
import { departmentsOf, requirePlaces, requirePlacesInReach, type WantedPlace } from './places.ts';
import { memberTexts } from './texts.ts';

/** What an administrator changes of a member; the address: `renameMember`, VIP: `setVip`. */
export interface MemberChange extends Partial<Profile> {
  readonly name?: string;
  readonly userId?: string;
  readonly language?: string | null;
  readonly quotaBytes?: number | null;
  readonly quotaMessages?: number | null;
  readonly departments?: readonly WantedPlace[];
  /** Not in the address book (DIR-09). */
  readonly hidden?: boolean;
}

async function requireMemberRow(tx: SqlTransaction, scope: Scope, accountId: AccountId): Promise<MemberRow> {
  const row = await memberById(tx, scope.tenantId, accountId);
  if (!row) throw new MailError('account.not_found', { accountId });
  return row;
}

function profileOf(row: MemberRow): Profile {
  return {
    englishName: row.english_name,
    jobTitle: row.job_title,
    mobile: row.mobile,
    phone: row.phone,
    employeeNumber: row.employee_number,
    gender: row.gender,
    outward: JSON.parse(row.outward) as OutwardField[],
  };
}

async function changePlaces(
  tx: SqlTransaction,
  scope: Scope,
  administration: Parameters<typeof requirePlacesInReach>[0],
  accountId: AccountId,
  wanted: readonly WantedPlace[],
): Promise<void> {
  const { limits } = await holdPlan(tx, scope.tenantId);
  const places = await requirePlaces(tx, scope.tenantId, limits, wanted);
  requirePlacesInReach(
    administration,
    await departmentsOf(tx, scope.tenantId, accountId),
    places.map(place => place.department_id),
  );
  await writeMemberships(tx, scope.tenantId, accountId, places);
}

async function requireFree(
  tx: SqlTransaction,
  scope: Scope,
  accountId: AccountId,
  keys: {
    readonly userKey: string;
    readonly userId: string;
    readonly mobileKey: string | null;
    readonly mobile: string;
  },
): Promise<void> {
  const ofUser = await memberOfUserKey(tx, scope.tenantId, keys.userKey);
  if (ofUser !== null && ofUser !== accountId)
    throw new MailError('conflict.exists', { userId: keys.userId });
  if (keys.mobileKey === null) return;
  const ofMobile = await memberOfMobile(tx, scope.tenantId, keys.mobileKey);
  if (ofMobile !== null && ofMobile !== accountId)
    throw new MailError('conflict.exists', { mobile: keys.mobile });
}

/**
 * Changes what is named in `wanted`. Needs `members:manage` and reach (hiding alone: `directoryVisibility:manage`). Throws
 * `account.not_found`, `department.not_found`, `access.denied` for places out of reach, `conflict.exists` for a user id or
 * mobile number that is taken, `input.invalid`, `limit.exceeded`.
 */
export async function updateMember(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  wanted: MemberChange,
): Promise<Member> {
  const onlyHidden = Object.keys(wanted).every(key => key === 'hidden') && wanted.hidden !== undefined;
  const administration = requireAdministration(
    scope,
    onlyHidden ? 'directoryVisibility' : 'members',
    'manage',
  );
  const name = wanted.name === undefined ? null : requireDisplayName(ctx, wanted.name);
  if (name === '') throw new MailError('input.invalid', { field: 'name' });
  // Worked out before the transaction: it loads a dictionary. A name that changes meanwhile is written by who changes it.
  const current = await accountById(ctx.database.of(scope.tenantId), scope.tenantId, accountId);
  const text = await nameText(name ?? current?.display_name ?? '');
  return change(ctx, scope.tenantId, async tx => {
    const account = await requireManaged(tx, administration, scope, accountId);
    const row = await requireMemberRow(tx, scope, accountId);
    const plan = await holdPlan(tx, scope.tenantId);
    const before = await memberIn(tx, plan, scope.tenantId, accountId);
    if (wanted.departments) await changePlaces(tx, scope, administration, accountId, wanted.departments);
    const profile = requireProfile(wanted, profileOf(row));
    const ids =
      wanted.userId === undefined
        ? { userId: row.user_id, userKey: row.user_key }
        : requireUserId(wanted.userId);
    const mobile = mobileKey(profile.mobile);
    await requireFree(tx, scope, accountId, { ...ids, mobileKey: mobile, mobile: profile.mobile });
    await writeMember(tx, {
      ...row,
      user_id: ids.userId,
      user_key: ids.userKey,
      english_name: profile.englishName,
      job_title: profile.jobTitle,
      mobile: profile.mobile,
      mobile_key: mobile,
      phone: profile.phone,
      employee_number: profile.employeeNumber,
      gender: profile.gender,
      outward: JSON.stringify(profile.outward),
      hidden: (wanted.hidden ?? row.hidden === 1) ? 1 : 0,
      ...memberTexts({ ...profile, userId: ids.userId, address: before.address }, text),
    });
    await updateAccount(tx, account, {
      ...(name !== null && { display_name: name }),
      ...(wanted.language !== undefined && { language: wanted.language }),
      ...(wanted.quotaBytes !== undefined && { quota_bytes: requireQuota('quotaBytes', wanted.quotaBytes) }),
      ...(wanted.quotaMessages !== undefined && {
        quota_messages: requireQuota('quotaMessages', wanted.quotaMessages),
      }),
    });
    const after = await memberIn(tx, plan, scope.tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.changed',
      targetKind: 'member',
      target: after.address,
      details: { accountId, ...difference(before, after) },
    });
    return after;
  });
}

/** What changed, before and after. */
function difference(before: Member, after: Member): { before: Partial<Member>; after: Partial<Member> } {
  const changed = (Object.keys(after) as (keyof Member)[]).filter(
    key => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const pick = (member: Member): Partial<Member> =>
    Object.fromEntries(changed.map(key => [key, member[key]]));
  return { before: pick(before), after: pick(after) };
}

/** Most accounts of one call. */
const maxAtOnce = 1_000;

/**
 * Disables mailboxes, or enables them again, all or none (MBX-06): who is disabled cannot sign in and gets no mail. For
 * members needs `members:manage`, for public mailboxes `publicMailboxes:manage`, and reach. Throws `account.not_found`,
 * `conflict.state` for the last administrator or oneself, `limit.exceeded`. Returns whose state changed.
 */
export async function setDisabled(
  ctx: DirectoryContext,
  scope: Scope,
  accountIds: readonly AccountId[],
  disabled: boolean,
): Promise<AccountId[]> {
  if (accountIds.length > maxAtOnce)
    throw new MailError('limit.exceeded', { limit: 'accounts', max: maxAtOnce });
  return change(ctx, scope.tenantId, async tx => {
    const changed: AccountId[] = [];
    for (const accountId of new Set(accountIds)) {
      const row = await requireDisablable(tx, scope, accountId);
      if (disabled) await keepAnAdministrator(tx, row);
      if ((row.disabled_at !== null) === disabled) continue;
      await updateAccount(tx, row, { disabled_at: disabled ? ctx.clock.now() : null });
      const kind = row.kind === 'public' ? 'publicMailbox' : 'member';
      const primary = (await addressesOfAccount(tx, scope.tenantId, accountId))[0];
      await recordOperation(tx, ctx.clock, scope, {
        action: `${kind}.${disabled ? 'disabled' : 'enabled'}`,
        targetKind: kind,
        target: primary ? displayAddress(primary) : row.display_name,
        details: { accountId },
      });
      changed.push(accountId);
    }
    return changed;
  });
}

async function requireDisablable(
  tx: SqlTransaction,
  scope: Scope,
  accountId: AccountId,
): Promise<AccountRow> {
  const members = scope.administration?.functions.get('members') === 'manage';
  const administration = requireAdministration(scope, members ? 'members' : 'publicMailboxes', 'manage');
  const row = await requireManaged(tx, administration, scope, accountId);
  requireAdministration(scope, row.kind === 'public' ? 'publicMailboxes' : 'members', 'manage');
  const { principal } = scope;
  if (principal.kind === 'account' && principal.accountId === accountId) {
    throw new MailError('conflict.state', { reason: 'oneself' });
  }
  return row;
}
