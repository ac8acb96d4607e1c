import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import { insertMailboxRow, type MailboxRow, setOrphanSubscription } from '../store/accounts/mailbox-rows.ts';
import { inheritFolderRights } from '../store/accounts/shares/right-rows.ts';
import { announce, type MailboxContext, requireWrite } from './context.ts';
import type { MailboxLimits } from './limits.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import { type MailboxTree, mailboxOf, normalizePath, pathKey, treeIn } from './tree.ts';
import type { Mailbox, MailboxRole } from './types.ts';

export interface CreateOptions {
  /** Special use (RFC 6154 §3). `conflict.exists` when another mailbox has it. */
  readonly role?: MailboxRole;
  readonly subscribe?: boolean;
}

/**
 * Makes a mailbox and its missing parents (RFC 9051 §6.3.4). Throws `mailbox.exists`, `mailbox.name_invalid`, or
 * `mailbox.limit` past the plan's number of own folders or levels (FLD-01).
 */
export async function createMailbox(
  given: MailboxContext,
  scope: Scope,
  path: readonly string[],
  options: CreateOptions = {},
): Promise<Mailbox> {
  requireReach(scope, 'write');
  const ctx = await withFolderPlan(given, scope);
  const names = normalizePath(path, given.limits);
  return ctx.accounts.transact(scope, async tx => {
    const tree = await treeIn(tx);
    await requireCreation(tx, scope, tree, names);
    if (tree.at(names)) throw new MailError('mailbox.exists');
    requireDepth(ctx.limits, 1, names);
    const row = await makeMailbox(ctx, tx, tree, names, options);
    announce(ctx, tx);
    return mailboxOf(row, names, tx.state.base);
  });
}

/**
 * Whether a scope may make something at a path: `k` in the nearest folder above that exists (RFC 4314 §4). At the top
 * of an account only who has rights on the whole of it. Throws `mailbox.not_found`, `access.denied`.
 */
export async function requireCreation(
  tx: AccountTransaction,
  scope: Scope,
  tree: MailboxTree,
  names: readonly string[],
): Promise<void> {
  if (scope.folders !== 'shared') return;
  for (let depth = names.length - 1; depth > 0; depth -= 1) {
    const above = tree.at(names.slice(0, depth));
    if (above) {
      await requireFolder(tx, scope, above.id, 'k');
      return;
    }
  }
  throw new MailError('access.denied', { right: 'k' });
}

/** Makes the mailbox at a normalised path that is not there yet, parents first. */
export async function makeMailbox(
  ctx: MailboxContext,
  tx: AccountTransaction,
  tree: MailboxTree,
  names: readonly string[],
  options: CreateOptions,
): Promise<MailboxRow> {
  const rows = [...tree.rows.values()];
  if (options.role && rows.some(row => row.role === options.role)) {
    throw new MailError('conflict.exists', { role: options.role });
  }
  let depth = 0;
  let parent: MailboxRow | null = null;
  for (; depth < names.length; depth += 1) {
    const next: MailboxRow | null = tree.child(parent?.id ?? 0, names[depth] ?? '');
    if (!next) break;
    parent = next;
  }
  const own = rows.filter(row => row.role === null).length;
  const added = names.length - depth - (options.role ? 1 : 0);
  if (added > 0 && own + added > ctx.limits.maxMailboxes) {
    throw new MailError('mailbox.limit', { limit: 'count', max: ctx.limits.maxMailboxes });
  }
  for (; depth < names.length; depth += 1) {
    const last = depth === names.length - 1;
    // A name subscribed before it existed stays subscribed (RFC 9051 §6.3.7).
    const waiting = await setOrphanSubscription(tx, pathKey(names.slice(0, depth + 1)), false);
    parent = await insertMailboxRow(
      tx,
      {
        parentId: parent?.id ?? 0,
        name: names[depth] ?? '',
        role: last ? (options.role ?? null) : null,
        subscribed: waiting || (last && (options.subscribe ?? false)),
      },
      ctx.clock.now(),
    );
    // Who was let into a folder is let into what is made in it (RFC 4314 §3).
    if (parent.parentId !== 0) await inheritFolderRights(tx, parent.parentId, parent.id);
  }
  if (!parent) throw new MailError('mailbox.name_invalid', { reason: 'empty' });
  return parent;
}

/** A folder that a new account starts with; `name` in the account's language. */
export interface FirstFolder {
  readonly role: Exclude<MailboxRole, 'inbox'>;
  readonly name: string;
}

/**
 * Makes the account's store with INBOX and `folders`, all subscribed. Does nothing when it exists. Returns whether it was
 * made. Call it before the first delivery and at sign-in: it is cheap when there is nothing to do.
 */
export async function createAccount(
  ctx: MailboxContext,
  scope: Scope,
  folders: readonly FirstFolder[],
): Promise<boolean> {
  requireWrite(scope);
  const all = [{ role: 'inbox' as MailboxRole, name: 'INBOX' }, ...folders];
  return ctx.accounts.create(scope, async tx => {
    for (const { role, name } of all) {
      const [normal = ''] = normalizePath([name], ctx.limits);
      await insertMailboxRow(tx, { parentId: 0, name: normal, role, subscribed: true }, ctx.clock.now());
    }
  });
}

/**
 * The context with the limits of folders that hold for an account: its plan's where they are lower (FLD-01). Ask for it
 * before the transaction that makes or moves folders; what is there already is found with the limits of the context.
 */
export async function withFolderPlan(
  ctx: MailboxContext,
  scope: Pick<Scope, 'tenantId'>,
): Promise<MailboxContext> {
  const plan = await ctx.quotas.folderPlan?.(scope.tenantId);
  if (!plan || (plan.folders === null && plan.folderLevels === null)) return ctx;
  const { limits } = ctx;
  const maxMailboxes = Math.min(limits.maxMailboxes, plan.folders ?? limits.maxMailboxes);
  const maxDepth = Math.min(limits.maxDepth, plan.folderLevels ?? limits.maxDepth);
  return { ...ctx, limits: { ...limits, maxMailboxes, maxDepth } };
}

/** Throws `mailbox.limit` unless a tree of `height` levels may be where its root gets the path `to`. */
export function requireDepth(
  limits: Pick<MailboxLimits, 'maxDepth'>,
  height: number,
  to: readonly string[],
  from: readonly string[] = [],
): void {
  // What is too deep since the plan changed may be renamed where it is, and come up.
  if (to.length + height - 1 > limits.maxDepth && (from.length === 0 || to.length > from.length)) {
    throw new MailError('mailbox.limit', { limit: 'depth', max: limits.maxDepth });
  }
}
