import { requireAdministration } from '../../access/administration.ts';
import { type PasswordContext, setPassword } from '../../access/passwords.ts';
import { type Scope, wholeTenant } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import type { DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { displayAddress } from '../users.ts';
import { requireManaged } from './manage.ts';

/**
 * Gives a member a new password; the old one stops working at once. Needs `members:manage` and reach; an administrator of some
 * functions cannot set another administrator's. Throws `account.not_found`, `access.denied`, `input.invalid`.
 */
export async function resetPassword(
  ctx: DirectoryContext,
  passwords: PasswordContext,
  scope: Scope,
  accountId: AccountId,
  password: string,
): Promise<void> {
  const administration = requireAdministration(scope, 'members', 'manage');
  await requireManaged(ctx.database.of(scope.tenantId), administration, scope, accountId);
  await setPassword(passwords, { ...scope, accountId: wholeTenant }, accountId, password);
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const row = await requireManaged(tx, administration, scope, accountId);
    const primary = (await addressesOfAccount(tx, scope.tenantId, accountId))[0];
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.password_set',
      targetKind: 'member',
      target: primary ? displayAddress(primary) : row.display_name,
      details: { accountId },
    });
  });
}
