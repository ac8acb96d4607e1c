import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import {
  type MailboxRow,
  mailboxRow,
  renameMailboxRow,
  setOrphanSubscription,
  subscribeMailboxRow,
} from '../store/accounts/mailbox-rows.ts';
import { announce, type MailboxContext } from './context.ts';
import { moveIn } from './copy.ts';
import { makeMailbox, requireCreation, requireDepth, withFolderPlan } from './create.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import { type MailboxTree, mailboxOf, normalizePath, pathKey, treeIn } from './tree.ts';
import type { Mailbox, MailboxId } from './types.ts';

/** INBOX keeps its name: its messages go to a new mailbox, its children stay (RFC 9051 §6.3.6). */
async function moveInbox(
  ctx: MailboxContext,
  tx: AccountTransaction,
  scope: Scope,
  tree: MailboxTree,
  inbox: MailboxRow,
  names: readonly string[],
): Promise<Mailbox> {
  const made = await makeMailbox(ctx, tx, tree, names, {});
  await moveIn(ctx, tx, scope, inbox.id, [[1, 0xffff_ffff]], made.id);
  const row = (await mailboxRow(tx, made.id)) ?? made;
  return mailboxOf(row, names, tx.state.base);
}

/**
 * Renames a mailbox; its children move along, missing parents are made (RFC 9051 §6.3.6). Id, UIDVALIDITY, UIDs, role and
 * subscription stay. Throws `mailbox.not_found`, `mailbox.exists`, `mailbox.name_invalid` (also for a place below itself),
 * `mailbox.limit`.
 */
export async function renameMailbox(
  given: MailboxContext,
  scope: Scope,
  id: MailboxId,
  toPath: readonly string[],
): Promise<Mailbox> {
  requireReach(scope, 'write');
  const ctx = await withFolderPlan(given, scope);
  const names = normalizePath(toPath, given.limits);
  return ctx.accounts.transact(scope, async tx => {
    const tree = await treeIn(tx);
    const row = tree.rows.get(id);
    if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
    await requireFolder(tx, scope, id, 'x');
    await requireCreation(tx, scope, tree, names);
    if (tree.at(names)) throw new MailError('mailbox.exists');
    if (row.role === 'inbox') {
      requireDepth(ctx.limits, 1, names);
      const made = await moveInbox(ctx, tx, scope, tree, row, names);
      announce(ctx, tx);
      return made;
    }
    const old = tree.pathOf(row);
    if (old.every((name, level) => names[level] === name)) {
      throw new MailError('mailbox.name_invalid', { reason: 'below itself' });
    }
    requireDepth(ctx.limits, tree.heightOf(id), names, old);
    const above = names.slice(0, -1);
    const parent =
      above.length === 0 ? null : (tree.at(above) ?? (await makeMailbox(ctx, tx, tree, above, {})));
    await renameMailboxRow(tx, id, parent?.id ?? 0, names.at(-1) ?? '');
    if (await setOrphanSubscription(tx, pathKey(names), false)) await subscribeMailboxRow(tx, id, true);
    announce(ctx, tx);
    const renamed = (await mailboxRow(tx, id)) ?? row;
    return mailboxOf(renamed, names, tx.state.base);
  });
}
