import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import {
  countMemberRows,
  countMembersByDepartment,
  type ListedMemberRow,
  listMemberRows,
  type MemberFilter,
} from '../../store/system/people/member-list.ts';
import { membershipsOf } from '../../store/system/people/members.ts';
import type { ProfileField } from '../company/policies.ts';
import type { DirectoryContext } from '../context.ts';
import { type Page, type PageRequest, readCursor, requireLimit, writeCursor } from '../paging.ts';
import { searchedText } from '../profiles/search-text.ts';
import { type Sight, sightOf } from './sight.ts';

/** Somebody in the company address book, as the viewer may see them (DIR-11, DIR-13). */
export interface BookEntry {
  readonly accountId: AccountId;
  readonly name: string;
  readonly address: string;
  /** Departments that the viewer sees, the main one first. */
  readonly departments: readonly BookPlace[];
  /** Fields of the profile that the company shows and that are filled in. */
  readonly fields: Readonly<Partial<Record<ProfileField, string>>>;
}

export interface BookPlace {
  readonly departmentId: number;
  /** Names from the top. */
  readonly path: readonly string[];
  readonly leader: boolean;
}

/** A department of the address book. */
export interface BookDepartment {
  readonly departmentId: number;
  /** Null: the top, or the department above is out of sight. */
  readonly parentId: number | null;
  readonly name: string;
  /** People directly in it whom the viewer sees. */
  readonly people: number;
}

export interface BookQuery extends PageRequest {
  /** Stands in name, full pinyin, initials, English name or address; hanzi and letters in any case. */
  readonly text?: string;
  /** Only people of this department and, unless `directOnly`, of those below it. */
  readonly departmentId?: number;
  readonly directOnly?: boolean;
}

export interface BookPage extends Page<BookEntry> {
  /** How many the query finds in all; left out after the first page. */
  readonly total?: number;
}

/** Which columns stand for the fields of a profile. */
const columnOf = {
  englishName: 'english_name',
  jobTitle: 'job_title',
  mobile: 'mobile',
  phone: 'phone',
  employeeNumber: 'employee_number',
  gender: 'gender',
} as const satisfies Record<ProfileField, keyof ListedMemberRow>;

function filterOf(sight: Sight, query: BookQuery): MemberFilter | null {
  const text = query.text === undefined ? '' : searchedText(query.text);
  const { departmentId } = query;
  if (departmentId !== undefined && !sight.departments.has(departmentId)) return null;
  const chosen =
    departmentId === undefined
      ? undefined
      : query.directOnly
        ? [departmentId]
        : [...sight.tree.branchOf(departmentId).intersection(sight.departments)];
  return {
    ...sight.filter,
    ...(text !== '' && { bookText: text }),
    ...(chosen && { departmentIds: chosen }),
  };
}

async function toEntries(
  reader: SqlReader,
  scope: Scope,
  sight: Sight,
  rows: readonly ListedMemberRow[],
): Promise<BookEntry[]> {
  const ids = rows.map(row => row.account_id);
  const places = Map.groupBy(
    ids.length > 0 ? await membershipsOf(reader, scope.tenantId, ids) : [],
    place => place.account_id,
  );
  return rows.map(row => {
    const fields: Partial<Record<ProfileField, string>> = {};
    for (const field of sight.policies.shownFields) {
      const value = row[columnOf[field]];
      if (value !== null && value !== '') fields[field] = value;
    }
    return {
      accountId: row.account_id,
      name: row.display_name,
      address: `${row.local_part}@${row.unicode_name}`,
      departments: (places.get(row.account_id) ?? [])
        .filter(place => sight.departments.has(place.department_id))
        .map(place => ({
          departmentId: place.department_id,
          path: sight.tree.pathOf(place.department_id),
          leader: place.is_leader === 1,
        })),
      fields,
    };
  });
}

/**
 * People of the company as the principal of `scope` sees them, by pinyin (DIR-09 to DIR-13). Who is hidden, disabled or out
 * of sight is neither listed nor counted. Ask with an empty text for everybody. Throws `input.invalid` for a text over 100
 * characters, a bad limit or cursor.
 *
 * @example
 * const { items, nextCursor } = await searchBook(ctx, scope, { text: 'zqm', limit: 10 });
 */
export async function searchBook(
  ctx: DirectoryContext,
  scope: Scope,
  query: BookQuery = {},
): Promise<BookPage> {
  const limit = requireLimit(query.limit);
  const after = readCursor(query.cursor);
  const sight = await sightOf(ctx, scope);
  const filter = filterOf(sight, query);
  if (!filter) return { items: [], nextCursor: null, total: 0 };
  return ctx.database.of(scope.tenantId).read(async reader => {
    const position = after && { sortKey: after[0] ?? '', accountId: Number(after[1]) };
    const rows = await listMemberRows(reader, scope.tenantId, filter, position, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await toEntries(reader, scope, sight, shown),
      nextCursor: rows.length > limit && last ? writeCursor([last.sort_key, last.account_id]) : null,
      ...(after === null && { total: await countMemberRows(reader, scope.tenantId, filter) }),
    };
  });
}

/** Departments that the principal sees, parents before children, with the people they see in each. */
export async function departmentsSeen(ctx: DirectoryContext, scope: Scope): Promise<BookDepartment[]> {
  const sight = await sightOf(ctx, scope);
  const counts = await countMembersByDepartment(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    sight.filter,
  );
  return sight.tree
    .all()
    .filter(row => sight.departments.has(row.id))
    .map(row => ({
      departmentId: row.id,
      parentId: sight.departments.has(row.parent_id) ? row.parent_id : null,
      name: row.name,
      people: counts.get(row.id) ?? 0,
    }));
}

/** One person of the address book; throws `account.not_found`, also for who is hidden or out of sight. */
export async function bookEntry(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<BookEntry> {
  const [entry] = await bookEntries(ctx, scope, [accountId]);
  if (!entry) throw new MailError('account.not_found', { accountId });
  return entry;
}

/** Those of the accounts that the principal sees, by pinyin; at most 200. */
export async function bookEntries(
  ctx: DirectoryContext,
  scope: Scope,
  accountIds: readonly AccountId[],
): Promise<BookEntry[]> {
  if (accountIds.length === 0) return [];
  const limit = requireLimit(accountIds.length);
  const sight = await sightOf(ctx, scope);
  return ctx.database.of(scope.tenantId).read(async reader => {
    const filter = { ...sight.filter, accountIds };
    const rows = await listMemberRows(reader, scope.tenantId, filter, null, limit);
    return toEntries(reader, scope, sight, rows);
  });
}
