import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import { setOrphanSubscription, subscribeMailboxRow } from '../store/accounts/mailbox-rows.ts';
import { announce, type MailboxContext, requireRead, requireWrite } from './context.ts';
import { normalizePath, orphanPaths, pathKey, readTree, treeIn } from './tree.ts';

/**
 * Adds a name to the subscribed ones or takes it away (RFC 9051 §6.3.7, §6.3.8). The name need not exist. Throws
 * `mailbox.name_invalid`, and `mailbox.limit` for too many names that do not exist.
 */
export async function setSubscribed(
  ctx: MailboxContext,
  scope: Scope,
  path: readonly string[],
  on: boolean,
): Promise<void> {
  requireWrite(scope);
  const names = normalizePath(path, ctx.limits);
  await ctx.accounts.transact(scope, async tx => {
    const row = (await treeIn(tx)).at(names);
    if (row) {
      if (row.subscribed === on) return;
      await subscribeMailboxRow(tx, row.id, on);
      announce(ctx, tx);
      return;
    }
    if (on && (await orphanPaths(tx)).length >= ctx.limits.maxOrphanSubscriptions) {
      throw new MailError('mailbox.limit', { limit: 'subscriptions' });
    }
    await setOrphanSubscription(tx, pathKey(names), on);
  });
}

/** Subscribed paths, those of mailboxes first, then names that no mailbox has (RFC 9051 §6.3.9: they stay). */
export async function listSubscriptions(ctx: MailboxContext, scope: Scope): Promise<string[][]> {
  requireRead(scope);
  return ctx.accounts.read(scope, async reader => {
    const tree = await readTree(reader);
    const existing = tree.all().filter(mailbox => mailbox.subscribed);
    return [...existing.map(mailbox => [...mailbox.path]), ...(await orphanPaths(reader))];
  });
}
