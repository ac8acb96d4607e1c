/** What a column can hold in both engines. Integers are safe integers; times are ms since the epoch. */
export type SqlValue = null | number | string | Uint8Array;

/** The two engines. There is never a third. */
export type Dialect = 'sqlite' | 'postgres';

/**
 * One statement of the one set of queries. Parameters are written `$1 … $n`. Make them once, at module level:
 * engines keep prepared statements by the identity of this object.
 *
 * @example
 * const byName = statement('SELECT id FROM tenant WHERE name = $1');
 */
export interface Statement {
  readonly sqlite: string;
  readonly postgres: string;
  /**
   * An INSERT … VALUES of one row of which nobody asks how many rows it changed: may be sent as one with others like it, for
   * other accounts, where that saves trips.
   */
  readonly together?: boolean;
}

/** A statement in the common subset, or, where the engines differ, one text for each. */
export function statement(
  sql: string | { readonly sqlite: string; readonly postgres: string },
  options: Pick<Statement, 'together'> = {},
): Statement {
  const texts = typeof sql === 'string' ? { sqlite: sql, postgres: sql } : sql;
  return Object.freeze({ ...texts, ...options });
}

/** Reading. Row types are the caller's claim: name exactly the columns of the statement. */
export interface SqlReader {
  all<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row[]>;
  get<Row extends object>(query: Statement, ...parameters: SqlValue[]): Promise<Row | undefined>;
  /** Rows as arrays in column order: for bulk reading, where objects cost more than the query. */
  arrays(query: Statement, ...parameters: SqlValue[]): Promise<SqlValue[][]>;
}

/** Reading and writing inside one transaction. Wait for nothing but this object while it is open. */
export interface SqlTransaction extends SqlReader {
  /** Runs a statement and returns the number of rows it changed. */
  run(query: Statement, ...parameters: SqlValue[]): Promise<number>;
  /** Runs after the commit, in order; never after a rollback. In a `durable` transaction, after it is on disk. */
  afterCommit(effect: () => void): void;
}

/** When a change is on disk; see `TransactOptions`. */
export type Durability = 'durable' | 'batched' | 'relaxed';

/** Whose rows a piece of work is about, where rows of many lie in one table. */
export interface ReadOptions {
  /**
   * The account that the work is about. PostgreSQL then shows and takes rows of no other (row-level security), and none
   * at all without it: a second fence behind the conditions of the queries. Files of one account have no use for it.
   */
  readonly account?: number;
  /** The companies that the work is about, mostly one, in databases that are fenced by company: as `account` is in those of accounts. */
  readonly tenant?: number | readonly number[];
  /**
   * Names an act on the rows of all companies, such as removing what is too old: a word of letters and hyphens. What is
   * done for one company names the company instead.
   */
  readonly across?: string;
  /** A few small statements, of which many come at a time: may share a snapshot with others like it. */
  readonly brief?: boolean;
  /**
   * Goes through all rows of an account, however long that takes: the limit of time for one statement does not hold, and
   * joins are planned so that their time grows with the rows, also where the database knows nothing of them yet.
   */
  readonly thorough?: boolean;
}

export interface TransactOptions extends ReadOptions {
  /**
   * `durable` (default): on disk before `transact` resolves. `batched`: the same, but it may take up to 200 ms, so that
   * the changes of that time share one sync; for work that can be done again, such as filing a message that is still in
   * the queue. `relaxed`: survives the death of the process at once, a power cut a moment later; for changes of flags.
   */
  readonly durability?: Durability;
}

/**
 * A database. Its own `all/get/arrays` read one statement in a snapshot of its own. Errors: `store.busy` when another
 * process holds it for too long, `store.full`, `store.corrupt`, `store.unavailable`; what `work` throws comes through
 * after a rollback.
 */
export interface SqlDatabase extends SqlReader, AsyncDisposable {
  readonly dialect: Dialect;
  /** Several statements in one snapshot. */
  read<T>(work: (reader: SqlReader) => Promise<T>, options?: ReadOptions): Promise<T>;
  /** All or nothing. Concurrent calls may share one commit (group commit). The whole call is retried when the database is busy. */
  transact<T>(work: (tx: SqlTransaction) => Promise<T>, options?: TransactOptions): Promise<T>;
}
