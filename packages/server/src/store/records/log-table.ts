import { MailError } from '../../platform/errors.ts';
import { type ReadOptions, type SqlDatabase, type SqlValue, type Statement, statement } from '../sql/port.ts';
import type { RecordCursor } from './types.ts';

/** Most rows of one page. */
export const maxPage = 1000;
/** Most rows that one transaction writes or expires. */
const maxBatch = 500;
/** Least time between two relaxed transactions, ms: rows that are written together share the pages of the indexes. */
const relaxedPauseMs = 100;
/** Most entries that wait to be written; more are refused, so that a stuck disk does not fill memory. */
const maxWaiting = 100_000;

interface Waiting {
  readonly values: readonly SqlValue[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The filters of a table: name and condition, in which `$` stands for the value. Several conditions are alternatives,
 * each of which has an index of its own. Filters named `from` and `to` narrow others and do not suffice alone.
 */
export type Conditions = Readonly<Record<string, readonly string[]>>;

/** Every way to choose one of each. */
function product(choices: readonly (readonly string[])[]): string[][] {
  return choices.reduce<string[][]>(
    (rows, options) => rows.flatMap(row => options.map(option => [...row, option])),
    [[]],
  );
}

/**
 * An append-only table with an ascending `id`. Appends that come together share one transaction; while one is under way
 * the next batch forms.
 */
export class LogTable implements AsyncDisposable {
  readonly #database: SqlDatabase;
  readonly #table: string;
  readonly #columns: readonly string[];
  readonly #durability: 'durable' | 'relaxed';
  readonly #insert: Statement;
  readonly #expire: Statement;
  readonly #conditions: Conditions;
  readonly #queries = new Map<string, Statement>();
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  /** When the last batch was begun, on the monotonic clock. */
  #writtenAt = -relaxedPauseMs;
  /** Those who flush: nothing waits for company meanwhile. */
  #urgent = 0;
  #endPause: (() => void) | null = null;

  constructor(
    database: SqlDatabase,
    table: string,
    columns: readonly string[],
    conditions: Conditions,
    durability: 'durable' | 'relaxed',
  ) {
    this.#database = database;
    this.#table = table;
    this.#columns = columns;
    this.#conditions = conditions;
    this.#durability = durability;
    const places = columns.map((_, i) => `$${i + 1}`).join(', ');
    this.#insert = statement(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
    // Oldest rows only: rows are in the order of writing, so no index on time is needed.
    this.#expire = statement(
      `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ORDER BY id LIMIT $2) AND at < $1`,
    );
  }

  /** Appends a row; resolves when it is written. */
  async append(values: readonly SqlValue[]): Promise<void> {
    if (this.#waiting.length >= maxWaiting) throw new MailError('store.busy', { table: this.#table });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ values, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Rows within `scope` that meet all conditions given, newest first, as column-named objects with `id` and `at`. */
  async page<Row extends object>(
    filter: Readonly<Record<string, SqlValue | undefined>>,
    before: RecordCursor | undefined,
    limit: number,
    scope: ReadOptions,
  ): Promise<Row[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
      throw new MailError('input.invalid', { reason: 'page size', limit });
    }
    const given = Object.entries(filter).filter(([, value]) => value !== undefined);
    if (given.every(([name]) => name === 'from' || name === 'to')) {
      throw new MailError('input.invalid', { reason: 'query without a filter that has an index' });
    }
    const query = this.#query(given.map(([name]) => name));
    const values = given.map(([, value]) => value ?? null);
    const { at, id } = before ?? { at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
    return this.#database.read(reader => reader.all<Row>(query, at, id, limit, ...values), scope);
  }

  /** Removes rows from before `before` (ms since the epoch) in small transactions. Returns how many. */
  async expire(before: number): Promise<number> {
    let total = 0;
    for (;;) {
      const count = await this.#database.transact(tx => tx.run(this.#expire, before, maxBatch), {
        durability: 'relaxed',
        across: 'expire',
      });
      total += count;
      if (count < maxBatch) return total;
    }
  }

  /** Waits until everything appended so far is written. */
  async flush(): Promise<void> {
    this.#urgent += 1;
    this.#endPause?.();
    try {
      while (this.#running) await this.#running;
    } finally {
      this.#urgent -= 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
  }

  #query(names: readonly string[]): Statement {
    const key = names.join();
    let query = this.#queries.get(key);
    if (!query) {
      const alternatives = names.map((name, i) =>
        (this.#conditions[name] ?? ['FALSE']).map(condition => condition.replaceAll('$', `$${i + 4}`)),
      );
      const columns = `id, ${this.#columns.join(', ')}`;
      const end = 'ORDER BY at DESC, id DESC LIMIT $3';
      const branches = product(alternatives).map(
        where =>
          `SELECT * FROM (SELECT ${columns} FROM ${this.#table}
           WHERE ${['(at, id) < ($1, $2)', ...where].join(' AND ')} ${end}) AS page`,
      );
      query = statement(`${branches.join(' UNION ')} ${end}`);
      this.#queries.set(key, query);
    }
    return query;
  }

  /** Waits for company; ends early when somebody flushes. */
  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#endPause = resolve;
    await promise;
    this.#endPause = null;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // Whoever appends in this turn, or in the pause after the last batch, takes part in the batch.
        await new Promise(resolve => setImmediate(resolve));
        const waitMs = this.#writtenAt + relaxedPauseMs - performance.now();
        if (this.#durability === 'relaxed' && !this.#urgent && waitMs > 0) await this.#pause(waitMs);
        this.#writtenAt = performance.now();
        await this.#write(this.#waiting.splice(0, maxBatch));
      }
    } finally {
      this.#running = null;
    }
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#database.transact(
        async tx => {
          for (const { values } of batch) await tx.run(this.#insert, ...values);
        },
        // A batch has entries about several companies, and about none.
        { durability: this.#durability, across: 'append' },
      );
      for (const waiting of batch) waiting.resolve();
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }
}
