import {
  type Administration,
  reaches,
  requireAdministration,
  requireWholeCompany,
} from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { memberById } from '../../store/system/people/members.ts';
import {
  deleteTagEntry,
  deleteTagRow,
  insertTag,
  insertTagEntry,
  renameTagRow,
  type TagEntryRow,
  type TagRow,
  tagById,
  tagByName,
  tagCount,
  tagEntries,
  tagEntryCount,
  tagEntryCounts,
  tagRows,
} from '../../store/system/people/tags.ts';
import { nextId } from '../../store/system/sequences.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { treeIn } from '../departments/tree.ts';
import { requireManaged } from '../members/manage.ts';
import { departmentsOf } from '../members/places.ts';
import { recordOperation } from '../operations.ts';
import { holdPlan, requireWithin } from '../plans/tenant-plan.ts';

/** A name for members and departments that belong together without being one department. */
export interface Tag {
  readonly tagId: number;
  readonly name: string;
  /** As they were put in: departments count once. */
  readonly members: number;
  readonly departments: number;
}

export interface TagEntries {
  readonly members: readonly AccountId[];
  readonly departments: readonly number[];
}

/** Characters of a tag's name. */
const maxName = 32;
const maxAtOnce = 1_000;

function requireName(ctx: DirectoryContext, text: string): { readonly name: string; readonly key: string } {
  const name = requireDisplayName(ctx, text);
  if (name === '' || name.length > maxName)
    throw new MailError('input.invalid', { field: 'name', max: maxName });
  return { name, key: name.normalize('NFKC').toLowerCase() };
}

async function requireTag(reader: SqlReader, scope: Scope, tagId: number): Promise<TagRow> {
  const row = await tagById(reader, scope.tenantId, tagId);
  if (!row) throw new MailError('tag.not_found', { tagId });
  return row;
}

/** The tenant's tags by name. Needs `members:view`. */
export async function listTags(ctx: DirectoryContext, scope: Scope): Promise<Tag[]> {
  requireAdministration(scope, 'members', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const counts = new Map<string, number>();
    for (const row of await tagEntryCounts(reader, scope.tenantId))
      counts.set(`${row.tag_id}/${row.kind}`, row.n);
    return (await tagRows(reader, scope.tenantId)).map(row => ({
      tagId: row.id,
      name: row.name,
      members: counts.get(`${row.id}/member`) ?? 0,
      departments: counts.get(`${row.id}/department`) ?? 0,
    }));
  });
}

/** Makes a tag. Needs `members:manage` for the whole company. Throws `conflict.exists`, `input.invalid`, `limit.exceeded`. */
export async function createTag(ctx: DirectoryContext, scope: Scope, text: string): Promise<Tag> {
  requireAdministration(scope, 'members', 'manage');
  requireWholeCompany(scope);
  const { name, key } = requireName(ctx, text);
  return change(ctx, scope.tenantId, async tx => {
    const { limits } = await holdPlan(tx, scope.tenantId);
    requireWithin('tags', limits.tags, (await tagCount(tx, scope.tenantId)) + 1);
    const id = await nextId(tx, 'tag');
    const row = { tenant_id: scope.tenantId, id, name, name_key: key, created_at: ctx.clock.now() };
    if (!(await insertTag(tx, row))) throw new MailError('conflict.exists', { name });
    await recordOperation(tx, ctx.clock, scope, { action: 'tag.created', targetKind: 'tag', target: name });
    return { tagId: id, name, members: 0, departments: 0 };
  });
}

/** Renames a tag. Needs `members:manage` for the whole company. Throws `tag.not_found`, `conflict.exists`, `input.invalid`. */
export async function renameTag(
  ctx: DirectoryContext,
  scope: Scope,
  tagId: number,
  text: string,
): Promise<void> {
  requireAdministration(scope, 'members', 'manage');
  requireWholeCompany(scope);
  const { name, key } = requireName(ctx, text);
  await change(ctx, scope.tenantId, async tx => {
    const before = await requireTag(tx, scope, tagId);
    const there = await tagByName(tx, scope.tenantId, key);
    if (there && there.id !== tagId) throw new MailError('conflict.exists', { name });
    await renameTagRow(tx, scope.tenantId, tagId, name, key);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'tag.renamed',
      targetKind: 'tag',
      target: name,
      details: { tagId, before: before.name, after: name },
    });
  });
}

