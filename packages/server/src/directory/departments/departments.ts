import { type Administration, reaches, requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  type DepartmentRow,
  deleteDepartmentRow,
  departmentOfName,
  directMemberCounts,
  insertDepartment,
  updateDepartmentRow,
  type ViewRule,
} from '../../store/system/people/departments.ts';
import { everyMemberIn, membershipsOf, writeMemberships } from '../../store/system/people/members.ts';
import { deleteTagEntriesOf } from '../../store/system/people/tags.ts';
import { nextId } from '../../store/system/sequences.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { recordOperation, type WordedDetails } from '../operations.ts';
import { holdPlan, requireWithin } from '../plans/tenant-plan.ts';
import { nameText } from '../profiles/search-text.ts';
import { type DepartmentTree, treeIn, treeOf } from './tree.ts';

/** Part of a company (DIR-01). */
export interface Department {
  readonly departmentId: number;
  /** Null: directly below the company. */
  readonly parentId: number | null;
  readonly name: string;
  /** Names from the top, the own one last. */
  readonly path: readonly string[];
  /** Order among siblings, ascending. */
  readonly position: number;
  /** Not in the address book, nor what is below it (DIR-09). */
  readonly hidden: boolean;
  /** Whom its people see (DIR-10); null: as the department above. */
  readonly view: ViewRule | null;
  /** Members directly in it. */
  readonly members: number;
  /** Members in it and below it, each once for every place. */
  readonly places: number;
}

export interface NewDepartment {
  readonly name: string;
  /** Null or left out: directly below the company. */
  readonly parentId?: number | null;
  /** Left out: last. */
  readonly position?: number;
  readonly hidden?: boolean;
  readonly view?: ViewRule | null;
}

export type DepartmentChange = Partial<NewDepartment>;

/** Characters of a department's name. */
const maxName = 64;
const maxPosition = 2_147_483_647;

function requireName(ctx: DirectoryContext, text: string): string {
  const name = requireDisplayName(ctx, text);
  if (name === '' || name.length > maxName || name.includes('/')) {
    throw new MailError('input.invalid', { field: 'name', max: maxName });
  }
  return name;
}

function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function requirePosition(position: number): number {
  if (Number.isSafeInteger(position) && position >= 0 && position <= maxPosition) return position;
  throw new MailError('input.invalid', { field: 'position' });
}

/** The department in that tree, in reach; throws `department.not_found`, also for one out of reach. */
export function requireReached(
  tree: DepartmentTree,
  administration: Administration,
  id: number,
): DepartmentRow {
  const row = tree.rows.get(id);
  if (!row || !reaches(administration, [id]))
    throw new MailError('department.not_found', { departmentId: id });
  return row;
}

/** A parent to put something below: the company itself only for who reaches all of it. */
function requireParent(tree: DepartmentTree, administration: Administration, parentId: number): void {
  if (parentId === 0) {
    if (administration.departments !== null) throw new MailError('access.denied', { need: 'whole company' });
  } else requireReached(tree, administration, parentId);
}

function toDepartment(
  tree: DepartmentTree,
  row: DepartmentRow,
  counts: ReadonlyMap<number, number>,
): Department {
  let places = 0;
  for (const id of tree.branchOf(row.id)) places += counts.get(id) ?? 0;
  return {
    departmentId: row.id,
    parentId: row.parent_id === 0 ? null : row.parent_id,
    name: row.name,
    path: tree.pathOf(row.id),
    position: row.position,
    hidden: row.hidden === 1,
    view: row.view_rule,
    members: counts.get(row.id) ?? 0,
    places,
  };
}

/** All departments in reach, parents before children, siblings in their order. Needs `members:view`. */
export async function listDepartments(ctx: DirectoryContext, scope: Scope): Promise<Department[]> {
  const administration = requireAdministration(scope, 'members', 'view');
  const tree = await treeOf(ctx, scope.tenantId);
  const counts = await directMemberCounts(ctx.database.of(scope.tenantId), scope.tenantId);
  const rows = tree.all().filter(row => reaches(administration, [row.id]));
  // Sums from the leaves up: one walk, not one for each department.
  const sums = new Map(counts);
  for (const row of rows.toReversed()) {
    const up = row.parent_id;
    sums.set(up, (sums.get(up) ?? 0) + (sums.get(row.id) ?? 0));
  }
  const paths = new Map<number, readonly string[]>();
  return rows.map(row => {
    const path = [...(paths.get(row.parent_id) ?? tree.pathOf(row.parent_id)), row.name];
    paths.set(row.id, path);
    return {
      departmentId: row.id,
      parentId: row.parent_id === 0 ? null : row.parent_id,
      name: row.name,
      path,
      position: row.position,
      hidden: row.hidden === 1,
      view: row.view_rule,
      members: counts.get(row.id) ?? 0,
      places: sums.get(row.id) ?? 0,
    };
  });
}

