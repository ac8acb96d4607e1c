import type { Scope } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import { grantCount } from '../../store/accounts/shares/right-rows.ts';
import type { MailboxContext } from '../context.ts';
import { noNeighbours } from './neighbours.ts';

/** Takes back the hint that an account shares something with somebody (0: everybody), when it does no longer. */
export async function forgetUnlessShared(
  ctx: MailboxContext,
  scope: Scope,
  grantee: AccountId,
): Promise<void> {
  const { neighbours = noNeighbours } = ctx;
  const { tenantId, accountId } = scope;
  const shares = async (): Promise<boolean> =>
    (await ctx.accounts.read(scope, reader => grantCount(reader, grantee))) > 0;
  if (await shares()) return;
  await neighbours.note(tenantId, accountId, grantee, false);
  // Somebody may have let them in again between the two; whoever did looks here as well.
  if (await shares()) await neighbours.note(tenantId, accountId, grantee, true);
}
