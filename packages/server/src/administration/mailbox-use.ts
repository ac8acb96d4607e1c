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

/** Mailboxes that are looked into at a time: an engine in another process answers several as quickly as one. */
const atATime = 8;

async function useOf(
  ctx: AdministrationContext,
  { tenantId }: Scope,
  accountId: AccountId,
): Promise<MailboxUse> {
  try {
    const own = systemScope(tenantId, accountId, 'use of members');
    const { usedBytes, usedCount } = await getQuota(ctx.mailbox, own);
    return { accountId, usedBytes, messages: usedCount };
  } catch (error) {
    if (!isMailError(error, 'account.not_found')) throw error;
    return { accountId, usedBytes: 0, messages: 0 };
  }
}

/**
 * What members use of their space; those out of reach are left out, and a mailbox that was never opened is empty. Looks
 * into each mailbox: ask for a page at most. Needs `members:view`.
 */
export async function mailboxUse(
  ctx: AdministrationContext,
  scope: Scope,
  accountIds: readonly AccountId[],
): Promise<MailboxUse[]> {
  const found: MailboxUse[] = [];
  const wanted = await membersAmong(ctx.directory, scope, accountIds);
  for (let start = 0; start < wanted.length; start += atATime) {
    const some = wanted.slice(start, start + atATime);
    found.push(...(await Promise.all(some.map(accountId => useOf(ctx, scope, accountId)))));
  }
  return found;
}
