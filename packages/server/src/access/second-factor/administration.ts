import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import type { AccountId } from '../../platform/ids.ts';
import { deleteSecondFactors } from '../../store/system/sign-in/second-factors.ts';
import { getAccountName } from '../account-name.ts';
import { requireAdministration } from '../administration.ts';
import type { Scope } from '../scope.ts';
import type { SecondFactorContext } from './context.ts';

/**
 * Takes a member's second factor off, for one who lost phone and recovery codes; recorded (LOG-03). Returns false when
 * there was none. Throws `access.denied`, `account.not_found`.
 */
export async function resetSecondFactor(
  ctx: SecondFactorContext,
  scope: Scope,
  accountId: AccountId,
): Promise<boolean> {
  const administration = requireAdministration(scope, 'signIn', 'manage');
  const { tenantId } = scope;
  const done = await ctx.database.of(scope.tenantId).transact(async tx => {
    const target = await getAccountName(tx, tenantId, accountId);
    await requireManaged(tx, administration, scope, accountId);
    if (!(await deleteSecondFactors(tx, tenantId, accountId))) return false;
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.second_factor_reset',
      targetKind: 'member',
      target,
    });
    return true;
  });
  ctx.revocations.announce();
  return done;
}
