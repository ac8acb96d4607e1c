import { type Scope, systemScope } from '../access/scope.ts';
import { appendDelivery } from '../mailbox/append.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import { getQuota } from '../mailbox/quota.ts';
import { noteProgress, noteReceipt } from '../mailbox/sending/receipts.ts';
import { noteReport } from '../mailbox/sending/reports.ts';
import { isCanceled } from '../mailbox/sending/submissions.ts';
import { isMailError } from '../platform/errors.ts';
import type { MailboxDoor } from './ports.ts';

/**
 * The accounts' mail as the flow uses it. `prepare` makes the store of an account that the directory knows and that has
 * none yet (mail may come before the first sign-in).
 */
export function createMailboxDoor(
  mailboxes: MailboxContext,
  prepare: (scope: Scope) => Promise<unknown>,
): MailboxDoor {
  async function withStore<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isMailError(error, 'account.not_found')) throw error;
      await prepare(scope);
      return work();
    }
  }
  return {
    async quota(tenantId, accountId) {
      // Most accounts of a self-hosted server have no limit: their files need not be opened to know that.
      const { limitBytes } = await mailboxes.quotas.quota(tenantId, accountId);
      if (limitBytes === null) return { usedBytes: 0, limitBytes };
      const scope = systemScope(tenantId, accountId, 'quota check');
      const { usedBytes } = await withStore(scope, () => getQuota(mailboxes, scope));
      return { usedBytes, limitBytes };
    },
    async deliver(tenantId, accountId, deliveryId, folder, message) {
      const scope = systemScope(tenantId, accountId, 'delivery');
      const { duplicate } = await withStore(scope, () =>
        appendDelivery(
          mailboxes,
          scope,
          deliveryId,
          typeof folder === 'string' ? { role: folder } : folder,
          message,
        ),
      );
      return { duplicate };
    },
    progress: (tenantId, accountId, queueId) =>
      noteProgress(mailboxes, systemScope(tenantId, accountId, 'delivery status'), queueId),
    async withdrawn(tenantId, accountId, queueId) {
      try {
        return await isCanceled(mailboxes, systemScope(tenantId, accountId, 'held mail'), queueId);
      } catch (error) {
        // Whoever is gone has called nothing back.
        if (isMailError(error, 'account.not_found')) return false;
        throw error;
      }
    },
    receipt: (tenantId, accountId, receipt) =>
      noteReceipt(mailboxes, systemScope(tenantId, accountId, 'receipt'), receipt),
    report: (tenantId, accountId, report) =>
      noteReport(mailboxes, systemScope(tenantId, accountId, 'delivery report'), report),
  };
}
