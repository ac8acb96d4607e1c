import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { requireNewAddress } from '../address.ts';
import { change, type DirectoryContext } from '../context.ts';
import { giveMainAddress } from '../main-address.ts';
import { recordOperation } from '../operations.ts';
import { requireAccount } from '../users.ts';

/**
 * Gives a public mailbox another main address; the old one stays as an alias that still receives (ALS-03), and an alias of
 * its own may become the main one. Needs `publicMailboxes:manage`. Throws `account.not_found`, `address.invalid`,
 * `domain.not_found`, `conflict.exists`, `limit.exceeded` when the plan has no room for the alias.
 */
export async function renamePublicMailbox(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  text: string,
): Promise<string> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  const address = requireNewAddress(text);
  const { tenantId } = scope;
  return change(ctx, scope.tenantId, async tx => {
    const account = await requireAccount(tx, tenantId, accountId);
    if (account.kind !== 'public') throw new MailError('account.not_found', { accountId });
    const { before, after } = await giveMainAddress(tx, ctx.clock, { tenantId, accountId }, address, true);
    if (before === after) return after;
    await recordOperation(tx, ctx.clock, scope, {
      action: 'publicMailbox.renamed',
      targetKind: 'publicMailbox',
      target: after,
      details: { accountId, before, after, keptAsAlias: true },
    });
    return after;
  });
}
