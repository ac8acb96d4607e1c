import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { MailError } from '../../../platform/errors.ts';
import { lendReader, lendTransaction } from '../../sql/lend.ts';
import {
  type Dialect,
  type Durability,
  type SqlDatabase,
  type SqlReader,
  type SqlTransaction,
  type SqlValue,
  type Statement,
  statement,
  type TransactOptions,
} from '../../sql/port.ts';
import { Connection, isBusy, translate } from './connection.ts';
import { WalSync } from './wal-sync.ts';

export interface SqliteOptions {
  /** How long to retry while another process holds the file, in ms. */
  readonly busyTimeoutMs?: number;
  /** Page cache in KiB. */
  readonly cacheKiB?: number;
}

const begin = statement('BEGIN');
const beginImmediate = statement('BEGIN IMMEDIATE');
const commit = statement('COMMIT');
const savepoint = statement('SAVEPOINT member');
const release = statement('RELEASE member');
const rollBackTo = statement('ROLLBACK TO member');

/** Most transactions that share one commit: bounds the time one batch holds the file. */
const maxBatch = 256;

/**
 * `batched` changes follow the last commit at this distance, ms, unless another commit takes them along: each commit
 * writes every page it touched, and changes that come one by one touch the same pages again and again.
 */
const batchedCommitMs = 100;
/** How long committed `batched` changes wait for others to share their sync, ms. */
const batchedSyncMs = 100;
/** So many `batched` changes are company enough: they wait for nobody. */
const enoughBatched = 32;

interface Member {
  readonly durability: Durability;
  /** Runs the work; the outcome is kept until the commit decides. */
  run(tx: SqlTransaction): Promise<void>;
  readonly effects: (() => void)[];
  settle(): void;
  fail(error: unknown): void;
}

function settle(batch: readonly Member[]): void {
  for (const member of batch) member.settle();
}

function runEffects(batch: readonly Member[]): void {
  for (const { effects } of batch) for (const effect of effects) effect();
}

