import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { withIdLists } from '../../sql/id-lists.ts';
import type { SqlReader, SqlValue, Statement } from '../../sql/port.ts';
import type { MemberRow } from './members.ts';

/** A member with account and primary address, as lists show it. */
export interface ListedMemberRow
  extends Omit<MemberRow, 'user_key' | 'mobile_key' | 'book_text' | 'admin_text'> {
  readonly display_name: string;
  readonly role: 'member' | 'administrator';
  readonly language: string | null;
  readonly quota_bytes: number | null;
  readonly quota_messages: number | null;
  readonly disabled_at: number | null;
  readonly created_at: number;
  readonly local_part: string;
  readonly unicode_name: string;
  /** 1: a second factor is on. */
  readonly second_factor: number;
  /** 1: there is a password. */
  readonly activated: number;
}

/** Which members. Lists of ids: one of them suffices. Left out: no condition. */
export interface MemberFilter {
  /** Stands in the name, pinyin, initials, English name or address. Lower case. */
  readonly bookText?: string;
  /** As `bookText`, or in mobile, employee number, user id. */
  readonly adminText?: string;
  readonly departmentIds?: readonly number[];
  /** Somebody else's reach: a second list of departments of which one has to fit. */
  readonly reach?: readonly number[];
  /** As `reach`, but who belongs to no department fits as well. */
  readonly seen?: readonly number[];
  /** As `reach`, but not for `self`. */
  readonly branch?: readonly number[];
  /** This one is found whatever `seen`, `branch` and `hidden` say. */
  readonly self?: AccountId;
  /** `false`: without those whom the administrator hides (DIR-09). */
  readonly hidden?: false;
  readonly disabled?: boolean;
  readonly vip?: boolean;
  readonly tagId?: number;
  readonly role?: 'member' | 'administrator';
  /** Whether a second factor is on. */
  readonly secondFactor?: boolean;
  /** Whether there is a password. */
  readonly activated?: boolean;
  readonly accountIds?: readonly AccountId[];
}

/** Where a page starts: after this row. */
export interface MemberPosition {
  readonly sortKey: string;
  readonly accountId: AccountId;
}

const hasFactor = `EXISTS (SELECT 1 FROM second_factor f
  WHERE f.tenant_id = m.tenant_id AND f.account_id = m.account_id AND f.confirmed_at IS NOT NULL)`;
const hasPassword = `EXISTS (SELECT 1 FROM credential c
  WHERE c.tenant_id = m.tenant_id AND c.account_id = m.account_id AND c.kind = 'password')`;

const listed = [
  'm.tenant_id',
  'm.account_id',
  'm.user_id',
  'm.english_name',
  'm.job_title',
  'm.mobile',
  'm.phone',
  'm.employee_number',
  'm.gender',
  'm.outward',
  'm.vip',
  'm.hidden',
  'm.generated',
  'm.sort_key',
  'a.display_name',
  'a.role',
  'a.language',
  'a.quota_bytes',
  'a.quota_messages',
  'a.disabled_at',
  'a.created_at',
  'p.local_part',
  'd.unicode_name',
  `CASE WHEN ${hasFactor} THEN 1 ELSE 0 END AS second_factor`,
  `CASE WHEN ${hasPassword} THEN 1 ELSE 0 END AS activated`,
].join(', ');

const joins = `FROM member m
  JOIN account a ON a.tenant_id = m.tenant_id AND a.id = m.account_id
  JOIN address p ON p.tenant_id = m.tenant_id AND p.account_id = m.account_id AND p.kind = 'primary'
  JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id`;
const narrowJoins = 'FROM member m JOIN account a ON a.tenant_id = m.tenant_id AND a.id = m.account_id';

/** Matches `$n` as a substring: `!`, `%` and `_` in it mean themselves. */
function pattern(text: string): string {
  return `%${text.replaceAll(/[!%_]/g, sign => `!${sign}`)}%`;
}

type Part = (among: (parameter: number) => string, next: () => number) => string;
interface Condition {
  readonly name: string;
  readonly part: Part;
  readonly values: readonly SqlValue[];
}

/** One query for the whole list: parameter 1 is the tenant in every statement of this file. */
const inDepartment = (among: string): string =>
  `m.account_id IN (SELECT x.account_id FROM member_department x WHERE x.tenant_id = $1 AND x.department_id ${among})`;
const nowhere =
  'NOT EXISTS (SELECT 1 FROM member_department x WHERE x.tenant_id = m.tenant_id AND x.account_id = m.account_id)';

