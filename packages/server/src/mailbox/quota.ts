import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import { type MailboxContext, type Quota, requireRead } from './context.ts';

export interface QuotaUse extends Quota {
  readonly usedBytes: number;
  readonly usedCount: number;
}

/** What the account uses and may use (RFC 9208 §3.2). */
export async function getQuota(ctx: MailboxContext, scope: Scope): Promise<QuotaUse> {
  requireRead(scope);
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  return ctx.accounts.read(scope, async reader => {
    const { usedBytes, usedCount } = await reader.state();
    return { usedBytes, usedCount, limitBytes: quota.limitBytes, limitCount: quota.limitCount };
  });
}

/** Bytes that the account has left, null without a limit: then its rows are not asked. Below zero when a limit was lowered. */
export async function freeBytes(ctx: MailboxContext, scope: Scope): Promise<number | null> {
  requireRead(scope);
  const { limitBytes } = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  if (limitBytes === null) return null;
  const { usedBytes } = await ctx.accounts.read(scope, reader => reader.state());
  return limitBytes - usedBytes;
}

/** Adds to the account's use. Throws `quota.exceeded` when that goes past a limit; giving back never does. */
export function useQuota(tx: AccountTransaction, quota: Quota, bytes: number, count: number): void {
  const { usedBytes, usedCount } = tx.state;
  if (quota.limitBytes !== null && bytes > 0 && usedBytes + bytes > quota.limitBytes) {
    throw new MailError('quota.exceeded', { limit: 'bytes' });
  }
  if (quota.limitCount !== null && count > 0 && usedCount + count > quota.limitCount) {
    throw new MailError('quota.exceeded', { limit: 'count' });
  }
  tx.use(bytes, count);
}
