import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isMailError, MailError } from '../../../platform/errors.ts';
import { lendReader, lendTransaction } from '../../sql/lend.ts';
import type {
  Dialect,
  ReadOptions,
  SqlDatabase,
  SqlReader,
  SqlTransaction,
  SqlValue,
  Statement,
  TransactOptions,
} from '../../sql/port.ts';
import { commitTogether, type Member } from './commit.ts';
import { CommitMarks } from './commit-mark.ts';
import { isPassing, translate } from './failures.ts';
import { type Fence, scopeSteps } from './fence.ts';
import { Gathering, type OfAccount } from './gathering.ts';
import { type AccountLook, type AccountMember, beginRead, commitInStep, readInStep } from './in-step.ts';
import { type Client, openPool, type PoolOptions } from './pool.ts';
import { readerOver } from './transaction.ts';

/**
 * Who may write at a time. `one`: one transaction in all processes, as with a SQLite file, so that every query written for
 * that holds; callers that wait share commits. `rows`: as many as there are connections; every transaction has to
 * begin by locking the row that stands for all it reads and changes (an account's state).
 */
export type Writers = 'one' | 'rows';

export interface PostgresOptions extends Omit<PoolOptions, 'lockTimeoutMs' | 'statementTimeoutMs'> {
  readonly writers: Writers;
  /** Which fence `openPostgres` puts up; none without it. */
  readonly fence?: Fence;
  /** Tables that the fence leaves open. */
  readonly open?: readonly string[];
  /** Whether the schema has the table of marks, so that commits whose answer was lost are known by more than a number. */
  readonly marked?: boolean;
  /** How long to retry, wait for locks and for a server that restarts, ms. */
  readonly busyTimeoutMs?: number;
  /** Longest statement, ms; 0 for none. */
  readonly statementTimeoutMs?: number;
}

/** Most transactions that share one commit: bounds the time one batch holds the lock. */
const maxBatch = 256;
/** Most accounts whose `batched` changes share a transaction: others that want one of them wait for all. */
const maxAccounts = 64;
/** Transactions of several accounts at a time: while they are under way, those that come gather for the next. */
const accountLanes = 3;
const defaultBusyTimeoutMs = 15_000;
const defaultStatementTimeoutMs = 60_000;
/** Longest pause between two tries, ms: a server that restarts is back within seconds. */
const longestPauseMs = 500;

/** Full jitter over a growing ceiling: two that meet do not meet again at once. */
function pause(attempt: number): Promise<void> {
  return sleep(Math.random() * Math.min(longestPauseMs, 5 * 2 ** attempt));
}

