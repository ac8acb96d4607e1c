import { type Scope, systemScope } from '../access/scope.ts';
import { membersAmong } from '../directory/members/list.ts';
import { getQuota } from '../mailbox/quota.ts';
import { isMailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import type { AdministrationContext } from './context.ts';

/** What is in a member's mailbox. */
export interface MailboxUse {
  readonly accountId: AccountId;
  readonly usedBytes: number;
  readonly messages: number;
}

/**
 * What members use of their space; those out of reach are left out, and a mailbox that was never opened is empty. Looks
 * into one mailbox after the other: ask for a page at most. Needs `members:view`.
 */
export async function mailboxUse(
  ctx: AdministrationContext,
  scope: Scope,
  accountIds: readonly AccountId[],
): Promise<MailboxUse[]> {
  const found: MailboxUse[] = [];
  for (const accountId of await membersAmong(ctx.directory, scope, accountIds)) {
    try {
      const own = systemScope(scope.tenantId, accountId, 'use of members');
      const { usedBytes, usedCount } = await getQuota(ctx.mailbox, own);
      found.push({ accountId, usedBytes, messages: usedCount });
    } catch (error) {
      if (!isMailError(error, 'account.not_found')) throw error;
      found.push({ accountId, usedBytes: 0, messages: 0 });
    }
  }
  return found;
}
