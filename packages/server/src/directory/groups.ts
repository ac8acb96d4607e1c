import { requireTenantAdministration, type Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { SqlReader } from '../store/sql/port.ts';
import {
  addressByKey,
  addressesOfTenant,
  deleteAddressOfGroup,
  insertAddress,
  type NamedAddressRow,
} from '../store/system/addresses.ts';
import {
  deleteGroup,
  deleteGroupMember,
  groupMemberCount,
  groupMembers,
  insertGroup,
  insertGroupMember,
  listGroupRows,
  renameGroup,
} from '../store/system/groups.ts';
import { nextId } from '../store/system/sequences.ts';
import { addressKey, requireAddress, requireNewAddress } from './address.ts';
import { change, type DirectoryContext, requireDisplayName, requireDomain } from './context.ts';
import { displayAddress } from './users.ts';

/** One address for many (GRP-01). */
export interface Group {
  readonly groupId: number;
  readonly address: string;
  readonly displayName: string;
  /** Direct members as they were added: members' addresses, other groups, outside contacts. */
  readonly members: readonly string[];
  readonly createdAt: number;
}

export interface NewGroup {
  readonly address: string;
  readonly displayName?: string;
  readonly members?: readonly string[];
}

async function requireGroup(
  reader: SqlReader,
  scope: Scope,
  text: string,
): Promise<NamedAddressRow & { group_id: number }> {
  const address = requireAddress(text);
  const domain = await requireDomain(reader, scope.tenantId, address.domain);
  const row = await addressByKey(reader, scope.tenantId, domain.id, address.localKey);
  if (!row || row.group_id === null) throw new MailError('account.not_found', { address: text });
  return { ...row, group_id: row.group_id };
}

/** Adds members to `groupId`; those who are in it already do not count twice. */
async function insertMembers(
  ctx: DirectoryContext,
  tx: Parameters<typeof insertGroupMember>[0],
  scope: Scope,
  groupId: number,
  members: readonly string[],
): Promise<number> {
  let added = 0;
  for (const text of members) {
    const parsed = requireAddress(text);
    const row = {
      tenant_id: scope.tenantId,
      group_id: groupId,
      member_key: addressKey(parsed),
      address: `${text.slice(0, text.lastIndexOf('@'))}@${parsed.domain}`,
      created_at: ctx.clock.now(),
    };
    if (await insertGroupMember(tx, row)) added += 1;
  }
  const max = ctx.limits.membersPerGroup;
  if ((await groupMemberCount(tx, scope.tenantId, groupId)) > max) {
    throw new MailError('limit.exceeded', { limit: 'membersPerGroup', max });
  }
  return added;
}

/** Makes a group. Throws `address.invalid`, `domain.not_found`, `conflict.exists`, `limit.exceeded`. */
export async function createGroup(ctx: DirectoryContext, scope: Scope, group: NewGroup): Promise<Group> {
  requireTenantAdministration(scope);
  const address = requireNewAddress(group.address);
  const displayName = requireDisplayName(ctx, group.displayName ?? address.local);
  const now = ctx.clock.now();
  return change(ctx, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    const groupId = await nextId(tx, 'group');
    await insertGroup(tx, {
      tenant_id: scope.tenantId,
      id: groupId,
      display_name: displayName,
      created_at: now,
    });
    const free = await insertAddress(tx, {
      tenant_id: scope.tenantId,
      domain_id: domain.id,
      local_key: address.localKey,
      local_part: address.local,
      kind: 'group',
      account_id: null,
      group_id: groupId,
      created_at: now,
    });
    if (!free) throw new MailError('conflict.exists', { address: group.address });
    await insertMembers(ctx, tx, scope, groupId, group.members ?? []);
    const members = await groupMembers(tx, scope.tenantId, groupId);
    return {
      groupId,
      address: `${address.local}@${domain.unicode_name}`,
      displayName,
      members: members.map(member => member.address),
      createdAt: now,
    };
  });
}

/** The tenant's groups with their direct members, oldest first. */
export async function listGroups(ctx: DirectoryContext, scope: Scope): Promise<Group[]> {
  return ctx.database.read(async reader => {
    const addresses = new Map<number, string>();
    for (const row of await addressesOfTenant(reader, scope.tenantId)) {
      if (row.group_id !== null) addresses.set(row.group_id, displayAddress(row));
    }
    const groups: Group[] = [];
    for (const row of await listGroupRows(reader, scope.tenantId)) {
      const members = await groupMembers(reader, scope.tenantId, row.id);
      groups.push({
        groupId: row.id,
        address: addresses.get(row.id) ?? '',
        displayName: row.display_name,
        members: members.map(member => member.address),
        createdAt: row.created_at,
      });
    }
    return groups;
  });
}

/** Changes a group's name. Throws `account.not_found` when the address is no group of the tenant. */
export async function updateGroup(
  ctx: DirectoryContext,
  scope: Scope,
  address: string,
  wanted: { readonly displayName: string },
): Promise<void> {
  requireTenantAdministration(scope);
  await change(ctx, async tx => {
    const group = await requireGroup(tx, scope, address);
    await renameGroup(tx, scope.tenantId, group.group_id, requireDisplayName(ctx, wanted.displayName));
  });
}

/** Adds members and returns how many were new. Loops between groups are allowed and harmless (GRP-05). */
export async function addGroupMembers(
  ctx: DirectoryContext,
  scope: Scope,
  address: string,
  members: readonly string[],
): Promise<number> {
  requireTenantAdministration(scope);
  return change(ctx, async tx => {
    const group = await requireGroup(tx, scope, address);
    return insertMembers(ctx, tx, scope, group.group_id, members);
  });
}

/** Takes members out and returns how many there were. */
export async function removeGroupMembers(
  ctx: DirectoryContext,
  scope: Scope,
  address: string,
  members: readonly string[],
): Promise<number> {
  requireTenantAdministration(scope);
  return change(ctx, async tx => {
    const group = await requireGroup(tx, scope, address);
    let removed = 0;
    for (const text of members) {
      const key = addressKey(requireAddress(text));
      if (await deleteGroupMember(tx, scope.tenantId, group.group_id, key)) removed += 1;
    }
    return removed;
  });
}

/** Removes a group; its address becomes free. Throws `account.not_found`. */
export async function removeGroup(ctx: DirectoryContext, scope: Scope, address: string): Promise<void> {
  requireTenantAdministration(scope);
  await change(ctx, async tx => {
    const group = await requireGroup(tx, scope, address);
    await deleteAddressOfGroup(tx, scope.tenantId, group.group_id);
    await deleteGroup(tx, scope.tenantId, group.group_id);
  });
}
