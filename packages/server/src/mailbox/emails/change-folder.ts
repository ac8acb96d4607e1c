import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { setRole, setSortOrder } from '../../store/accounts/emails/folder-rows.ts';
import { type MailboxRow, renameMailboxRow } from '../../store/accounts/mailbox-rows.ts';
import { announce, type MailboxContext } from '../context.ts';
import { makeMailbox, requireDepth, withFolderPlan } from '../create.ts';
import type { MailboxLimits } from '../limits.ts';
import { requireFolder, requireReach, rightsIn } from '../sharing/rights.ts';
import { type FolderShares, shareIn } from '../sharing/shares.ts';
import { subscribeIn, subscriberOf } from '../sharing/subscriptions.ts';
import { inboxName, type MailboxTree, normalizePath, treeIn } from '../tree.ts';
import type { MailboxId, MailboxRole } from '../types.ts';

/** What a client says about a new mailbox (RFC 8621 §2.5). */
export interface NewFolder {
  readonly name: string;
  readonly parentId: MailboxId | null;
  readonly role: MailboxRole | null;
  readonly sortOrder: number;
  readonly subscribed: boolean;
  /** Who else may do what in it (`withShares`). */
  readonly shares?: FolderShares | undefined;
}

/** What a client changes of a mailbox; what is missing stays. */
export type FolderChange = { readonly [Key in keyof NewFolder]?: NewFolder[Key] };

/** Makes a mailbox. Throws `mailbox.not_found` (parent), `mailbox.exists`, `mailbox.name_invalid`, `mailbox.limit`, `conflict.exists` (role). */
export async function createFolder(
  given: MailboxContext,
  scope: Scope,
  folder: NewFolder,
): Promise<MailboxId> {
  requireReach(scope, 'write');
  const ctx = await withFolderPlan(given, scope);
  return ctx.accounts.transact(scope, async tx => {
    if (scope.folders === 'shared') await requireChild(tx, scope, folder.parentId, folder.role);
    const tree = await treeIn(tx);
    const names = normalizePath([...parentPath(tree, folder.parentId), folder.name], given.limits);
    if (tree.at(names)) throw new MailError('mailbox.exists');
    requireDepth(ctx.limits, 1, names);
    const row = await makeMailbox(ctx, tx, tree, names, {
      ...(folder.role ? { role: folder.role } : {}),
      // What somebody makes in another account is there for its owner like any other; whether they follow it is their own.
      subscribe: subscriberOf(scope) === null ? folder.subscribed : true,
    });
    if (subscriberOf(scope) !== null) await subscribeIn(tx, scope, row, folder.subscribed);
    await setSortOrder(tx, row.id, folder.sortOrder);
    if (folder.shares) await shareIn(given.limits, tx, scope, row.id, folder.shares);
    announce(ctx, tx);
    return row.id;
  });
}

/** Throws `access.denied`: in a colleague's account folders are made inside shared ones with `k`, and have no role. */
async function requireChild(
  tx: AccountTransaction,
  scope: Scope,
  parentId: MailboxId | null,
  role: MailboxRole | null,
): Promise<void> {
  if (parentId === null || role !== null) throw new MailError('access.denied', { right: 'k' });
  await requireFolder(tx, scope, parentId, 'k');
}

/**
 * Throws `access.denied` unless a colleague may make the change: renaming and moving ask for `x`, moving for `k` in the new
 * place, too (RFC 4314 §4). Role and order are the owner's; subscriptions are everybody's own.
 */
async function requireChange(
  tx: AccountTransaction,
  scope: Scope,
  tree: MailboxTree,
  row: MailboxRow,
  change: FolderChange,
): Promise<void> {
  // Who else may do what is asked where it is written.
  const { name, parentId, subscribed: _own, shares: _shares, ...others } = change;
  await requireFolder(tx, scope, row.id, 'l');
  if (Object.keys(others).length > 0) throw new MailError('access.denied', { right: 'owner' });
  const moves = parentId !== undefined && (parentId ?? 0) !== row.parentId;
  // A folder whose place is hidden is shown at the top: said again, that is no change.
  const shownAtTop = parentId === null && !(await sees(tx, scope, tree.rows.get(row.parentId)));
  if ((name !== undefined && name !== row.name) || (moves && !shownAtTop)) {
    await requireFolder(tx, scope, row.id, 'x');
  }
  if (moves && !shownAtTop) await requireChild(tx, scope, parentId, null);
}

async function sees(tx: AccountTransaction, scope: Scope, row: MailboxRow | undefined): Promise<boolean> {
  return row !== undefined && (await rightsIn(tx, scope, row)).has('l');
}

/**
 * Changes a mailbox in one transaction. INBOX keeps its name, place and role. Throws `mailbox.not_found`, `mailbox.exists`,
 * `mailbox.name_invalid` (also for a place below itself), `mailbox.limit`, `mailbox.protected`, `conflict.exists` (role), `access.denied`.
 */
