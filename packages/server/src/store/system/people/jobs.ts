import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Long work of a tenant. `parameters` and `progress` are JSON. */
export interface JobRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly kind: string;
  readonly state: JobState;
  readonly parameters: string;
  readonly progress: string;
  /** Steps that are expected and that were done; 0 when not known yet. */
  readonly total: number;
  readonly done: number;
  /** Code of the error catalogue. */
  readonly error: string | null;
  readonly attempts: number;
  readonly holder: string | null;
  readonly lease_until: number;
  readonly created_by: string;
  readonly created_at: number;
  readonly finished_at: number | null;
}

const columns = `tenant_id, id, kind, state, parameters, progress, total, done, error, attempts, holder, lease_until,
  created_by, created_at, finished_at`;
const insertRow = statement(
  `INSERT INTO job (${columns}) VALUES ($1, $2, $3, 'waiting', $4, '{}', 0, 0, NULL, 0, NULL, 0, $5, $6, NULL)`,
);
const selectOne = statement(`SELECT ${columns} FROM job WHERE tenant_id = $1 AND id = $2`);
const selectPage = statement(
  `SELECT ${columns} FROM job WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
);
const selectFree = statement(
  `SELECT ${columns} FROM job WHERE state IN ('waiting', 'running') AND lease_until <= $1 ORDER BY id LIMIT 1`,
);
const claimRow = statement(
  `UPDATE job SET state = 'running', holder = $3, lease_until = $4, attempts = attempts + 1
   WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running') AND lease_until <= $5`,
);
const progressRow = statement(
  `UPDATE job SET progress = $4, total = $5, done = $6, lease_until = $7
   WHERE tenant_id = $1 AND id = $2 AND holder = $3 AND state = 'running'`,
);
const finishRow = statement(
  `UPDATE job SET state = $4, error = $5, finished_at = $6, holder = NULL, lease_until = 0
   WHERE tenant_id = $1 AND id = $2 AND holder = $3 AND state = 'running'`,
);
const putBackRow = statement(
  `UPDATE job SET state = 'waiting', holder = NULL, lease_until = $4
   WHERE tenant_id = $1 AND id = $2 AND holder = $3 AND state = 'running'`,
);
const retryRow = statement(
  `UPDATE job SET state = 'waiting', error = NULL, attempts = 0, finished_at = NULL, lease_until = 0
   WHERE tenant_id = $1 AND id = $2 AND state IN ('failed', 'cancelled')`,
);
const cancelRow = statement(
  `UPDATE job SET state = 'cancelled', finished_at = $3, holder = NULL, lease_until = 0
   WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running')`,
);
const deleteOld = statement('DELETE FROM job WHERE finished_at IS NOT NULL AND finished_at < $1');

export type NewJobRow = Pick<
  JobRow,
  'tenant_id' | 'id' | 'kind' | 'parameters' | 'created_by' | 'created_at'
>;

export async function insertJob(tx: SqlTransaction, row: NewJobRow): Promise<void> {
  await tx.run(insertRow, row.tenant_id, row.id, row.kind, row.parameters, row.created_by, row.created_at);
}

export async function jobById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<JobRow | undefined> {
  return reader.get<JobRow>(selectOne, tenantId, id);
}

/** Newest first, below `before`. */
export async function jobPage(
  reader: SqlReader,
  tenantId: TenantId,
  before: number,
  limit: number,
): Promise<JobRow[]> {
  return reader.all<JobRow>(selectPage, tenantId, before, limit);
}

/** Takes the oldest job that nobody works on, for `leaseMs`. */
export async function claimJob(
  tx: SqlTransaction,
  holder: string,
  now: number,
  leaseMs: number,
): Promise<JobRow | undefined> {
  const row = await tx.get<JobRow>(selectFree, now);
  if (!row) return undefined;
  const { tenant_id, id } = row;
  if ((await tx.run(claimRow, tenant_id, id, holder, now + leaseMs, now)) !== 1) return undefined;
  return { ...row, state: 'running', holder, attempts: row.attempts + 1 };
}

/** Writes how far a job has come and prolongs the lease. False: it is somebody else's by now, or was cancelled. */
export async function writeProgress(
  tx: SqlTransaction,
  row: JobRow,
  progress: { readonly json: string; readonly total: number; readonly done: number },
  leaseUntil: number,
): Promise<boolean> {
  const { tenant_id, id, holder } = row;
  const { json, total, done } = progress;
  return (await tx.run(progressRow, tenant_id, id, holder, json, total, done, leaseUntil)) === 1;
}

export async function finishJob(
  tx: SqlTransaction,
  row: JobRow,
  state: 'done' | 'failed',
  error: string | null,
  now: number,
): Promise<boolean> {
  return (await tx.run(finishRow, row.tenant_id, row.id, row.holder, state, error, now)) === 1;
}

/** Gives a job back, to be tried again from `notBefore` (ms). */
export async function putBackJob(tx: SqlTransaction, row: JobRow, notBefore: number): Promise<void> {
  await tx.run(putBackRow, row.tenant_id, row.id, row.holder, notBefore);
}

/** False unless the job had failed or was cancelled. */
export async function retryJob(tx: SqlTransaction, tenantId: TenantId, id: number): Promise<boolean> {
  return (await tx.run(retryRow, tenantId, id)) === 1;
}

/** False when it was over. */
export async function cancelJob(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  now: number,
): Promise<boolean> {
  return (await tx.run(cancelRow, tenantId, id, now)) === 1;
}

/** Forgets jobs that ended before `before`. */
export async function deleteOldJobs(tx: SqlTransaction, before: number): Promise<number> {
  return tx.run(deleteOld, before);
}
