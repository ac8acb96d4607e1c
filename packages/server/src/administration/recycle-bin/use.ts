import { reaches, requireAdministration } from '../../access/administration.ts';
import { type Scope, systemScope } from '../../access/scope.ts';
import { departmentsOf } from '../../directory/members/places.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { accountById } from '../../store/system/accounts.ts';
import { recycledById } from '../../store/system/people/recycled.ts';
import type { AdministrationContext } from '../context.ts';
import type { MailboxUse } from '../mailbox-use.ts';

/**
 * What mailboxes in the bin take up; those that are not in it, gone for good or out of reach are left out. Looks into one
 * mailbox after the other: ask for a page at most. Needs `recycleBin:view`.
 */
export async function recycledUse(
  ctx: AdministrationContext,
  scope: Scope,
  accountIds: readonly AccountId[],
): Promise<MailboxUse[]> {
  const administration = requireAdministration(scope, 'recycleBin', 'view');
  const { tenantId } = scope;
  const wanted = await ctx.directory.database.of(scope.tenantId).read(async reader => {
    const inBin: AccountId[] = [];
    for (const accountId of new Set(accountIds)) {
      const account = await accountById(reader, tenantId, accountId);
      const recycled = account && (await recycledById(reader, tenantId, accountId));
      if (!recycled || account.removed_at === null || recycled.purged_at !== null) continue;
      const reached =
        administration.departments === null ||
        reaches(administration, await departmentsOf(reader, tenantId, accountId));
      if (reached) inBin.push(accountId);
    }
    return inBin;
  });
  const found: MailboxUse[] = [];
  for (const accountId of wanted) found.push(await useOf(ctx, scope, accountId));
  return found;
}

async function useOf(ctx: AdministrationContext, scope: Scope, accountId: AccountId): Promise<MailboxUse> {
  try {
    const own = systemScope(scope.tenantId, accountId, 'use of the bin');
    const { usedBytes, usedCount } = await ctx.mailbox.accounts.read(own, reader => reader.state());
    return { accountId, usedBytes, messages: usedCount };
  } catch (error) {
    // Nobody ever opened it.
    if (!isMailError(error, 'account.not_found')) throw error;
    return { accountId, usedBytes: 0, messages: 0 };
  }
}