export async function changeFolder(
  given: MailboxContext,
  scope: Scope,
  id: MailboxId,
  change: FolderChange,
): Promise<void> {
  requireReach(scope, 'write');
  const limits = { plan: (await withFolderPlan(given, scope)).limits, house: given.limits };
  await given.accounts.transact(scope, async tx => {
    const before = tx.state.modseq;
    await changeIn(limits, tx, scope, id, change);
    if (tx.state.modseq !== before) announce(given, tx);
  });
}

/**
 * Changes several mailboxes in one transaction, all or none: names, places and roles may go round among them, for only what
 * comes out has to be valid (RFC 8620 §5.3). Throws as `changeFolder`. For accounts that the scope has as a whole.
 */
export async function changeFolders(
  given: MailboxContext,
  scope: Scope,
  changes: ReadonlyMap<MailboxId, FolderChange>,
): Promise<void> {
  requireReach(scope, 'write');
  if (scope.folders === 'shared') throw new MailError('access.denied', { right: 'owner' });
  const limits = { plan: (await withFolderPlan(given, scope)).limits, house: given.limits };
  await given.accounts.transact(scope, async tx => {
    const { rows } = await treeIn(tx);
    const wanted = new Map<MailboxId, FolderChange>();
    for (const [id, change] of changes) {
      const row = rows.get(id);
      if (!row) throw new MailError('message.not_found', { mailbox: id });
      if (row.role === 'inbox') {
        wanted.set(id, change);
        continue;
      }
      const role = row.role as MailboxRole | null;
      wanted.set(id, { name: row.name, parentId: row.parentId || null, role, ...change });
      // Out of everybody's way: no client can give such a name.
      await renameMailboxRow(tx, id, 0, `\u0001${id}`);
      if (row.role !== null) await setRole(tx, id, null);
    }
    const waiting = new Map(wanted);
    // Parents before those that go below them.
    for (let left = waiting.size; left > 0; ) {
      for (const [id, change] of waiting) {
        if (change.parentId && waiting.has(change.parentId)) continue;
        await changeIn(limits, tx, scope, id, change);
        waiting.delete(id);
      }
      if (waiting.size === left) throw new MailError('mailbox.name_invalid', { reason: 'below itself' });
      left = waiting.size;
    }
    announce(given, tx);
  });
}

interface Limits {
  readonly plan: MailboxLimits;
  readonly house: MailboxLimits;
}

async function changeIn(
  limits: Limits,
  tx: AccountTransaction,
  scope: Scope,
  id: MailboxId,
  change: FolderChange,
): Promise<void> {
  const tree = await treeIn(tx);
  const row = tree.rows.get(id);
  if (!row) throw new MailError('message.not_found', { mailbox: id });
  if (scope.folders === 'shared') await requireChange(tx, scope, tree, row, change);
  const hidden = scope.folders === 'shared' && change.parentId === null;
  const place = hidden ? { ...change, parentId: row.parentId } : change;
  await move(limits.plan, limits.house, tx, tree, row, place);
  if (change.role !== undefined && change.role !== row.role) {
    if (row.role === 'inbox') throw new MailError('mailbox.protected');
    if (change.role && [...tree.rows.values()].some(other => other.role === change.role)) {
      throw new MailError('conflict.exists', { role: change.role });
    }
    await setRole(tx, id, change.role);
  }
  if (change.sortOrder !== undefined) await setSortOrder(tx, id, change.sortOrder);
  if (change.subscribed !== undefined) await subscribeIn(tx, scope, row, change.subscribed);
  if (change.shares) await shareIn(limits.house, tx, scope, id, change.shares);
}

async function move(
  plan: MailboxLimits,
  limits: MailboxLimits,
  tx: AccountTransaction,
  tree: MailboxTree,
  row: MailboxRow,
  change: FolderChange,
): Promise<void> {
  const parentId = change.parentId === undefined ? row.parentId : (change.parentId ?? 0);
  const name = change.name ?? row.name;
  if (parentId === row.parentId && (name === row.name || isInbox(row, name))) return;
  if (row.role === 'inbox') throw new MailError('mailbox.protected');
  const above = parentPath(tree, parentId === 0 ? null : parentId);
  const names = normalizePath([...above, name], limits);
  const old = tree.pathOf(row);
  const there = tree.at(names);
  if (there && there.id !== row.id) throw new MailError('mailbox.exists');
  if (parentId !== row.parentId && old.every((part, level) => names[level] === part)) {
    throw new MailError('mailbox.name_invalid', { reason: 'below itself' });
  }
  requireDepth(plan, tree.heightOf(row.id), names, old);
  await renameMailboxRow(tx, row.id, parentId, names.at(-1) ?? '');
}

/** INBOX is shown with a capital only; its own name sent back is no change. */
function isInbox(row: MailboxRow, name: string): boolean {
  return row.role === 'inbox' && name.toUpperCase() === inboxName;
}

function parentPath(tree: MailboxTree, id: MailboxId | null): string[] {
  if (id === null) return [];
  const parent = tree.rows.get(id);
  if (!parent) throw new MailError('mailbox.not_found', { mailbox: id });
  return tree.pathOf(parent);
}
