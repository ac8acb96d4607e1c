import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import {
  addressByKey,
  addressOfGroup,
  deleteAddressOfGroup,
  insertAddress,
  type NamedAddressRow,
} from '../../store/system/addresses.ts';
import {
  deleteGroup,
  deleteGroupMember,
  type GroupRow,
  groupById,
  groupPage,
  insertGroup,
  listGroupRows,
  type Posting,
  updateGroupRow,
} from '../../store/system/groups.ts';
import { nextId } from '../../store/system/sequences.ts';
import { deleteAllOfGroup } from '../../store/system/sharing/group-units.ts';
import { deleteRepresentatives } from '../../store/system/sharing/representatives.ts';
import { addressKey, requireAddress, requireNewAddress } from '../address.ts';
import { change, type DirectoryContext, requireDisplayName, requireDomain } from '../context.ts';
import { requireOpenDomain } from '../domain-state/gate.ts';
import { recordOperation, type WordedDetails } from '../operations.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit } from '../paging.ts';
import { displayAddress } from '../users.ts';
import { insertMembers, readGroup, writeLists } from './lists.ts';
import { type Group, type GroupSettings, type GroupSummary, type NewGroup, postings } from './types.ts';

interface Found {
  readonly row: GroupRow;
  readonly address: NamedAddressRow;
}

async function requireGroup(reader: SqlReader, scope: Scope, text: string): Promise<Found> {
  const parsed = requireAddress(text);
  const domain = await requireDomain(reader, scope.tenantId, parsed.domain);
  const address = await addressByKey(reader, scope.tenantId, domain.id, parsed.localKey);
  const row =
    address && address.group_id !== null
      ? await groupById(reader, scope.tenantId, address.group_id)
      : undefined;
  if (!address || !row) throw new MailError('group.not_found', { address: text });
  return { row, address };
}

async function requireGroupById(reader: SqlReader, scope: Scope, groupId: number): Promise<Found> {
  const row = await groupById(reader, scope.tenantId, groupId);
  const address = row && (await addressOfGroup(reader, scope.tenantId, groupId));
  if (!row || !address) throw new MailError('group.not_found', { groupId });
  return { row, address };
}

function requirePosting(posting: Posting): Posting {
  if (!(postings as readonly string[]).includes(posting)) {
    throw new MailError('input.invalid', { field: 'posting' });
  }
  return posting;
}

function searchText(displayName: string, address: string): string {
  return `${displayName} ${address}`.normalize('NFC').toLowerCase();
}

/** What an operation record says of a group: its lists as they are set, long ones as their length. */
function described(group: Group): WordedDetails {
  const short = (list: readonly unknown[]): unknown => (list.length <= 50 ? list : { count: list.length });
  return {
    displayName: group.displayName,
    posting: group.posting,
    members: short(group.members),
    departments: short(group.departments),
    tags: short(group.tags),
    senders: short(group.senders),
    senderDepartments: short(group.senderDepartments),
    senderTags: short(group.senderTags),
    representatives: short(group.representatives.map(person => person.address)),
  };
}

/**
 * Makes a group (GRP-01); unless it is said otherwise, people of the company may write to it (GRP-04). Throws
 * `access.denied`, `address.invalid`, `domain.not_found`, `conflict.exists`, `limit.exceeded`, `account.not_found`,
 * `input.invalid`.
 */
export async function createGroup(ctx: DirectoryContext, scope: Scope, group: NewGroup): Promise<Group> {
  requireAdministration(scope, 'groups', 'manage');
  const address = requireNewAddress(group.address);
  const displayName = requireDisplayName(ctx, group.displayName ?? address.local);
  const posting = requirePosting(group.posting ?? 'company');
  const now = ctx.clock.now();
  return change(ctx, scope.tenantId, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    await requireOpenDomain(tx, domain);
    const groupId = await nextId(tx, 'group');
    const shown = `${address.local}@${domain.unicode_name}`;
    await insertGroup(tx, {
      tenant_id: scope.tenantId,
      id: groupId,
      display_name: displayName,
      posting,
      search_text: searchText(displayName, shown),
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
    await writeLists(ctx, tx, { tenantId: scope.tenantId, groupId }, group);
    const found = await requireGroupById(tx, scope, groupId);
    const made = await readGroup(tx, found.row, found.address);
    await record(ctx, tx, scope, 'group.created', made.address, { after: described(made) });
    return made;
  });
}

async function record(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  action: string,
  target: string,
  details: WordedDetails & { readonly before?: WordedDetails; readonly after?: WordedDetails },
): Promise<void> {
  await recordOperation(tx, ctx.clock, scope, { action, targetKind: 'group', target, details });
}

/** The tenant's groups with all their lists, oldest first. Throws `access.denied`. */
export async function listGroups(ctx: DirectoryContext, scope: Scope): Promise<Group[]> {
  requireAdministration(scope, 'groups', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const groups: Group[] = [];
    for (const row of await listGroupRows(reader, scope.tenantId)) {
      const address = await addressOfGroup(reader, scope.tenantId, row.id);
      if (address) groups.push(await readGroup(reader, row, address));
    }
    return groups;
  });
}

