import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import { countMemberRows, listMemberRows, type MemberFilter } from '../../store/system/people/member-list.ts';
import type { DirectoryContext } from '../context.ts';
import { treeOf } from '../departments/tree.ts';
import { type Page, type PageRequest, readCursor, requireLimit, writeCursor } from '../paging.ts';
import { planOf } from '../plans/tenant-plan.ts';
import { searchedText } from '../profiles/search-text.ts';
import { requireManaged } from './manage.ts';
import { type Member, memberIn, toMembers } from './member.ts';

export interface MemberQuery extends PageRequest {
  /** Stands in name, pinyin, initials, English name, address, user id, mobile, phone or employee number. */
  readonly text?: string;
  /** Members of this department and those below it. */
  readonly departmentId?: number;
  /** With `departmentId`: only those directly in it. */
  readonly directOnly?: boolean;
  readonly state?: 'enabled' | 'disabled';
  readonly vip?: boolean;
  readonly tagId?: number;
  readonly role?: 'member' | 'administrator';
  readonly secondFactor?: boolean;
  readonly activated?: boolean;
}

export interface MemberPage extends Page<Member> {
  /** How many the query finds in all; only with the first page. */
  readonly total?: number;
}

async function filterOf(ctx: DirectoryContext, scope: Scope, query: MemberQuery): Promise<MemberFilter> {
  const { departments } = requireAdministration(scope, 'members', 'view');
  const text = query.text === undefined ? '' : searchedText(query.text);
  const tree = await treeOf(ctx, scope.tenantId);
  return {
    ...(text !== '' && { adminText: text }),
    ...(query.departmentId !== undefined && {
      departmentIds: query.directOnly ? [query.departmentId] : [...tree.branchOf(query.departmentId)],
    }),
    ...(departments !== null && { reach: [...departments] }),
    ...(query.state !== undefined && { disabled: query.state === 'disabled' }),
    ...(query.vip !== undefined && { vip: query.vip }),
    ...(query.tagId !== undefined && { tagId: query.tagId }),
    ...(query.role !== undefined && { role: query.role }),
    ...(query.secondFactor !== undefined && { secondFactor: query.secondFactor }),
    ...(query.activated !== undefined && { activated: query.activated }),
  };
}

/**
 * Members in reach by pinyin, those in the bin left out. Needs `members:view`. Throws `input.invalid` for a text over 100
 * characters, a bad limit or cursor.
 */
export async function listMembers(
  ctx: DirectoryContext,
  scope: Scope,
  query: MemberQuery = {},
): Promise<MemberPage> {
  const filter = await filterOf(ctx, scope, query);
  const limit = requireLimit(query.limit);
  const after = readCursor(query.cursor);
  const plan = await planOf(ctx, scope.tenantId);
  return ctx.database.of(scope.tenantId).read(async reader => {
    const position = after && { sortKey: after[0] ?? '', accountId: Number(after[1]) };
    const rows = await listMemberRows(reader, scope.tenantId, filter, position, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await toMembers(reader, plan, shown),
      nextCursor: rows.length > limit && last ? writeCursor([last.sort_key, last.account_id]) : null,
      ...(after === null && { total: await countMemberRows(reader, scope.tenantId, filter) }),
    };
  });
}

/** One member. Needs `members:view` and reach. Throws `account.not_found`. */
export async function getMember(ctx: DirectoryContext, scope: Scope, accountId: AccountId): Promise<Member> {
  const administration = requireAdministration(scope, 'members', 'view');
  const plan = await planOf(ctx, scope.tenantId);
  return ctx.database.of(scope.tenantId).read(async reader => {
    await requireManaged(reader, { ...administration, role: 'super' }, scope, accountId);
    return memberIn(reader, plan, scope.tenantId, accountId);
  });
}

/** Those of the accounts that are members in reach and not in the bin, in order of names. Needs `members:view`. */
export async function membersAmong(
  ctx: DirectoryContext,
  scope: Scope,
  accountIds: readonly AccountId[],
): Promise<AccountId[]> {
  const { departments } = requireAdministration(scope, 'members', 'view');
  const filter: MemberFilter = { accountIds, ...(departments !== null && { reach: [...departments] }) };
  const rows = await listMemberRows(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    filter,
    null,
    accountIds.length,
  );
  return rows.map(row => row.account_id);
}
