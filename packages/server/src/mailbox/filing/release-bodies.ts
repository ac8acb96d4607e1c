import type { Scope } from '../../access/scope.ts';
import { takeReleased } from '../../store/accounts/bodies-in-use.ts';
import type { MailboxContext } from '../context.ts';

const atATime = 500;

/**
 * Tells the blob store about bodies that no message of the account has any more. Called after messages were removed; what
 * is missed then is told the next time. Never throws.
 */
export async function releaseBodies(ctx: MailboxContext, scope: Scope): Promise<void> {
  try {
    let taken: number;
    do {
      taken = await takeReleased(ctx.accounts, scope, atATime, hashes =>
        ctx.blobs.release(scope.tenantId, scope.accountId, hashes),
      );
    } while (taken === atATime);
  } catch (error) {
    ctx.log.warn('mailbox.release_failed', { account: scope.accountId, error });
  }
}
