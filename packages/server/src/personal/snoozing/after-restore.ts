import type { Scope } from '../../access/scope.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import { nextSnoozeAt } from '../../store/accounts/push/snoozed-rows.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { noteSnoozeDue } from '../../store/system/snooze-due.ts';

/**
 * After an account was put back from an export: notes when its waiting mail (snoozed, to be sent later) is due, which only
 * the installation that it came from knew. Nothing happens where nothing waits.
 */
export async function noteRestored(
  ctx: { readonly accounts: Pick<MailboxContext['accounts'], 'read'>; readonly database: CompanyDatabase },
  scope: Pick<Scope, 'tenantId' | 'accountId'>,
): Promise<void> {
  const { tenantId, accountId } = scope;
  const next = await ctx.accounts.read({ tenantId, accountId }, nextSnoozeAt);
  if (next !== null)
    await ctx.database.of(scope.tenantId).transact(tx => noteSnoozeDue(tx, tenantId, accountId, next));
}
