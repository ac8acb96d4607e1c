import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import { filedRows } from '../store/accounts/filed-rows.ts';
import { removeMailboxRow, setOrphanSubscription } from '../store/accounts/mailbox-rows.ts';
import { removeAnnotations } from '../store/accounts/shares/annotation-rows.ts';
import { removeFolderRights } from '../store/accounts/shares/right-rows.ts';
import { removeFolderSubscriptions } from '../store/accounts/shares/subscription-rows.ts';
import { removeStoredVector } from '../store/accounts/vectors/uid-vector-rows.ts';
import { announce, type MailboxContext } from './context.ts';
import { releaseBodies } from './filing/release-bodies.ts';
import { slicesOf } from './filing/uid-ranges.ts';
import { unfileMessages } from './filing/unfile-messages.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import { pathKey, treeIn } from './tree.ts';
import type { MailboxId } from './types.ts';

/**
 * Deletes a mailbox and the messages in it, all at once (RFC 9051 §6.3.5). A subscribed name stays subscribed (§6.3.7)
 * for the account itself; other people's subscriptions go with the folder.
 * Throws `mailbox.not_found`, `mailbox.has_children`, `mailbox.protected` for INBOX.
 */
export async function deleteMailbox(ctx: MailboxContext, scope: Scope, id: MailboxId): Promise<void> {
  requireReach(scope, 'write');
  await ctx.accounts.transact(scope, async tx => {
    const tree = await treeIn(tx);
    const row = tree.rows.get(id);
    if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
    await requireFolder(tx, scope, id, 'x');
    if (row.role === 'inbox') throw new MailError('mailbox.protected');
    if (tree.childrenOf(id).length > 0) throw new MailError('mailbox.has_children');
    const now = ctx.clock.now();
    const slices = slicesOf(
      [[1, 0xffff_ffff]],
      (piece, limit) => filedRows(tx, id, piece, limit),
      filed => filed.uid,
    );
    for await (const rows of slices) {
      await unfileMessages(tx, id, rows, now);
    }
    if (row.subscribed) await setOrphanSubscription(tx, pathKey(tree.pathOf(row)), true);
    await removeStoredVector(tx, id);
    await removeFolderRights(tx, id);
    await removeAnnotations(tx, id);
    await removeFolderSubscriptions(tx, id);
    await removeMailboxRow(tx, id, now);
    announce(ctx, tx);
  });
  await releaseBodies(ctx, scope);
}