/**
 * One schema of a PostgreSQL database behind the SQL port. Reads run on any connection of the pool, each `read` in one
 * REPEATABLE READ snapshot; writes are told after COMMIT. Transactions that fail for a passing reason (deadlock, connection
 * lost, server restarting) run again as a whole until `busyTimeoutMs` is over.
 */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect: Dialect = 'postgres';
  readonly #pool: pg.Pool;
  readonly #writers: Writers;
  readonly #busyTimeoutMs: number;
  readonly #marks: CommitMarks | null;
  readonly #waiting: Member[] = [];
  #draining = false;
  /** `batched` work of single accounts, and their brief looks, that wait for company. */
  readonly #gathering = new Gathering<AccountMember>(accountLanes, maxAccounts, batch =>
    this.#commitAccounts(batch),
  );
  readonly #looking = new Gathering<AccountLook>(accountLanes, maxAccounts, batch =>
    this.#readAccounts(batch),
  );
  #retries = 0;
  #active = 0;
  #closed = false;
  #idle: (() => void) | null = null;

  constructor(options: PostgresOptions) {
    this.#writers = options.writers;
    this.#marks = options.marked ? new CommitMarks() : null;
    this.#busyTimeoutMs = options.busyTimeoutMs ?? defaultBusyTimeoutMs;
    this.#pool = openPool({
      ...options,
      lockTimeoutMs: this.#busyTimeoutMs,
      statementTimeoutMs: options.statementTimeoutMs ?? defaultStatementTimeoutMs,
    });
    options.observe?.({
      open: () => this.#pool.totalCount,
      waiting: () =>
        this.#pool.waitingCount + this.#waiting.length + this.#gathering.waiting + this.#looking.waiting,
      retries: () => this.#retries,
    });
  }

  async all<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row[]> {
    return this.#single(client => readerOver(client).all<Row>(query, ...parameters));
  }

  async get<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row | undefined> {
    return this.#single(client => readerOver(client).get<Row>(query, ...parameters));
  }

  async arrays(query: Statement, ...parameters: SqlValue[]): Promise<SqlValue[][]> {
    return this.#single(client => readerOver(client).arrays(query, ...parameters));
  }

  async read<T>(work: (reader: SqlReader) => Promise<T>, scope: ReadOptions = {}): Promise<T> {
    const whose = scope.brief ? this.#shareable(scope) : null;
    if (whose) return this.#look(work, scope, whose);
    return this.#readAlone(work, scope);
  }

  async #readAlone<T>(work: (reader: SqlReader) => Promise<T>, scope: ReadOptions): Promise<T> {
    const steps = [beginRead, ...scopeSteps(scope)].join('; ');
    return this.#single(async client => {
      const begun = client.query(steps);
      begun.catch(() => undefined);
      try {
        const found = await lendReader(readerOver(client), work);
        await begun;
        return found;
      } finally {
        // There is nothing to keep; a connection that is lost is seen by whoever has it next.
        await client.query('ROLLBACK').catch(() => undefined);
      }
    });
  }

  async transact<T>(work: (tx: SqlTransaction) => Promise<T>, options: TransactOptions = {}): Promise<T> {
    this.#assertOpen();
    this.#active += 1;
    try {
      return await new Promise<T>((resolve, reject) => {
        const member = memberFor(work, options, resolve, reject);
        const whose = options.durability === 'batched' ? this.#shareable(options) : null;
        if (whose) {
          this.#gathering.add(Object.assign(member, whose));
          return;
        }
        if (this.#writers === 'rows') {
          void this.#commit([member]);
          return;
        }
        this.#waiting.push(member);
        if (this.#draining) return;
        this.#draining = true;
        // After the I/O callbacks of this turn: whoever asks in the same turn shares the commit.
        setImmediate(() => void this.#drain());
      });
    } finally {
      this.#left();
    }
  }

  /** Waits for what is under way, then closes all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#active > 0) await new Promise<void>(resolve => (this.#idle = resolve));
    await this.#pool.end();
  }

  #assertOpen(): void {
    if (this.#closed) throw new MailError('store.unavailable', { reason: 'closed' });
  }

  #left(): void {
    this.#active -= 1;
    if (this.#active === 0) this.#idle?.();
  }

  /** Reads can always be done again. */
  async #single<T>(work: (client: Client) => Promise<T>): Promise<T> {
    this.#assertOpen();
    this.#active += 1;
    try {
      return await this.#patiently(async () => {
        const client = await this.#pool.connect();
        let failed = false;
        try {
          return await work(client);
        } catch (error) {
          failed = isPassing(error);
          throw error;
        } finally {
          client.release(failed);
        }
      });
    } finally {
      this.#left();
    }
  }

  /** Runs `work` again while it fails for a passing reason, until time is over. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || performance.now() > deadline) throw translate(error);
        this.#retries += 1;
        await pause(attempt);
      }
    }
  }

  async #drain(): Promise<void> {
    for (;;) {
      const batch = this.#waiting.splice(0, maxBatch);
      if (batch.length === 0) break;
      await this.#commit(batch);
    }
    this.#draining = false;
  }

  /** Whose rows work is about that may share a transaction with work of others of the company; null when it may not. */
  #shareable({ account, tenant }: ReadOptions): OfAccount | null {
    if (this.#writers === 'one' || account === undefined || typeof tenant !== 'number') return null;
    return { account, tenant };
  }

  /** Reads in a snapshot that others share, or alone when that fails. */
  async #look<T>(work: (reader: SqlReader) => Promise<T>, scope: ReadOptions, whose: OfAccount): Promise<T> {
    this.#assertOpen();
    this.#active += 1;
    try {
      return await new Promise<T>((resolve, reject) => {
        const alone = (): Promise<void> => this.#readAlone(work, scope).then(resolve, reject);
        const run = async (reader: SqlReader): Promise<void> => resolve(await lendReader(reader, work));
        this.#looking.add({ ...whose, run, alone, fail: reject });
      });
    } finally {
      this.#left();
    }
  }

  /** Never rejects: each is told. */
  async #readAccounts(batch: readonly AccountLook[]): Promise<void> {
    const left = batch.length === 1 ? batch : await readInStep(this.#pool, batch);
    await Promise.all(left.map(({ alone }) => alone()));
  }

  /** Never rejects: members are told. What cannot be done together is done one by one. */
  async #commitAccounts(batch: readonly AccountMember[]): Promise<void> {
    if (batch.length > 1) {
      try {
        if (await commitInStep(this.#pool, batch, this.#marks)) return;
      } catch (error) {
        // Of a commit nobody knows the end of: doing it again could do it twice.
        if (isMailError(error)) {
          for (const member of batch) member.fail(error);
          return;
        }
      }
      this.#retries += 1;
    }
    await Promise.all(batch.map(member => this.#commit([member])));
  }

  /** Never rejects: members are told. */
  async #commit(batch: readonly Member[]): Promise<void> {
    let members = batch;
    try {
      await this.#patiently(async () => {
        // Those whose own work failed are told and gone; the others run again.
        members = members.filter(member => !member.over);
        await commitTogether(this.#pool, members, this.#writers === 'one', this.#marks);
      });
    } catch (error) {
      for (const member of members) if (!member.over) member.fail(error);
    }
  }
}

function memberFor<T>(
  work: (tx: SqlTransaction) => Promise<T>,
  { durability = 'durable', ...scope }: TransactOptions,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Member {
  let outcome: { value: T } | null = null;
  const effects: (() => void)[] = [];
  const member: Member = {
    durability,
    scope: scopeSteps(scope),
    effects,
    over: false,
    run: async tx => {
      effects.length = 0;
      outcome = { value: await lendTransaction(tx, work) };
    },
    settle: () => {
      member.over = true;
      if (outcome) resolve(outcome.value);
    },
    fail: error => {
      member.over = true;
      reject(translate(error));
    },
  };
  return member;
}
