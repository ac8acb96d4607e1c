import type { Scope } from '../../access/scope.ts';
import { filedRows } from '../../store/accounts/filed-rows.ts';
import { mailboxRow } from '../../store/accounts/mailbox-rows.ts';
import { announce, type MailboxContext, requireWrite } from '../context.ts';
import { pruneIfDue } from '../filing/prune.ts';
import { releaseBodies } from '../filing/release-bodies.ts';
import { sliceRows } from '../filing/uid-ranges.ts';
import { unfileMessages } from '../filing/unfile-messages.ts';
import type { MailboxId } from '../types.ts';

/**
 * Removes messages for good, whatever their flags; those that are gone already do not matter. All of at most `sliceRows`
 * at once; more in slices, each durable by itself.
 */
export async function removeMessages(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  uids: readonly number[],
): Promise<void> {
  requireWrite(scope);
  for (let at = 0; at < uids.length; at += sliceRows) {
    const slice = uids.slice(at, at + sliceRows);
    await ctx.accounts.transact(scope, async tx => {
      // A mailbox that is gone took its messages with it.
      if (!(await mailboxRow(tx, id))) return;
      const rows = await filedRows(tx, id, { kind: 'list', uids: slice }, sliceRows);
      if (rows.length === 0) return;
      await pruneIfDue(ctx, tx);
      await unfileMessages(tx, id, rows, ctx.clock.now());
      announce(ctx, tx);
    });
  }
  await releaseBodies(ctx, scope);
}