/** Removes a tag; members and departments stay. Needs `members:manage` for the whole company. Throws `tag.not_found`. */
export async function removeTag(ctx: DirectoryContext, scope: Scope, tagId: number): Promise<void> {
  requireAdministration(scope, 'members', 'manage');
  requireWholeCompany(scope);
  await change(ctx, scope.tenantId, async tx => {
    const row = await requireTag(tx, scope, tagId);
    await deleteTagRow(tx, scope.tenantId, tagId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'tag.removed',
      targetKind: 'tag',
      target: row.name,
      details: { tagId },
    });
  });
}

/** Members and departments of a tag that are in reach. Needs `members:view`. Throws `tag.not_found`. */
export async function getTagEntries(ctx: DirectoryContext, scope: Scope, tagId: number): Promise<TagEntries> {
  const administration = requireAdministration(scope, 'members', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    await requireTag(reader, scope, tagId);
    const members: AccountId[] = [];
    const departments: number[] = [];
    for (const entry of await tagEntries(reader, scope.tenantId, tagId)) {
      if (!(await entryInReach(reader, administration, scope, entry))) continue;
      (entry.kind === 'member' ? members : departments).push(entry.target_id);
    }
    return { members, departments };
  });
}

async function entryInReach(
  reader: SqlReader,
  administration: Administration,
  scope: Scope,
  entry: TagEntryRow,
): Promise<boolean> {
  if (administration.departments === null) return true;
  const ids =
    entry.kind === 'department'
      ? [entry.target_id]
      : await departmentsOf(reader, scope.tenantId, entry.target_id);
  return reaches(administration, ids);
}

function entriesOf(wanted: Partial<TagEntries>): TagEntryRow[] {
  const { members = [], departments = [] } = wanted;
  if (members.length + departments.length > maxAtOnce) {
    throw new MailError('limit.exceeded', { limit: 'tagEntries', max: maxAtOnce });
  }
  return [
    ...members.map(id => ({ kind: 'member' as const, target_id: id })),
    ...departments.map(id => ({ kind: 'department' as const, target_id: id })),
  ];
}

async function requireEntry(
  tx: SqlTransaction,
  administration: Administration,
  scope: Scope,
  entry: TagEntryRow,
): Promise<void> {
  if (entry.kind === 'member') {
    await requireManaged(tx, { ...administration, role: 'super' }, scope, entry.target_id);
    if (await memberById(tx, scope.tenantId, entry.target_id)) return;
    throw new MailError('account.not_found', { accountId: entry.target_id });
  }
  const tree = await treeIn(tx, scope.tenantId);
  if (tree.rows.has(entry.target_id) && reaches(administration, [entry.target_id])) return;
  throw new MailError('department.not_found', { departmentId: entry.target_id });
}

/**
 * Puts members and departments into a tag, or takes them out, all or none; at most 1,000 at a time. Needs
 * `members:manage` and reach of each. Returns how many changed. Throws `tag.not_found`, `account.not_found`,
 * `department.not_found`, `limit.exceeded`.
 */
export async function changeTagEntries(
  ctx: DirectoryContext,
  scope: Scope,
  tagId: number,
  wanted: Partial<TagEntries>,
  direction: 'add' | 'remove',
): Promise<number> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const entries = entriesOf(wanted);
  return change(ctx, scope.tenantId, async tx => {
    const row = await requireTag(tx, scope, tagId);
    const { limits } = await holdPlan(tx, scope.tenantId);
    let changed = 0;
    for (const entry of entries) {
      await requireEntry(tx, administration, scope, entry);
      const write = direction === 'add' ? insertTagEntry : deleteTagEntry;
      if (await write(tx, scope.tenantId, tagId, entry)) changed += 1;
    }
    requireWithin('entriesPerTag', limits.entriesPerTag, await tagEntryCount(tx, scope.tenantId, tagId));
    if (changed > 0) {
      await recordOperation(tx, ctx.clock, scope, {
        action: direction === 'add' ? 'tag.entries_added' : 'tag.entries_removed',
        targetKind: 'tag',
        target: row.name,
        details: { tagId, members: wanted.members ?? [], departments: wanted.departments ?? [] },
      });
    }
    return changed;
  });
}
