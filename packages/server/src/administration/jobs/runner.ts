import { randomBytes } from 'node:crypto';
import { raiseNotice } from '../../directory/notices/raise.ts';
import type { Timer } from '../../platform/clock.ts';
import { isMailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import {
  claimJob,
  deleteOldJobs,
  finishJob,
  type JobRow,
  putBackJob,
  writeProgress,
} from '../../store/system/people/jobs.ts';
import type { AdministrationContext } from '../context.ts';

/** A job in the hands of its worker. */
export interface RunningJob {
  readonly tenantId: TenantId;
  readonly jobId: number;
  /** JSON of what was filed. */
  readonly parameters: string;
  /** JSON of the last `report`; `{}` at the start. */
  readonly progress: string;
  /** Steps done so far. */
  readonly done: number;
  /** Says how far it has come: from here it goes on after a crash. Throws `JobStopped` when it was cancelled or lost. */
  report(progress: unknown, total: number, done: number): Promise<void>;
  /** Call it often in long stretches without a report: the runner keeps the job ours, this says when it is not. Throws `JobStopped`. */
  alive(): Promise<void>;
}

/** Does one kind of job. What it does twice after a crash must be harmless. */
export interface JobWorker {
  readonly kind: string;
  run(ctx: AdministrationContext, job: RunningJob): Promise<void>;
}

/** The job is not ours any more, or the process ends: stop working on it. */
export class JobStopped extends Error {}

/** Times in ms. */
export interface JobLimits {
  /** How long a job stays with a process that does not answer. */
  readonly leaseMs: number;
  /** How often a process looks for jobs that others left. */
  readonly everyMs: number;
  /** Tries of a job that fails for a passing reason, and how long to wait: so long, times the tries so far. */
  readonly attempts: number;
  readonly retryMs: number;
  /** How long jobs that are over can be looked at. */
  readonly keepMs: number;
}

export const defaultJobLimits: JobLimits = {
  // Together below 30 s: so soon a dead node's job goes on elsewhere.
  leaseMs: 15_000,
  everyMs: 10_000,
  attempts: 5,
  retryMs: 30_000,
  keepMs: 90 * 24 * 60 * 60 * 1_000,
};

/** Kinds of job of whose good end administrators are told: somebody waits for it. */
const toldJobs: ReadonlySet<string> = new Set(['mail.copy']);

/** Works on the jobs of all tenants, one at a time in each process. */
export class JobRunner implements AsyncDisposable {
  readonly #ctx: AdministrationContext;
  readonly #workers: ReadonlyMap<string, JobWorker>;
  readonly #limits: JobLimits;
  readonly #holder = randomBytes(9).toString('base64url');
  #timer: Timer | null = null;
  #running: Promise<number> | null = null;
  #again = false;
  #ended = false;

  constructor(
    ctx: AdministrationContext,
    workers: readonly JobWorker[],
    limits: JobLimits = defaultJobLimits,
  ) {
    this.#ctx = ctx;
    this.#workers = new Map(workers.map(worker => [worker.kind, worker]));
    this.#limits = limits;
  }

  /** Starts looking for work now and then. */
  start(): void {
    if (this.#ended) return;
    this.#timer?.cancel();
    this.#timer = this.#ctx.clock.after(this.#limits.everyMs, () => {
      this.wake();
      this.start();
    });
  }

  /** Looks for work now, if it was started. */
  wake(): void {
    if (!this.#timer) return;
    this.runAll().catch((error: unknown) => this.#ctx.log.error('jobs.failed', { error }));
  }

  /** Works until nothing is left that can be done now. Returns how many jobs it took. */
  runAll(): Promise<number> {
    this.#again = true;
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #drain(): Promise<number> {
    const { database } = this.#ctx.directory;
    let taken = 0;
    while (!this.#ended && this.#again) {
      this.#again = false;
      for (;;) {
        if (this.#ended) break;
        const row = await database
          .act('upkeep')
          .transact(tx => claimJob(tx, this.#holder, this.#ctx.clock.now(), this.#limits.leaseMs));
        if (!row) break;
        taken += 1;
        await this.#work(row);
      }
    }
    if (taken > 0)
      await database
        .act('upkeep')
        .transact(tx => deleteOldJobs(tx, this.#ctx.clock.now() - this.#limits.keepMs));
    return taken;
  }

  async #work(row: JobRow): Promise<void> {
    const { clock, log, directory } = this.#ctx;
    const about = { job: row.id, kind: row.kind };
    try {
      const worker = this.#workers.get(row.kind);
      if (!worker) throw new Error(`no worker for ${row.kind}`);
      const { job, end } = this.#handle(row);
      try {
        await worker.run(this.#ctx, job);
      } finally {
        await end();
      }
      await this.#finish(row, 'done', null);
      log.info('job.done', about);
    } catch (error) {
      if (error instanceof JobStopped) {
        if (this.#ended) await directory.database.of(row.tenant_id).transact(tx => putBackJob(tx, row, 0));
        return;
      }
      const passing = !isMailError(error) || (error.temporary && error.code !== 'quota.exceeded');
      if (passing && row.attempts < this.#limits.attempts) {
        log.warn('job.put_back', { ...about, error });
        const later = clock.now() + this.#limits.retryMs * row.attempts;
        await directory.database.of(row.tenant_id).transact(tx => putBackJob(tx, row, later));
        return;
      }
      log.error('job.failed', { ...about, error });
      const code = isMailError(error) ? error.code : 'internal';
      await this.#finish(row, 'failed', code);
    }
  }

  /** Writes how a job ended; administrators are told of what failed, and of the end of what took long. */
  async #finish(row: JobRow, state: 'done' | 'failed', error: string | null): Promise<void> {
    const { clock, directory } = this.#ctx;
    await directory.database.of(row.tenant_id).transact(async tx => {
      if (!(await finishJob(tx, row, state, error, clock.now()))) return;
      if (state === 'done' && !toldJobs.has(row.kind)) return;
      await raiseNotice(tx, clock, row.tenant_id, {
        event: 'jobs',
        kind: state === 'done' ? 'job_done' : 'job_failed',
        values: { job: row.kind, actor: row.created_by, error: error ?? '' },
      });
    });
  }

  /** The job for its worker; its lease is prolonged until `end`, however long a step takes. */
  #handle(row: JobRow): { readonly job: RunningJob; readonly end: () => Promise<void> } {
    const { clock, directory } = this.#ctx;
    const { leaseMs } = this.#limits;
    let last = { json: row.progress, total: row.total, done: row.done };
    let lost = false;
    let timer: Timer | null = null;
    let writing: Promise<void> = Promise.resolve();
    const write = async (): Promise<void> => {
      if (this.#ended || lost) throw new JobStopped();
      const kept = await directory.database
        .of(row.tenant_id)
        .transact(tx => writeProgress(tx, row, last, clock.now() + leaseMs));
      lost = !kept;
      if (lost) throw new JobStopped();
    };
    const arm = (): void => {
      timer = clock.after(leaseMs / 3, () => {
        // What fails here fails again at the next report.
        writing = write().then(arm, arm);
      });
    };
    arm();
    const end = async (): Promise<void> => {
      timer?.cancel();
      await writing;
      timer?.cancel();
    };
    const job: RunningJob = {
      tenantId: row.tenant_id,
      jobId: row.id,
      parameters: row.parameters,
      progress: row.progress,
      done: row.done,
      report: async (progress, total, done) => {
        last = { json: JSON.stringify(progress), total, done };
        await write();
      },
      alive: async () => {
        if (this.#ended || lost) throw new JobStopped();
      },
    };
    return { job, end };
  }
}