/** One department. Needs `members:view`. Throws `department.not_found`. */
export async function getDepartment(ctx: DirectoryContext, scope: Scope, id: number): Promise<Department> {
  const administration = requireAdministration(scope, 'members', 'view');
  const tree = await treeOf(ctx, scope.tenantId);
  const row = requireReached(tree, administration, id);
  return toDepartment(tree, row, await directMemberCounts(ctx.database.of(scope.tenantId), scope.tenantId));
}

async function requireRoom(
  tx: SqlTransaction,
  tree: DepartmentTree,
  scope: Scope,
  parentId: number,
  height: number,
  more: number,
): Promise<void> {
  const { limits } = await holdPlan(tx, scope.tenantId);
  requireWithin('departments', limits.departments, tree.rows.size + more);
  requireWithin('departmentLevels', limits.departmentLevels, tree.lineOf(parentId).length + height);
}

/**
 * Makes a department. Needs `members:manage`, and reach of the parent. Throws `department.not_found` for the parent,
 * `conflict.exists` when a sibling has the name, `input.invalid`, `limit.exceeded`.
 */
export async function createDepartment(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: NewDepartment,
): Promise<Department> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const name = requireName(ctx, wanted.name);
  const { text } = await nameText(name);
  const parentId = wanted.parentId ?? 0;
  return change(ctx, scope.tenantId, async tx => {
    const tree = await treeIn(tx, scope.tenantId);
    requireParent(tree, administration, parentId);
    await requireRoom(tx, tree, scope, parentId, 1, 1);
    const last = tree.childrenOf(parentId).at(-1)?.position ?? 0;
    const row: DepartmentRow = {
      tenant_id: scope.tenantId,
      id: await nextId(tx, 'department'),
      parent_id: parentId,
      name,
      name_key: nameKey(name),
      book_text: text,
      position: requirePosition(wanted.position ?? Math.min(last + 1, maxPosition)),
      hidden: wanted.hidden ? 1 : 0,
      view_rule: wanted.view ?? null,
      created_at: ctx.clock.now(),
    };
    if (!(await insertDepartment(tx, row))) throw new MailError('conflict.exists', { name });
    const path = [...tree.pathOf(parentId), name];
    await recordOperation(tx, ctx.clock, scope, {
      action: 'department.created',
      targetKind: 'department',
      target: path.join('/'),
      details: { departmentId: row.id },
    });
    return { ...toDepartment(tree, row, new Map()), path };
  });
}

/**
 * Changes what is named in `wanted`: name, place in the tree, order, what is seen. Needs `members:manage` (hiding and
 * viewing `directoryVisibility:manage`), and reach of the department and of a new parent. Throws `department.not_found`,
 * `conflict.exists`, `conflict.state` for a move below itself, `input.invalid`, `limit.exceeded`.
 */
