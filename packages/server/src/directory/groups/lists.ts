import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import type { NamedAddressRow } from '../../store/system/addresses.ts';
import {
  deleteGroupMembers,
  type GroupRow,
  groupMemberCount,
  groupMembers,
  insertGroupMember,
} from '../../store/system/groups.ts';
import {
  deleteGroupSenders,
  deleteGroupUnits,
  groupSenders,
  groupUnits,
  insertGroupSender,
  insertGroupUnit,
  type UnitKind,
  type UnitRole,
  unitExists,
} from '../../store/system/sharing/group-units.ts';
import {
  deleteRepresentatives,
  insertRepresentative,
  representativesOf,
} from '../../store/system/sharing/representatives.ts';
import { addressKey, requireAddress } from '../address.ts';
import type { DirectoryContext } from '../context.ts';
import { displayAddress, requireAccount } from '../users.ts';
import type { Group, GroupSettings } from './types.ts';

/** Group whose lists are written. */
export interface GroupKey {
  readonly tenantId: TenantId;
  readonly groupId: number;
}

/** Adds members; those who are in it already do not count. Throws `address.invalid`, `limit.exceeded`. */
export async function insertMembers(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  { tenantId, groupId }: GroupKey,
  members: readonly string[],
): Promise<number> {
  const max = ctx.limits.membersPerGroup;
  if (members.length > max) throw new MailError('limit.exceeded', { limit: 'membersPerGroup', max });
  let added = 0;
  for (const text of members) {
    const parsed = requireAddress(text);
    const row = {
      tenant_id: tenantId,
      group_id: groupId,
      member_key: addressKey(parsed),
      address: `${text.slice(0, text.lastIndexOf('@'))}@${parsed.domain}`,
      created_at: ctx.clock.now(),
    };
    if (await insertGroupMember(tx, row)) added += 1;
  }
  if ((await groupMemberCount(tx, tenantId, groupId)) > max) {
    throw new MailError('limit.exceeded', { limit: 'membersPerGroup', max });
  }
  return added;
}

async function replaceUnits(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  { tenantId, groupId }: GroupKey,
  list: { readonly role: UnitRole; readonly kind: UnitKind; readonly field: string },
  ids: readonly number[] | undefined,
): Promise<void> {
  if (ids === undefined) return;
  requireCount(ids, ctx.limits.membersPerGroup);
  await deleteGroupUnits(tx, tenantId, groupId, list);
  for (const unitId of ids) {
    if (!(await unitExists(tx, tenantId, list.kind, unitId))) {
      throw new MailError('input.invalid', { field: list.field });
    }
    const unit = { role: list.role, kind: list.kind, unit_id: unitId };
    await insertGroupUnit(tx, tenantId, groupId, unit, ctx.clock.now());
  }
}

async function replaceSenders(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  { tenantId, groupId }: GroupKey,
  senders: readonly string[] | undefined,
): Promise<void> {
  if (senders === undefined) return;
  requireCount(senders, ctx.limits.membersPerGroup);
  await deleteGroupSenders(tx, tenantId, groupId);
  for (const text of senders) {
    const sender = { key: addressKey(requireAddress(text)), address: text };
    await insertGroupSender(tx, tenantId, groupId, sender, ctx.clock.now());
  }
}

async function replaceRepresentatives(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  { tenantId, groupId }: GroupKey,
  accounts: readonly AccountId[] | undefined,
): Promise<void> {
  if (accounts === undefined) return;
  requireCount(accounts, ctx.limits.membersPerGroup);
  await deleteRepresentatives(tx, tenantId, groupId);
  for (const accountId of accounts) {
    const account = await requireAccount(tx, tenantId, accountId);
    if (account.kind !== 'person') throw new MailError('input.invalid', { field: 'representatives' });
    await insertRepresentative(tx, tenantId, groupId, accountId, ctx.clock.now());
  }
}

function requireCount(list: readonly unknown[], max: number): void {
  if (list.length > max) throw new MailError('limit.exceeded', { limit: 'membersPerGroup', max });
}

/**
 * Writes the lists that are given. Throws `address.invalid`, `account.not_found`, `limit.exceeded`, and `input.invalid`
 * for departments and tags that the company does not have.
 */
export async function writeLists(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  group: GroupKey,
  wanted: GroupSettings,
): Promise<void> {
  if (wanted.members !== undefined) {
    await deleteGroupMembers(tx, group.tenantId, group.groupId);
    await insertMembers(ctx, tx, group, wanted.members);
  }
  const units = [
    [{ role: 'member', kind: 'department', field: 'departments' }, wanted.departments],
    [{ role: 'member', kind: 'tag', field: 'tags' }, wanted.tags],
    [{ role: 'sender', kind: 'department', field: 'senderDepartments' }, wanted.senderDepartments],
    [{ role: 'sender', kind: 'tag', field: 'senderTags' }, wanted.senderTags],
  ] as const;
  for (const [list, ids] of units) await replaceUnits(ctx, tx, group, list, ids);
  await replaceSenders(ctx, tx, group, wanted.senders);
  await replaceRepresentatives(ctx, tx, group, wanted.representatives);
}

/** A group with all its lists. */
export async function readGroup(reader: SqlReader, row: GroupRow, address: NamedAddressRow): Promise<Group> {
  const { tenant_id: tenantId, id: groupId } = row;
  const members = await groupMembers(reader, tenantId, groupId);
  const units = await groupUnits(reader, tenantId, groupId);
  const ids = (role: UnitRole, kind: UnitKind): number[] =>
    units.filter(unit => unit.role === role && unit.kind === kind).map(unit => unit.unit_id);
  const representatives = await representativesOf(reader, tenantId, groupId);
  return {
    groupId,
    address: displayAddress(address),
    displayName: row.display_name,
    members: members.map(member => member.address),
    departments: ids('member', 'department'),
    tags: ids('member', 'tag'),
    posting: row.posting,
    senders: await groupSenders(reader, tenantId, groupId),
    senderDepartments: ids('sender', 'department'),
    senderTags: ids('sender', 'tag'),
    representatives: representatives.map(person => ({
      accountId: person.account_id,
      address: `${person.local_part}@${person.unicode_name}`,
      displayName: person.display_name,
    })),
    createdAt: row.created_at,
  };
}