/** A page of groups by number (GRP-02); `search` is looked for in name and address. Throws `access.denied`, `input.invalid`. */
export async function listGroupPage(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest & { readonly search?: string; readonly posting?: Posting },
): Promise<Page<GroupSummary>> {
  requireAdministration(scope, 'groups', 'view');
  const limit = requireLimit(page.limit);
  const after = Number(readCursor(page.cursor, 1)?.[0] ?? 0);
  const search = (page.search ?? '').normalize('NFC').trim().toLowerCase().slice(0, ctx.limits.displayName);
  const pattern = search === '' ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const rows = await groupPage(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    after,
    limit + 1,
    pattern,
    page.posting ?? null,
  );
  const groups = rows.map(row => ({
    groupId: row.id,
    address: `${row.local_part}@${row.unicode_name}`,
    displayName: row.display_name,
    posting: row.posting,
    memberCount: row.member_count,
    createdAt: row.created_at,
  }));
  return pageOf(groups, limit, group => [group.groupId]);
}

/** One group by its number. Throws `access.denied`, `group.not_found`. */
export async function getGroup(ctx: DirectoryContext, scope: Scope, groupId: number): Promise<Group> {
  requireAdministration(scope, 'groups', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const { row, address } = await requireGroupById(reader, scope, groupId);
    return readGroup(reader, row, address);
  });
}

/** The number of the group with that address. Throws `access.denied`, `group.not_found`, `address.invalid`. */
export async function groupIdOf(ctx: DirectoryContext, scope: Scope, address: string): Promise<number> {
  requireAdministration(scope, 'groups', 'view');
  return ctx.database
    .of(scope.tenantId)
    .read(async reader => (await requireGroup(reader, scope, address)).row.id);
}

/** Changes what is named in `wanted`; lists are replaced. Throws as `createGroup`, and `group.not_found`. */
export async function changeGroup(
  ctx: DirectoryContext,
  scope: Scope,
  groupId: number,
  wanted: GroupSettings,
): Promise<Group> {
  requireAdministration(scope, 'groups', 'manage');
  return change(ctx, scope.tenantId, async tx => {
    const { row, address } = await requireGroupById(tx, scope, groupId);
    const before = await readGroup(tx, row, address);
    const displayName =
      wanted.displayName === undefined ? row.display_name : requireDisplayName(ctx, wanted.displayName);
    const next: GroupRow = {
      ...row,
      display_name: displayName,
      posting: requirePosting(wanted.posting ?? row.posting),
      search_text: searchText(displayName, displayAddress(address)),
    };
    await updateGroupRow(tx, next);
    await writeLists(ctx, tx, { tenantId: scope.tenantId, groupId }, wanted);
    const after = await readGroup(tx, next, address);
    const details = { before: described(before), after: described(after) };
    await record(ctx, tx, scope, 'group.changed', after.address, details);
    return after;
  });
}

/** As `changeGroup`, by the group's address. */
export async function updateGroup(
  ctx: DirectoryContext,
  scope: Scope,
  address: string,
  wanted: GroupSettings,
): Promise<void> {
  requireAdministration(scope, 'groups', 'manage');
  await changeGroup(ctx, scope, await groupIdOf(ctx, scope, address), wanted);
}

/** Adds members and returns how many were new. Loops between groups are allowed and harmless (GRP-05). */
export async function addGroupMembers(
  ctx: DirectoryContext,
  scope: Scope,
  address: string,
  members: readonly string[],
): Promise<number> {
  requireAdministration(scope, 'groups', 'manage');
  return change(ctx, scope.tenantId, async tx => {
    const { row } = await requireGroup(tx, scope, address);
    const added = await insertMembers(ctx, tx, { tenantId: scope.tenantId, groupId: row.id }, members);
    const details = { added: members.slice(0, 50), count: added };
    await record(ctx, tx, scope, 'group.members_added', address, details);
    return added;
  });
}

/** Takes members out and returns how many there were. */
export async function removeGroupMembers(
  ctx: DirectoryContext,
  scope: Scope,
  address: string,
  members: readonly string[],
): Promise<number> {
  requireAdministration(scope, 'groups', 'manage');
  return change(ctx, scope.tenantId, async tx => {
    const { row } = await requireGroup(tx, scope, address);
    let removed = 0;
    for (const text of members) {
      const key = addressKey(requireAddress(text));
      if (await deleteGroupMember(tx, scope.tenantId, row.id, key)) removed += 1;
    }
    const details = { removed: members.slice(0, 50), count: removed };
    await record(ctx, tx, scope, 'group.members_removed', address, details);
    return removed;
  });
}

/** Removes a group; its address becomes free. Throws `access.denied`, `group.not_found`. */
export async function removeGroup(ctx: DirectoryContext, scope: Scope, address: string): Promise<void> {
  requireAdministration(scope, 'groups', 'manage');
  await removeGroupById(ctx, scope, await groupIdOf(ctx, scope, address));
}

/** As `removeGroup`, by number. */
export async function removeGroupById(ctx: DirectoryContext, scope: Scope, groupId: number): Promise<void> {
  requireAdministration(scope, 'groups', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const { row, address } = await requireGroupById(tx, scope, groupId);
    const before = described(await readGroup(tx, row, address));
    await deleteAddressOfGroup(tx, scope.tenantId, groupId);
    await deleteRepresentatives(tx, scope.tenantId, groupId);
    await deleteAllOfGroup(tx, scope.tenantId, groupId);
    await deleteGroup(tx, scope.tenantId, groupId);
    await record(ctx, tx, scope, 'group.removed', displayAddress(address), { before });
  });
}
