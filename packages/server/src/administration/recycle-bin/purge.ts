import { type Scope, systemScope } from '../../access/scope.ts';
import { accountIsPurged, purgeAccount, purgeExpired } from '../../directory/recycle-bin/purge.ts';
import { listMailboxes } from '../../mailbox/list.ts';
import { fetchRows } from '../../mailbox/rows.ts';
import { forgetGrantee } from '../../mailbox/sharing/hand-over.ts';
import { forgetSubscriber } from '../../mailbox/sharing/subscriptions.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import { ownersReachedBy } from '../../store/system/sharing/folder-shares.ts';
import type { AdministrationContext } from '../context.ts';
import { fileJob, getJob, type Job } from '../jobs/jobs.ts';
import type { JobWorker, RunningJob } from '../jobs/runner.ts';

/** Name of the jobs that free the mail of accounts that are gone for good. */
export const freeMailKind = 'mail.free';

interface FreeMail {
  readonly account: AccountId;
}

/**
 * Deletes for good what lies in the bin (RCY-05): nothing of it comes back. The directory forgets it at once; its mail is
 * freed by the job that is returned. Needs `recycleBin:manage` and reach. Throws `account.not_found`.
 */
export async function deleteForGood(
  ctx: AdministrationContext,
  scope: Scope,
  accountId: AccountId,
): Promise<Job> {
  let jobId = 0;
  await purgeAccount(ctx.directory, scope, accountId, async tx => {
    jobId = await fileJob(ctx, tx, scope, freeMailKind, { account: accountId });
  });
  return getJob(ctx, scope, jobId);
}

/** Accounts of one round. */
const atATime = 100;

/** Deletes for good what has been in the bin for its time (RCY-02): called by the server now and then. Returns how many. */
export async function emptyBin(ctx: AdministrationContext): Promise<number> {
  let purged = 0;
  for (;;) {
    const some = await purgeExpired(ctx.directory, atATime, async (tx, tenantId, account) => {
      const principal = { kind: 'system', reason: 'recycle bin' } as const;
      await fileJob(ctx, tx, { tenantId, principal }, freeMailKind, { account });
    });
    purged += some;
    if (some < atATime) return purged;
  }
}

const lastUid = 0xffff_ffff;

/** Gives the bodies back, all of them, before the file that says which they are goes. */
async function releaseBodies(ctx: AdministrationContext, job: RunningJob, scope: Scope): Promise<void> {
  const { mailbox } = ctx;
  const mailboxes = await listMailboxes(mailbox, scope);
  const total = mailboxes.reduce((sum, one) => sum + one.total, 0);
  let done = 0;
  for (const { id } of mailboxes) {
    for await (const rows of fetchRows(mailbox, scope, id, [[1, lastUid]], {})) {
      await mailbox.blobs.release(
        scope.tenantId,
        scope.accountId,
        rows.map(row => row.blob.hash),
      );
      done += rows.length;
      await job.report({}, total, done);
    }
  }
}

/** Takes what the person was subscribed to in other accounts out of these. */
async function forgetSubscriptions(
  ctx: AdministrationContext,
  tenantId: TenantId,
  account: AccountId,
): Promise<void> {
  for (const owner of await ownersReachedBy(ctx.directory.database.of(tenantId), tenantId, account)) {
    try {
      const scope = systemScope(tenantId, owner, 'deleted for good');
      await forgetSubscriber(ctx.mailbox, scope, account);
      await forgetGrantee(ctx.mailbox, scope, account);
    } catch (error) {
      if (!isMailError(error, 'account.not_found')) throw error;
    }
  }
}

/** Frees the mail of an account that is gone for good. Never touches one that is not. */
export const freeMailWorker: JobWorker = {
  kind: freeMailKind,
  async run(ctx, job) {
    const { account } = JSON.parse(job.parameters) as FreeMail;
    if (!(await accountIsPurged(ctx.directory, job.tenantId, account))) return;
    const scope = systemScope(job.tenantId, account, 'deleted for good');
    try {
      await releaseBodies(ctx, job, scope);
      // `store.busy` while somebody still reads it: the job is tried again.
      await ctx.mailbox.accounts.remove(scope);
    } catch (error) {
      // There never was a mailbox, or it is gone since an earlier try.
      if (!isMailError(error, 'account.not_found')) throw error;
    }
    await forgetSubscriptions(ctx, job.tenantId, account);
    // After the mail: an index that goes first is filled again meanwhile.
    await ctx.mailbox.search?.remove({ tenantId: scope.tenantId, accountId: scope.accountId });
  },
};