/**
 * One SQLite file behind the SQL port. Statements run synchronously, so a transaction occupies the connection for one
 * burst; a queue keeps bursts apart. Transactions that wait at the same moment run in one commit, each under its own
 * savepoint, and so share one fsync, which happens in the thread pool. Others may read a change a moment before it is
 * on disk; whoever made it is told afterwards.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly dialect: Dialect = 'sqlite';
  readonly #connection: Connection;
  readonly #wal: WalSync;
  readonly #busyTimeoutMs: number;
  readonly #waiting: Member[] = [];
  #drainScheduled = false;
  /** Runs while only `batched` members wait. */
  #patience: NodeJS.Timeout | null = null;
  /** Whether the next batch is planned for the end of the sync under way. */
  #awaitsSync = false;
  /** When the last batch began, on the monotonic clock. */
  #drainedAt = -batchedCommitMs;
  /** Tail of the queue of bursts; null when the connection is free. */
  #tail: Promise<void> | null = null;
  #closed = false;

  constructor(path: string, options: SqliteOptions = {}) {
    this.#busyTimeoutMs = options.busyTimeoutMs ?? 15_000;
    try {
      this.#connection = new Connection(path, { cacheKiB: options.cacheKiB ?? 1024 });
    } catch (error) {
      throw translate(error);
    }
    this.#wal = new WalSync(path);
  }

  /** The connection, for backup and pragmas inside the engine room. */
  get connection(): Connection {
    return this.#connection;
  }

  async all<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row[]> {
    return this.#single(() => this.#connection.all(query, parameters) as Row[]);
  }

  async get<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row | undefined> {
    return this.#single(() => this.#connection.get(query, parameters) as Row | undefined);
  }

  async arrays(query: Statement, ...parameters: SqlValue[]): Promise<SqlValue[][]> {
    return this.#single(() => this.#connection.arrays(query, parameters));
  }

  async read<T>(work: (reader: SqlReader) => Promise<T>): Promise<T> {
    return this.#exclusively(async () => {
      await this.#retryBusy(() => this.#connection.run(begin, []));
      try {
        return await lendReader(this.#reader(), work);
      } catch (error) {
        throw translate(error);
      } finally {
        this.#connection.rollBack();
      }
    });
  }

  async transact<T>(work: (tx: SqlTransaction) => Promise<T>, options: TransactOptions = {}): Promise<T> {
    this.#assertOpen();
    return new Promise<T>((resolve, reject) => {
      let outcome: { value: T } | null = null;
      const effects: (() => void)[] = [];
      this.#waiting.push({
        durability: options.durability ?? 'durable',
        effects,
        run: async tx => {
          effects.length = 0;
          outcome = { value: await lendTransaction(tx, work) };
        },
        settle: () => {
          if (outcome) resolve(outcome.value);
        },
        fail: error => reject(translate(error)),
      });
      this.#schedule(options.durability ?? 'durable');
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    if (this.#waiting.length > 0) this.#schedule('relaxed');
    while (this.#waiting.length > 0 || this.#tail) await (this.#tail ?? nextTurn());
    this.#closed = true;
    await this.#wal.close();
    this.#connection[Symbol.dispose]();
  }

  #assertOpen(): void {
    if (this.#closed) throw new MailError('store.unavailable', { reason: 'closed' });
  }

  #reader(): SqlReader {
    const connection = this.#connection;
    return {
      all: async <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
        connection.all(query, parameters) as Row[],
      get: async <Row extends object>(query: Statement, ...parameters: SqlValue[]) =>
        connection.get(query, parameters) as Row | undefined,
      arrays: async (query: Statement, ...parameters: SqlValue[]) => connection.arrays(query, parameters),
    };
  }

  #transaction(effects: (() => void)[]): SqlTransaction {
    return {
      ...this.#reader(),
      run: async (query, ...parameters) => this.#connection.run(query, parameters),
      afterCommit: effect => {
        effects.push(effect);
      },
    };
  }

  /** One statement in a snapshot of its own: at once when the connection is free. */
  async #single<T>(work: () => T): Promise<T> {
    this.#assertOpen();
    while (this.#tail) await this.#tail;
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw translate(error);
      return this.#exclusively(() => this.#retryBusy(work));
    }
  }

  /** Runs `work` when no other burst is under way. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = promise;
    this.#tail = before ? before.then(() => mine) : mine;
    const tail = this.#tail;
    try {
      if (before) await before;
      this.#assertOpen();
      return await work();
    } finally {
      if (this.#tail === tail) this.#tail = null;
      resolve();
    }
  }

  async #retryBusy<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw translate(error);
        // Full jitter over a growing ceiling: two processes that meet do not meet again at once.
        await sleep(Math.random() * Math.min(20, 0.5 * 2 ** attempt));
      }
    }
  }

  /**
   * Plans the next batch. `relaxed`: at the end of this turn. `durable`: when the sync under way has ended; a commit
   * before that would wait for the next sync all the same, and more can join until then. `batched`: in a while.
   */
  #schedule(durability: Durability): void {
    if (this.#drainScheduled) return;
    const patient = durability === 'batched' && this.#waiting.length < enoughBatched;
    const waitMs = patient ? this.#drainedAt + batchedCommitMs - performance.now() : 0;
    if (waitMs > 0) {
      this.#patience ??= setTimeout(() => this.#schedule('durable'), waitMs);
      return;
    }
    const sync = durability === 'relaxed' ? null : this.#wal.underWay;
    if (sync) {
      if (this.#awaitsSync) return;
      this.#awaitsSync = true;
      const then = (): void => {
        this.#awaitsSync = false;
        if (this.#waiting.length > 0) this.#schedule('relaxed');
      };
      // Who asked for that sync is told of its failure by itself.
      sync.then(then, then);
      return;
    }
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    this.#drainScheduled = true;
    // After the I/O callbacks of this turn: whoever asks in the same turn shares the commit.
    setImmediate(() => {
      void this.#exclusively(() => this.#drain()).catch((error: unknown) => {
        for (const member of this.#waiting.splice(0)) member.fail(error);
      });
    });
  }

  async #drain(): Promise<void> {
    this.#drainScheduled = false;
    const batch = this.#waiting.splice(0, maxBatch);
    if (this.#waiting.length > 0) this.#schedule('relaxed');
    if (batch.length === 0) return;
    this.#drainedAt = performance.now();
    try {
      await this.#retryBusy(() => this.#connection.run(beginImmediate, []));
    } catch (error) {
      for (const member of batch) member.fail(error);
      return;
    }
    const done = await this.#runMembers(batch);
    try {
      if (this.#connection.handle.isTransaction) this.#connection.run(commit, []);
      else if (done.length > 0) throw new MailError('store.unavailable', { reason: 'transaction lost' });
    } catch (error) {
      this.#connection.rollBack();
      for (const member of done) member.fail(error);
      return;
    }
    this.#tell(done);
  }

  /** Tells each member when its change is as safe as it asked for. Not awaited: the next batch runs meanwhile. */
  #tell(done: readonly Member[]): void {
    const by = Map.groupBy(done, member => member.durability);
    const failed = (members: readonly Member[]) => (error: unknown) => {
      const told = new MailError('store.unavailable', { reason: 'sync' }, { cause: error });
      for (const member of members) member.fail(told);
    };
    const durable = by.get('durable') ?? [];
    if (durable.length > 0) {
      this.#wal.sync().then(() => {
        settle(durable);
        runEffects(durable);
      }, failed(durable));
    }
    const batched = by.get('batched') ?? [];
    if (batched.length > 0) {
      const synced = batched.length < enoughBatched ? this.#wal.syncWithin(batchedSyncMs) : this.#wal.sync();
      synced.then(() => settle(batched), failed(batched));
    }
    runEffects(batched);
    const relaxed = by.get('relaxed') ?? [];
    settle(relaxed);
    runEffects(relaxed);
  }

  /** Runs each member under a savepoint (a lone one needs none) and returns those whose changes stand. */
  async #runMembers(batch: readonly Member[]): Promise<Member[]> {
    const done: Member[] = [];
    const alone = batch.length === 1;
    for (const member of batch) {
      try {
        if (!alone) this.#connection.run(savepoint, []);
        await member.run(this.#transaction(member.effects));
        if (!alone) this.#connection.run(release, []);
        done.push(member);
      } catch (error) {
        this.#undo(alone);
        member.fail(error);
      }
    }
    return done;
  }

  /** Takes back one member. Some errors (disk full) make SQLite roll back the whole transaction by itself. */
  #undo(alone: boolean): void {
    if (!this.#connection.handle.isTransaction) return;
    if (alone) {
      this.#connection.rollBack();
      return;
    }
    this.#connection.run(rollBackTo, []);
    this.#connection.run(release, []);
  }
}
