import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { publicMailboxById } from '../../store/system/sharing/public-mailboxes.ts';
import type { DirectoryContext } from '../context.ts';
import { removeUser } from '../recycle-bin/remove.ts';

/**
 * Reclaims a public mailbox (PUB-08): it goes to the recycle bin for the plan's days, 60 unless it was agreed otherwise,
 * and nobody may use it. Throws `access.denied`, and `account.not_found` for what is no public mailbox of the company.
 */
export async function reclaimPublicMailbox(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<void> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  if (!(await publicMailboxById(ctx.database.of(scope.tenantId), scope.tenantId, accountId))) {
    throw new MailError('account.not_found', { accountId });
  }
  await removeUser(ctx, scope, accountId);
}
