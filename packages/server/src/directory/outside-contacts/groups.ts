import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { nextId } from '../../store/system/sequences.ts';
import {
  deleteOutsideGroup,
  insertOutsideGroup,
  outsideGroupById,
  outsideGroupOfKey,
  outsideGroups,
  renameOutsideGroup,
  unassignedCount,
} from '../../store/system/sharing/outside-contacts.ts';
import { change, type DirectoryContext, requireDisplayName } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { outsideContactLimits as limits, type OutsideContactGroup } from './types.ts';

function requireName(ctx: DirectoryContext, text: string): { readonly name: string; readonly key: string } {
  const name = requireDisplayName(ctx, text);
  if (name === '') throw new MailError('input.invalid', { field: 'name' });
  return { name, key: name.toLowerCase() };
}

async function requireGroup(reader: SqlReader, scope: Scope, id: number): Promise<OutsideContactGroup> {
  const row = await outsideGroupById(reader, scope.tenantId, id);
  if (!row) throw new MailError('group.not_found', { id });
  return row;
}

/** Groups of the company's contacts by name, and how many contacts are in none (CON-04). For everybody of the company. */
export async function listOutsideGroups(
  ctx: DirectoryContext,
  scope: Scope,
): Promise<{ readonly groups: readonly OutsideContactGroup[]; readonly unassigned: number }> {
  return ctx.database.of(scope.tenantId).read(async reader => ({
    groups: await outsideGroups(reader, scope.tenantId),
    unassigned: await unassignedCount(reader, scope.tenantId),
  }));
}

/** Makes a group. Needs `members:manage`. Throws `access.denied`, `input.invalid`, `conflict.exists`, `limit.exceeded`. */
export async function addOutsideGroup(
  ctx: DirectoryContext,
  scope: Scope,
  text: string,
): Promise<OutsideContactGroup> {
  requireAdministration(scope, 'members', 'manage');
  const { name, key } = requireName(ctx, text);
  const { tenantId } = scope;
  return change(ctx, scope.tenantId, async tx => {
    if ((await outsideGroups(tx, tenantId)).length >= limits.groups) {
      throw new MailError('limit.exceeded', { limit: 'outsideContactGroups', max: limits.groups });
    }
    const id = await nextId(tx, 'outside_contact_group');
    if (!(await insertOutsideGroup(tx, tenantId, { id, name, key }, ctx.clock.now()))) {
      throw new MailError('conflict.exists', { name });
    }
    await recordOperation(tx, ctx.clock, scope, {
      action: 'outside_contact_group.created',
      targetKind: 'outside_contact_group',
      target: name,
    });
    return { id, name, contacts: 0 };
  });
}

/** Gives a group another name. Throws as `addOutsideGroup`, and `group.not_found`. */
export async function renameOutsideContactGroup(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  text: string,
): Promise<OutsideContactGroup> {
  requireAdministration(scope, 'members', 'manage');
  const { name, key } = requireName(ctx, text);
  return change(ctx, scope.tenantId, async tx => {
    const before = await requireGroup(tx, scope, id);
    const holder = await outsideGroupOfKey(tx, scope.tenantId, key);
    if (holder !== null && holder !== id) throw new MailError('conflict.exists', { name });
    await renameOutsideGroup(tx, scope.tenantId, { id, name, key });
    await recordOperation(tx, ctx.clock, scope, {
      action: 'outside_contact_group.changed',
      targetKind: 'outside_contact_group',
      target: name,
      details: { before: before.name, after: name },
    });
    return { ...before, name };
  });
}

/** Removes a group; its contacts stay and are in none. Throws `access.denied`, `group.not_found`. */
export async function removeOutsideGroup(ctx: DirectoryContext, scope: Scope, id: number): Promise<void> {
  requireAdministration(scope, 'members', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const before = await requireGroup(tx, scope, id);
    await deleteOutsideGroup(tx, scope.tenantId, id);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'outside_contact_group.removed',
      targetKind: 'outside_contact_group',
      target: before.name,
      details: { contacts: before.contacts },
    });
  });
}
