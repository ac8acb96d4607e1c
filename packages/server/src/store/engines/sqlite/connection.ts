import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { MailError } from '../../../platform/errors.ts';
import type { SqlValue, Statement } from '../../sql/port.ts';

/** Result codes of SQLite (https://www.sqlite.org/rescode.html), lowest byte. */
const code = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADb: 26,
};

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** Whether another connection holds the lock: try again. */
export function isBusy(error: unknown): boolean {
  const result = resultCode(error);
  return result === code.busy || result === code.locked;
}

/** SQLite's failure as one of the catalogue; anything else is passed on. */
export function translate(error: unknown): unknown {
  switch (resultCode(error)) {
    case code.busy:
    case code.locked:
      return new MailError('store.busy', {}, { cause: error });
    case code.full:
      return new MailError('store.full', {}, { cause: error });
    case code.corrupt:
    case code.notADb:
      return new MailError('store.corrupt', {}, { cause: error });
    case code.ioError:
    case code.cantOpen:
    case code.readOnly:
      return new MailError('store.unavailable', {}, { cause: error });
    default:
      return error;
  }
}

/**
 * SQLite calls numbered parameters `?1`; `$1` would be a name, numbered by first appearance. Its planner looks at the
 * value of a parameter that stands alone behind LIMIT and, since that may change, prepares the statement anew each time
 * one is bound: several times the cost of a small query. It does not look behind a sign.
 */
function numbered(sql: string): string {
  return sql.replaceAll(/\$(\d+)/g, '?$1').replaceAll(/\bLIMIT \?/g, 'LIMIT +?');
}

/** One statement as it was prepared for each way of running it: the driver's settings belong to the statement. */
type Prepared = {
  objects: StatementSync | null;
  arrays: StatementSync | null;
  writing: StatementSync | null;
};

/** Opening may wait for another process that opens the same file: making and recovering a log needs it alone. ms. */
const openTimeoutMs = 10_000;

/** A SQLite handle with its prepared statements. Synchronous; `database.ts` decides who may use it when. */
export class Connection implements Disposable {
  readonly handle: DatabaseSync;
  readonly #prepared = new Map<Statement, Prepared>();

  /** Opens the file (made if missing) in WAL mode. Once open, the driver never waits for locks: callers retry. */
  constructor(path: string, options: { readonly readOnly?: boolean; readonly cacheKiB?: number } = {}) {
    this.handle = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: openTimeoutMs });
    try {
      if (!options.readOnly) this.handle.exec('PRAGMA journal_mode = WAL');
      // Commits do not wait for the disk: `wal-sync.ts` does, for those that ask for it.
      this.handle.exec('PRAGMA synchronous = NORMAL');
      this.handle.exec('PRAGMA foreign_keys = ON');
      this.handle.exec('PRAGMA trusted_schema = OFF');
      // What a savepoint could take back is small: kept in memory, it needs no file.
      this.handle.exec('PRAGMA temp_store = MEMORY');
      this.handle.exec(`PRAGMA cache_size = -${options.cacheKiB ?? 1024}`);
      // Reads the file, so that recovery after a crash happens here and not in somebody's transaction.
      this.handle.exec('PRAGMA schema_version');
      this.handle.exec('PRAGMA busy_timeout = 0');
    } catch (error) {
      this.handle.close();
      throw error;
    }
  }

  #statement(query: Statement): Prepared {
    let prepared = this.#prepared.get(query);
    if (!prepared) {
      prepared = { objects: null, arrays: null, writing: null };
      this.#prepared.set(query, prepared);
    }
    return prepared;
  }

  #objects(query: Statement): StatementSync {
    const prepared = this.#statement(query);
    prepared.objects ??= this.handle.prepare(numbered(query.sqlite));
    return prepared.objects;
  }

  all(query: Statement, parameters: readonly SqlValue[]): object[] {
    return this.#objects(query).all(...parameters);
  }

  get(query: Statement, parameters: readonly SqlValue[]): object | undefined {
    return this.#objects(query).get(...parameters);
  }

  arrays(query: Statement, parameters: readonly SqlValue[]): SqlValue[][] {
    const prepared = this.#statement(query);
    if (!prepared.arrays) {
      prepared.arrays = this.handle.prepare(numbered(query.sqlite));
      prepared.arrays.setReturnArrays(true);
    }
    return prepared.arrays.all(...parameters) as unknown as SqlValue[][];
  }

  run(query: Statement, parameters: readonly SqlValue[]): number {
    const prepared = this.#statement(query);
    if (!prepared.writing) {
      prepared.writing = this.handle.prepare(numbered(query.sqlite));
      // The result names the last row inserted, too: full-text tables number rows beyond what a number holds.
      prepared.writing.setReadBigInts(true);
    }
    return Number(prepared.writing.run(...parameters).changes);
  }

  /** Rolls back if a transaction is open; an error of SQLite may have done so already. */
  rollBack(): void {
    if (this.handle.isTransaction) this.handle.exec('ROLLBACK');
  }

  [Symbol.dispose](): void {
    this.#prepared.clear();
    this.handle.close();
  }
}