/** What the filter says, in a fixed order, so that the same kind of filter is always the same statement. */
function conditionsOf(filter: MemberFilter): Condition[] {
  const found: Condition[] = [];
  const add = (name: string, values: readonly SqlValue[], part: Part): void => {
    found.push({ name, part, values });
  };
  if (filter.bookText !== undefined) {
    add('book', [pattern(filter.bookText)], (_, n) => `m.book_text LIKE $${n()} ESCAPE '!'`);
  }
  if (filter.adminText !== undefined) {
    const text = pattern(filter.adminText);
    add(
      'admin',
      [text, text],
      (_, n) => `(m.book_text LIKE $${n()} ESCAPE '!' OR m.admin_text LIKE $${n()} ESCAPE '!')`,
    );
  }
  if (filter.departmentIds) {
    add('departments', [JSON.stringify(filter.departmentIds)], (among, n) => inDepartment(among(n())));
  }
  if (filter.reach) add('reach', [JSON.stringify(filter.reach)], (among, n) => inDepartment(among(n())));
  if (filter.hidden === false) {
    add('hidden', [filter.self ?? 0], (_, n) => `(m.hidden = 0 OR m.account_id = $${n()})`);
  }
  if (filter.seen) {
    add(
      'seen',
      [JSON.stringify(filter.seen), filter.self ?? 0],
      (among, n) => `(${inDepartment(among(n()))} OR ${nowhere} OR m.account_id = $${n()})`,
    );
  }
  if (filter.branch) {
    add(
      'branch',
      [JSON.stringify(filter.branch), filter.self ?? 0],
      (among, n) => `(${inDepartment(among(n()))} OR m.account_id = $${n()})`,
    );
  }
  if (filter.disabled !== undefined) {
    const disabled = filter.disabled;
    add(`disabled ${disabled}`, [], () => `a.disabled_at IS ${disabled ? 'NOT NULL' : 'NULL'}`);
  }
  if (filter.vip !== undefined) add('vip', [filter.vip ? 1 : 0], (_, n) => `m.vip = $${n()}`);
  if (filter.role !== undefined) add('role', [filter.role], (_, n) => `a.role = $${n()}`);
  if (filter.secondFactor !== undefined) {
    const not = filter.secondFactor ? '' : 'NOT ';
    add(`factor ${filter.secondFactor}`, [], () => `${not}${hasFactor}`);
  }
  if (filter.activated !== undefined) {
    const not = filter.activated ? '' : 'NOT ';
    add(`activated ${filter.activated}`, [], () => `${not}${hasPassword}`);
  }
  if (filter.tagId !== undefined) {
    add(
      'tag',
      [filter.tagId],
      (_, n) => `EXISTS (SELECT 1 FROM tag_entry e WHERE e.tenant_id = m.tenant_id AND e.tag_id = $${n()}
        AND e.kind = 'member' AND e.target_id = m.account_id)`,
    );
  }
  if (filter.accountIds) {
    add('accounts', [JSON.stringify(filter.accountIds)], (among, n) => `m.account_id ${among(n())}`);
  }
  return found;
}

/** Statements by the kind of their filter. Their number is bounded by the conditions above. */
const statements = new Map<string, Statement>();

function statementFor(
  use: string,
  conditions: readonly Condition[],
  first: number,
  frame: (where: string) => string,
): Statement {
  const name = `${use} ${conditions.map(condition => condition.name).join(' ')}`;
  let known = statements.get(name);
  if (!known) {
    known = withIdLists(among => {
      let parameter = first;
      const next = (): number => {
        parameter += 1;
        return parameter;
      };
      return frame(conditions.map(condition => ` AND ${condition.part(among, next)}`).join(''));
    });
    statements.set(name, known);
  }
  return known;
}

/** A page of members by sort key, those in the bin left out. */
export async function listMemberRows(
  reader: SqlReader,
  tenantId: TenantId,
  filter: MemberFilter,
  after: MemberPosition | null,
  limit: number,
): Promise<ListedMemberRow[]> {
  const conditions = conditionsOf(filter);
  const query = statementFor(
    'list',
    conditions,
    4,
    where => `SELECT ${listed} ${joins}
      WHERE m.tenant_id = $1 AND (m.sort_key, m.account_id) > ($2, $3) AND a.removed_at IS NULL${where}
      ORDER BY m.sort_key, m.account_id LIMIT $4`,
  );
  const values = conditions.flatMap(condition => condition.values);
  return reader.all<ListedMemberRow>(
    query,
    tenantId,
    after?.sortKey ?? '',
    after?.accountId ?? 0,
    limit,
    ...values,
  );
}

/** How many members the filter finds. */
export async function countMemberRows(
  reader: SqlReader,
  tenantId: TenantId,
  filter: MemberFilter,
): Promise<number> {
  const conditions = conditionsOf(filter);
  const query = statementFor(
    'count',
    conditions,
    1,
    where => `SELECT COUNT(*) AS n ${narrowJoins} WHERE m.tenant_id = $1 AND a.removed_at IS NULL${where}`,
  );
  const values = conditions.flatMap(condition => condition.values);
  return (await reader.get<{ n: number }>(query, tenantId, ...values))?.n ?? 0;
}

/** How many of the members that the filter finds each department has directly. */
export async function countMembersByDepartment(
  reader: SqlReader,
  tenantId: TenantId,
  filter: MemberFilter,
): Promise<Map<number, number>> {
  const conditions = conditionsOf(filter);
  const query = statementFor(
    'by department',
    conditions,
    1,
    where => `SELECT y.department_id AS id, COUNT(*) AS n ${narrowJoins}
      JOIN member_department y ON y.tenant_id = m.tenant_id AND y.account_id = m.account_id
      WHERE m.tenant_id = $1 AND a.removed_at IS NULL${where} GROUP BY y.department_id`,
  );
  const values = conditions.flatMap(condition => condition.values);
  const rows = await reader.all<{ id: number; n: number }>(query, tenantId, ...values);
  return new Map(rows.map(row => [row.id, row.n]));
}
