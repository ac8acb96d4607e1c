import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { openDatabase, type PostgresPlace } from '../engines/open-database.ts';
import { SqliteDatabase } from '../engines/sqlite/database.ts';
import { migrate } from '../sql/migrate.ts';
import { type SqlDatabase, type SqlTransaction, statement } from '../sql/port.ts';
import { AccountMemory } from './account-memory.ts';
import { markAllClean, readState } from './account-state.ts';
import { movedTo } from './moving/moved-mark.ts';
import { accountMigrations } from './schema.ts';

const schemaVersion = statement('SELECT COALESCE(MAX(version), 0) AS version FROM schema_migration');

/**
 * Page cache per open account file, KiB: hundreds are open at a time, and the system's own cache is behind it. Pages of
 * 4 KiB and SQLite's own limit of the log (1,000 pages) were the best of what was measured.
 */
export const cacheKiB = { own: 512, shared: 4096 } as const;

/** Most accounts of one database that a process remembers things about. */
const maxMemories = 500;

/** An account database that is open, and what the process remembers about the accounts in it. */
export class OpenFile {
  readonly database: SqlDatabase;
  /** Whether this handle ever wrote, and so owes a goodbye. */
  wrote = false;
  readonly #memories = new Map<AccountId, AccountMemory>();

  constructor(database: SqlDatabase) {
    this.database = database;
  }

  /**
   * Whether a database server keeps what was committed, so that no change can be lost with a process, and the marks that
   * tell of such a loss are not needed.
   */
  get keepsAll(): boolean {
    return this.database.dialect === 'postgres';
  }

  memory(accountId: AccountId): AccountMemory {
    let memory = this.#memories.get(accountId);
    if (memory) {
      if (this.keepsAll) this.#memories.delete(accountId);
    } else {
      memory = new AccountMemory();
    }
    // Where many accounts share a database, the one that was used longest ago is forgotten first.
    this.#memories.set(accountId, memory);
    if (this.#memories.size > maxMemories) this.#memories.delete(this.#memories.keys().next().value ?? 0);
    return memory;
  }

  /** Says goodbye for the accounts in it and closes. The last handle on a file folds its log into it. */
  async close(bootId: string): Promise<void> {
    try {
      const memories = [...this.#memories].filter(([, memory]) => memory.worthSaving);
      const owed = this.wrote && !this.keepsAll;
      if (this.keepsAll) {
        for (const [account, memory] of memories)
          await this.database.transact(tx => saveMemory(tx, account, memory), { account });
      } else if (owed || memories.length > 0) {
        await this.database.transact(async tx => {
          for (const [accountId, memory] of memories) await saveMemory(tx, accountId, memory);
          if (owed) await markAllClean(tx, bootId);
        });
      }
    } finally {
      await this.database[Symbol.asyncDispose]();
    }
  }
}

/** Keeps what was remembered of an account, unless it has moved away or was removed meanwhile. */
async function saveMemory(tx: SqlTransaction, accountId: AccountId, memory: AccountMemory): Promise<void> {
  const state = await readState(tx, accountId);
  if (state && !movedTo(state.bootId)) await memory.save(tx, accountId);
}

/** Opens an existing file and brings its schema up to date. `cache`: its page cache, KiB. */
export async function openFile(path: string, now: number, cache: number = cacheKiB.own): Promise<OpenFile> {
  const database = new SqliteDatabase(path, { cacheKiB: cache });
  try {
    let version = 0;
    try {
      version = (await database.get<{ version: number }>(schemaVersion))?.version ?? 0;
    } catch (error) {
      if (isMailError(error)) throw error;
      // No such table: an empty file.
    }
    if (version !== accountMigrations.length) await migrate(database, accountMigrations, now);
    return new OpenFile(database);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens a schema of PostgreSQL and brings its tables up to date. */
export async function openShared(place: PostgresPlace, now: number): Promise<OpenFile> {
  return new OpenFile(
    await openDatabase(place, accountMigrations, now, { writers: 'rows', fence: 'account' }),
  );
}

/** Tables of an account, of this schema version or a later one: all whose key begins with `account_id`. */
const accountTables = statement({
  sqlite:
    "SELECT m.name AS name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'account_id' WHERE m.type = 'table'",
  postgres:
    "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'account_id' ORDER BY 1",
});

/** Removes all rows of an account from a database that many share, in a transaction that does more. See `removeAccountRows`. */
export async function removeRows(tx: SqlTransaction, accountId: AccountId): Promise<void> {
  for (const { name } of await tx.all<{ name: string }>(accountTables)) {
    await tx.run(statement(`DELETE FROM ${name} WHERE account_id = $1`), accountId);
  }
}
