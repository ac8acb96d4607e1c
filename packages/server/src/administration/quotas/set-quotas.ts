import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { change } from '../../directory/context.ts';
import { listMembers, membersAmong } from '../../directory/members/list.ts';
import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { requireQuota } from '../../directory/users.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { accountById, updateAccount } from '../../store/system/accounts.ts';
import type { AdministrationContext } from '../context.ts';
import { fileJob, getJob, type Job } from '../jobs/jobs.ts';
import type { JobWorker } from '../jobs/runner.ts';

/** Name of the jobs that give many members another quota. */
export const setQuotasKind = 'members.quota';

/** Members of one job. */
const mostMembers = 20_000;
/** Members whose quota changes in one transaction. */
const atATime = 200;
/** Members looked up at a time. */
const pageSize = 200;
/** Members that the operation log names. */
const mostRecorded = 100;

/** Whose quota is to change: what is named together; nothing: everybody in reach. */
export interface QuotaChoice {
  readonly members?: readonly AccountId[];
  /** With all below them. */
  readonly departments?: readonly number[];
  /** Null: what the plan gives. */
  readonly quotaBytes: number | null;
}

interface SetQuotas {
  readonly members: readonly AccountId[];
  readonly quotaBytes: number | null;
}

async function chosen(
  ctx: AdministrationContext,
  scope: Scope,
  { members, departments }: QuotaChoice,
): Promise<AccountId[]> {
  const { role } = requireAdministration(scope, 'members', 'manage');
  const found = new Set<AccountId>(members ?? []);
  const queries = departments?.map(departmentId => ({ departmentId })) ?? (members ? [] : [{}]);
  for (const query of queries) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await listMembers(ctx.directory, scope, {
        ...query,
        limit: pageSize,
        ...(cursor !== undefined && { cursor }),
      });
      // Administrators are changed by super administrators: a whole department leaves them out.
      for (const member of page.items)
        if (role !== 'scoped' || member.role === 'member') found.add(member.accountId);
      if (found.size > mostMembers)
        throw new MailError('limit.exceeded', { limit: 'members', max: mostMembers });
      cursor = page.nextCursor;
    }
  }
  return [...found];
}

/** Throws `account.not_found` for who is no member in reach, `access.denied` for administrators whom only others may change. */
async function requireReached(
  ctx: AdministrationContext,
  scope: Scope,
  members: readonly AccountId[],
): Promise<void> {
  const administration = requireAdministration(scope, 'members', 'manage');
  for (let start = 0; start < members.length; start += pageSize) {
    const some = members.slice(start, start + pageSize);
    const reached = new Set(await membersAmong(ctx.directory, scope, some));
    const missing = some.find(accountId => !reached.has(accountId));
    if (missing !== undefined) throw new MailError('account.not_found', { accountId: missing });
    if (administration.role !== 'scoped') continue;
    await ctx.directory.database.of(scope.tenantId).read(async reader => {
      for (const accountId of some) await requireManaged(reader, administration, scope, accountId);
    });
  }
}

/**
 * Gives many members another quota (MBX-05), in a job: whom it concerns is settled now. Needs `members:manage`. Recorded
 * (LOG-03). Throws `account.not_found`, `access.denied`, `input.invalid` for nobody, `limit.exceeded`.
 */
export async function startSetQuotas(
  ctx: AdministrationContext,
  scope: Scope,
  choice: QuotaChoice,
): Promise<Job> {
  requireAdministration(scope, 'members', 'manage');
  const quotaBytes = requireQuota('quotaBytes', choice.quotaBytes);
  const members = await chosen(ctx, scope, choice);
  if (members.length === 0) throw new MailError('input.invalid', { field: 'members' });
  await requireReached(ctx, scope, choice.members ?? []);
  const jobId = await ctx.directory.database.of(scope.tenantId).transact(async tx => {
    const parameters: SetQuotas = { members, quotaBytes };
    const id = await fileJob(ctx, tx, scope, setQuotasKind, { ...parameters });
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.quotas_changed',
      targetKind: 'member',
      target: `${members.length}`,
      details: { jobId: id, members: members.slice(0, mostRecorded), count: members.length, quotaBytes },
    });
    return id;
  });
  return getJob(ctx, scope, jobId);
}

/** Gives the quota to one part after the other; whoever has gone to the bin meanwhile is left alone. */
export const setQuotasWorker: JobWorker = {
  kind: setQuotasKind,
  async run(ctx, job) {
    const { members, quotaBytes } = JSON.parse(job.parameters) as SetQuotas;
    for (let done = job.done; done < members.length; ) {
      const some = members.slice(done, done + atATime);
      await change(ctx.directory, job.tenantId, async tx => {
        for (const accountId of some) {
          const row = await accountById(tx, job.tenantId, accountId);
          if (!row || row.removed_at !== null || row.quota_bytes === quotaBytes) continue;
          await updateAccount(tx, row, { quota_bytes: quotaBytes });
        }
      });
      done += some.length;
      await job.report({}, members.length, done);
    }
  },
};
