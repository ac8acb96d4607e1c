import { type Administration, requireAdministration } from '../../access/administration.ts';
import { requireTenantAdministration, type Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import type { AccountRole } from '../../store/system/accounts.ts';
import { insertAccount } from '../../store/system/accounts.ts';
import { insertAddress } from '../../store/system/addresses.ts';
import { settleAdministrators } from '../../store/system/administration/administrator-rows.ts';
import {
  insertMember,
  insertMemberships,
  memberOfMobile,
  memberOfUserKey,
} from '../../store/system/people/members.ts';
import { nextId } from '../../store/system/sequences.ts';
import { type ParsedAddress, requireNewAddress } from '../address.ts';
import { insertAlias } from '../aliases.ts';
import { change, type DirectoryContext, placeAccount, requireDisplayName } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { holdPlan, requireWithin } from '../plans/tenant-plan.ts';
import { mobileKey, type Profile, requireProfile, requireUserId } from '../profiles/profile.ts';
import { type NameText, nameText } from '../profiles/search-text.ts';
import { insertCredentials, type NewCredential, requireQuota } from '../users.ts';
import { FilingMemory } from './filing-memory.ts';
import { type Member, memberIn } from './member.ts';
import { requirePlacesInReach, type WantedPlace } from './places.ts';
import { requireVipSeats } from './seats.ts';
import { memberTexts } from './texts.ts';

export interface NewMember extends Partial<Profile> {
  readonly address: string;
  /** Left out: the local part. */
  readonly name?: string;
  /** Unique in the company. Left out: the local part, or the address when that is taken. */
  readonly userId?: string;
  readonly role?: AccountRole;
  readonly language?: string | null;
  readonly quotaBytes?: number | null;
  readonly quotaMessages?: number | null;
  readonly departments?: readonly WantedPlace[];
  readonly aliases?: readonly string[];
  readonly vip?: boolean;
  readonly hidden?: boolean;
  /** The address was made by the system (DIR-08). */
  readonly generatedAddress?: boolean;
  readonly credentials?: readonly NewCredential[];
}

/** A new member whose own values are in order. Whether there is room and nobody has the names is seen when it is filed. */
export interface PreparedMember {
  readonly wanted: NewMember;
  readonly administration: Administration;
  readonly address: ParsedAddress;
  readonly aliases: readonly ParsedAddress[];
  readonly name: string;
  readonly nameText: NameText;
  readonly profile: Profile;
  readonly mobileKey: string | null;
}

/**
 * Checks what can be checked without the directory. Not inside a transaction. Needs `members:manage`; a new administrator
 * takes an owner or super administrator. Throws `address.invalid`, `input.invalid`, `access.denied`.
 */
export async function prepareMember(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: NewMember,
): Promise<PreparedMember> {
  const administration = requireAdministration(scope, 'members', 'manage');
  if (wanted.role === 'administrator') requireTenantAdministration(scope);
  const address = requireNewAddress(wanted.address);
  const name = requireDisplayName(ctx, wanted.name ?? address.local) || address.local;
  const profile = requireProfile(wanted);
  requireQuota('quotaBytes', wanted.quotaBytes ?? null);
  requireQuota('quotaMessages', wanted.quotaMessages ?? null);
  if (wanted.userId !== undefined) requireUserId(wanted.userId);
  return {
    wanted,
    administration,
    address,
    aliases: (wanted.aliases ?? []).map(requireNewAddress),
    name,
    nameText: await nameText(name),
    profile,
    mobileKey: mobileKey(profile.mobile),
  };
}

async function chooseUserId(
  tx: SqlTransaction,
  scope: Scope,
  member: PreparedMember,
): Promise<{ readonly userId: string; readonly userKey: string }> {
  const { wanted, address } = member;
  if (wanted.userId !== undefined) {
    const chosen = requireUserId(wanted.userId);
    if ((await memberOfUserKey(tx, scope.tenantId, chosen.userKey)) !== null) {
      throw new MailError('conflict.exists', { userId: chosen.userId });
    }
    return chosen;
  }
  if ((await memberOfUserKey(tx, scope.tenantId, address.localKey)) === null) {
    return { userId: address.local, userKey: address.localKey };
  }
  const whole = `${address.local}@${address.domain}`;
  return { userId: whole, userKey: whole.toLowerCase() };
}

/**
 * Files a member with address, places, profile and secrets in the caller's transaction (`change`). Throws
 * `domain.not_found`, `department.not_found`, `access.denied` for places out of reach, `conflict.exists` for an address, user
 * id or mobile number that is taken, `limit.exceeded`. `memory`: of the transaction, where it files many.
 */
export async function fileMember(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  member: PreparedMember,
  memory: FilingMemory = new FilingMemory(tx, scope.tenantId),
): Promise<AccountId> {
  const { wanted, address, profile, administration } = member;
  const { tenantId } = scope;
  const now = ctx.clock.now();
  const plan = await memory.plan();
  await memory.takeSeat();
  requireWithin('aliasesPerAccount', plan.limits.aliasesPerAccount, member.aliases.length);
  const domain = await memory.domain(address.domain);
  const places = await memory.places(wanted.departments ?? []);
  requirePlacesInReach(
    administration,
    [],
    places.map(place => place.department_id),
  );
  // What needs no answer from one another is asked for at once: a trip to a database server instead of a dozen.
  const [ofMobile, { userId, userKey }, accountId] = await Promise.all([
    member.mobileKey === null ? null : memberOfMobile(tx, tenantId, member.mobileKey),
    chooseUserId(tx, scope, member),
    nextId(tx, 'account'),
  ]);
  if (ofMobile !== null) throw new MailError('conflict.exists', { mobile: profile.mobile });
  const shown = `${address.local}@${domain.unicode_name}`;
  const texts = memberTexts({ ...profile, userId, address: shown }, member.nameText);
  const row = {
    tenant_id: tenantId,
    account_id: accountId,
    user_id: userId,
    user_key: userKey,
    english_name: profile.englishName,
    job_title: profile.jobTitle,
    mobile: profile.mobile,
    mobile_key: member.mobileKey,
    phone: profile.phone,
    employee_number: profile.employeeNumber,
    gender: profile.gender,
    outward: JSON.stringify(profile.outward),
    vip: 0,
    hidden: wanted.hidden ? 1 : 0,
    generated: wanted.generatedAddress ? 1 : 0,
    ...texts,
  };
  const [, free, own] = await Promise.all([
    insertAccount(tx, {
      tenant_id: tenantId,
      id: accountId,
      kind: 'person',
      display_name: member.name,
      role: wanted.role ?? 'member',
      language: wanted.language ?? null,
      quota_bytes: wanted.quotaBytes ?? null,
      quota_messages: wanted.quotaMessages ?? null,
      disabled_at: null,
      removed_at: null,
      created_at: now,
    }),
    insertAddress(tx, {
      tenant_id: tenantId,
      domain_id: domain.id,
      local_key: address.localKey,
      local_part: address.local,
      kind: 'primary',
      account_id: accountId,
      group_id: null,
      created_at: now,
    }),
    insertMember(tx, row),
    insertMemberships(tx, tenantId, accountId, places),
    placeAccount(ctx, tx, tenantId, accountId),
    insertCredentials(tx, tenantId, accountId, wanted.credentials ?? [], now),
    recordOperation(tx, ctx.clock, scope, {
      action: 'member.created',
      targetKind: 'member',
      target: shown,
      details: { accountId, name: member.name, departments: places.map(place => place.department_id) },
    }),
  ]);
  if (!free) throw new MailError('conflict.exists', { address: shown });
  if (!own) throw new MailError('conflict.exists', { userId });
  if (wanted.role === 'administrator') await settleAdministrators(tx, tenantId, now);
  if (wanted.vip) await requireVipSeats(tx, tenantId, plan, [accountId]);
  for (const alias of member.aliases) await insertAlias(ctx, tx, tenantId, accountId, alias);
  return accountId;
}

/** Makes a member, who receives mail at once (DIR-02). Throws what `prepareMember` and `fileMember` throw. */
export async function createMember(ctx: DirectoryContext, scope: Scope, wanted: NewMember): Promise<Member> {
  const prepared = await prepareMember(ctx, scope, wanted);
  return change(ctx, scope.tenantId, async tx => {
    const accountId = await fileMember(ctx, tx, scope, prepared);
    return memberIn(tx, await holdPlan(tx, scope.tenantId), scope.tenantId, accountId);
  });
}
