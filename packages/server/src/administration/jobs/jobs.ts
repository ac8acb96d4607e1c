import { type AdminFunction, requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import {
  type Page,
  type PageRequest,
  readCursor,
  requireLimit,
  writeCursor,
} from '../../directory/paging.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  cancelJob as cancelRow,
  insertJob,
  type JobRow,
  type JobState,
  jobById,
  jobPage,
  retryJob as retryRow,
} from '../../store/system/people/jobs.ts';
import { nextId } from '../../store/system/sequences.ts';
import type { AdministrationContext } from '../context.ts';

/** Long work that goes on by itself and survives a restart. */
export interface Job {
  readonly jobId: number;
  /** `mail.copy`, `mail.free` … */
  readonly kind: string;
  readonly state: JobState;
  /** What it is about: kind by kind. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Steps that are expected and done; 0 expected: not known yet. */
  readonly total: number;
  readonly done: number;
  /** Code of the error catalogue when it failed. */
  readonly error: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

export function toJob(row: JobRow): Job {
  return {
    jobId: row.id,
    kind: row.kind,
    state: row.state,
    parameters: JSON.parse(row.parameters) as Record<string, unknown>,
    total: row.total,
    done: row.done,
    error: row.error,
    createdBy: row.created_by,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** Files a job in the caller's transaction and returns its number. It starts after the commit. */
export async function fileJob(
  ctx: AdministrationContext,
  tx: SqlTransaction,
  scope: Pick<Scope, 'tenantId' | 'principal'>,
  kind: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { principal, tenantId } = scope;
  const id = await nextId(tx, 'job');
  await insertJob(tx, {
    tenant_id: tenantId,
    id,
    kind,
    parameters: JSON.stringify(parameters),
    created_by: principal.kind === 'account' ? principal.login : principal.reason,
    created_at: ctx.clock.now(),
  });
  tx.afterCommit(ctx.wake);
  return id;
}

/** Kinds that belong to another function than the recycle bin. */
const functions: Readonly<Record<string, AdminFunction>> = { 'members.quota': 'members' };

function functionOf(kind: string): AdminFunction {
  return functions[kind] ?? 'recycleBin';
}

/** Whether the scope administers what the kind of job is about. Throws `access.denied` when it does nothing with jobs. */
function visibleTo(scope: Scope): (kind: string) => boolean {
  const granted = scope.administration?.functions;
  if (!granted?.has('members')) requireAdministration(scope, 'recycleBin', 'view');
  return kind => granted?.has(functionOf(kind)) === true;
}

/** The tenant's jobs, newest first. Needs `recycleBin:view`; of some kinds `members:view`. */
export async function listJobs(
  ctx: AdministrationContext,
  scope: Scope,
  request: PageRequest = {},
): Promise<Page<Job>> {
  const visible = visibleTo(scope);
  const limit = requireLimit(request.limit);
  const before = readCursor(request.cursor, 1);
  let most = before ? Number(before[0]) : Number.MAX_SAFE_INTEGER;
  const rows: JobRow[] = [];
  for (;;) {
    const some = await jobPage(ctx.directory.database.of(scope.tenantId), scope.tenantId, most, limit + 1);
    rows.push(...some.filter(({ kind }) => visible(kind)));
    const last = some.at(-1);
    if (rows.length > limit || some.length <= limit || !last) break;
    most = last.id;
  }
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toJob),
    nextCursor: rows.length > limit && last ? writeCursor([last.id]) : null,
  };
}

/** One job. Needs what `listJobs` needs. Throws `job.not_found`. */
export async function getJob(ctx: AdministrationContext, scope: Scope, jobId: number): Promise<Job> {
  const visible = visibleTo(scope);
  const row = await jobById(ctx.directory.database.of(scope.tenantId), scope.tenantId, jobId);
  if (!row || !visible(row.kind)) throw new MailError('job.not_found', { jobId });
  return toJob(row);
}

/** Kinds that stop in the middle without harm. */
const stoppable: ReadonlySet<string> = new Set(['mail.copy', 'members.quota']);

/** Stops a job; what it did stays. Needs to manage what it is about. Throws `job.not_found`, `conflict.state`. */
export async function cancelJob(ctx: AdministrationContext, scope: Scope, jobId: number): Promise<Job> {
  const { kind } = await getJob(ctx, scope, jobId);
  requireAdministration(scope, functionOf(kind), 'manage');
  if (!stoppable.has(kind)) throw new MailError('conflict.state', { reason: 'kind', kind });
  const stopped = await ctx.directory.database
    .of(scope.tenantId)
    .transact(tx => cancelRow(tx, scope.tenantId, jobId, ctx.clock.now()));
  if (!stopped) throw new MailError('conflict.state', { reason: 'over' });
  return getJob(ctx, scope, jobId);
}

/** Goes on with a job that failed or was stopped, where it was. Needs to manage what it is about. Throws `job.not_found`, `conflict.state`. */
export async function retryJob(ctx: AdministrationContext, scope: Scope, jobId: number): Promise<Job> {
  const { kind } = await getJob(ctx, scope, jobId);
  requireAdministration(scope, functionOf(kind), 'manage');
  const again = await ctx.directory.database.of(scope.tenantId).transact(async tx => {
    tx.afterCommit(ctx.wake);
    return retryRow(tx, scope.tenantId, jobId);
  });
  if (!again) throw new MailError('conflict.state', { reason: 'not over' });
  return getJob(ctx, scope, jobId);
}
