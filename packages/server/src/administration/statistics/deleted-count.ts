import { type Scope, systemScope } from '../../access/scope.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { deletedLately } from '../../store/accounts/personal/deleted-days.ts';
import type { AdministrationContext } from '../context.ts';

/** Mails that a mailbox lost for good within the last 30 days (STA-05); 0 for one that was never opened. */
export async function deletedCount(
  ctx: AdministrationContext,
  scope: Pick<Scope, 'tenantId'>,
  accountId: AccountId,
): Promise<number> {
  const own = systemScope(scope.tenantId, accountId, 'statistics');
  try {
    return await ctx.mailbox.accounts.read(own, reader => deletedLately(reader, ctx.clock.now()));
  } catch (error) {
    if (!isMailError(error, 'account.not_found')) throw error;
    return 0;
  }
}