export async function updateDepartment(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  wanted: DepartmentChange,
): Promise<Department> {
  const seen = wanted.hidden !== undefined || wanted.view !== undefined;
  const shaped = wanted.name !== undefined || wanted.parentId !== undefined || wanted.position !== undefined;
  if (seen) requireAdministration(scope, 'directoryVisibility', 'manage');
  const administration = requireAdministration(
    scope,
    shaped || !seen ? 'members' : 'directoryVisibility',
    'manage',
  );
  const name = wanted.name === undefined ? null : requireName(ctx, wanted.name);
  const text = name === null ? null : (await nameText(name)).text;
  return change(ctx, scope.tenantId, async tx => {
    const tree = await treeIn(tx, scope.tenantId);
    const before = requireReached(tree, administration, id);
    const parentId = wanted.parentId === undefined ? before.parent_id : (wanted.parentId ?? 0);
    if (parentId !== before.parent_id) {
      requireParent(tree, administration, parentId);
      if (tree.branchOf(id).has(parentId)) {
        throw new MailError('conflict.state', { reason: 'below itself', departmentId: id });
      }
      await requireRoom(tx, tree, scope, parentId, tree.heightOf(id), 0);
    }
    const after: DepartmentRow = {
      ...before,
      parent_id: parentId,
      ...(name !== null && { name, name_key: nameKey(name) }),
      ...(text !== null && { book_text: text }),
      ...(wanted.position !== undefined && { position: requirePosition(wanted.position) }),
      ...(wanted.hidden !== undefined && { hidden: wanted.hidden ? 1 : 0 }),
      ...(wanted.view !== undefined && { view_rule: wanted.view }),
    };
    const sibling = await departmentOfName(tx, scope.tenantId, parentId, after.name_key);
    if (sibling !== null && sibling !== id) throw new MailError('conflict.exists', { name: after.name });
    await updateDepartmentRow(tx, after);
    const changed = await treeIn(tx, scope.tenantId);
    await recordOperation(tx, ctx.clock, scope, {
      action: parentId === before.parent_id ? 'department.changed' : 'department.moved',
      targetKind: 'department',
      target: tree.pathOf(id).join('/'),
      details: { departmentId: id, before: shown(tree, before), after: shown(changed, after) },
    });
    return toDepartment(changed, after, await directMemberCounts(tx, scope.tenantId));
  });
}

function shown(tree: DepartmentTree, row: DepartmentRow): WordedDetails {
  return {
    path: tree.pathOf(row.id).join('/'),
    position: row.position,
    hidden: row.hidden === 1,
    view: row.view_rule,
  };
}

/**
 * Removes a department. One with members needs `moveTo`, where they go (null: they stay without it); one with departments
 * below is never removed. Needs `members:manage` and reach of both. Throws `department.not_found`, `conflict.state` with
 * what is in the way.
 */
export async function removeDepartment(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  options: { readonly moveTo?: number | null } = {},
): Promise<void> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const { moveTo } = options;
  await change(ctx, scope.tenantId, async tx => {
    const tree = await treeIn(tx, scope.tenantId);
    requireReached(tree, administration, id);
    const below = tree.childrenOf(id).length;
    if (below > 0) throw new MailError('conflict.state', { reason: 'departments below', departments: below });
    if (moveTo === null) requireParent(tree, administration, 0);
    if (typeof moveTo === 'number') requireReached(tree, administration, moveTo);
    if (moveTo === id) throw new MailError('conflict.state', { reason: 'itself' });
    const members = (await directMemberCounts(tx, scope.tenantId)).get(id) ?? 0;
    if (members > 0 && moveTo === undefined) {
      throw new MailError('conflict.state', { reason: 'members', members });
    }
    // Those in the bin lose the place as well; they come back to the new one.
    await movePlaces(tx, scope, id, moveTo ?? null);
    await deleteTagEntriesOf(tx, scope.tenantId, { kind: 'department', target_id: id });
    await deleteDepartmentRow(tx, scope.tenantId, id);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'department.removed',
      targetKind: 'department',
      target: tree.pathOf(id).join('/'),
      details: {
        departmentId: id,
        members,
        ...(typeof moveTo === 'number' && { movedTo: tree.pathOf(moveTo).join('/') }),
      },
    });
  });
}

async function movePlaces(tx: SqlTransaction, scope: Scope, from: number, to: number | null): Promise<void> {
  const people = await everyMemberIn(tx, scope.tenantId, from);
  const places = Map.groupBy(await membershipsOf(tx, scope.tenantId, people), place => place.account_id);
  for (const accountId of people) {
    const old = places.get(accountId) ?? [];
    const kept = old.filter(place => place.department_id !== from && place.department_id !== to);
    const lost = old.find(place => place.department_id === from);
    const there = old.find(place => place.department_id === to);
    const moved =
      to === null
        ? []
        : [
            {
              department_id: to,
              is_main: Math.max(lost?.is_main ?? 0, there?.is_main ?? 0),
              is_leader: there?.is_leader ?? 0,
            },
          ];
    const next = [...kept, ...moved];
    const main = next.find(place => place.is_main === 1) ?? next[0];
    await writeMemberships(
      tx,
      scope.tenantId,
      accountId,
      next.map(place => ({ ...place, is_main: place === main ? 1 : 0 })),
    );
  }
}
