import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { SqliteDatabase } from '../engines/sqlite/database.ts';
import { migrate } from '../sql/migrate.ts';
import { type SqlDatabase, statement } from '../sql/port.ts';
import { AccountMemory } from './account-memory.ts';
import { markAllClean } from './account-state.ts';
import { accountMigrations } from './schema.ts';

const schemaVersion = statement('SELECT COALESCE(MAX(version), 0) AS version FROM schema_migration');

/**
 * Page cache per open account file, KiB: hundreds are open at a time, and the system's own cache is behind it. Pages of
 * 4 KiB and SQLite's own limit of the log (1,000 pages) were the best of what was measured.
 */
const cacheKiB = 512;

/** An account database that is open, and what the process remembers about the accounts in it. */
export class OpenFile {
  readonly path: string;
  readonly database: SqlDatabase;
  /** Whether this handle ever wrote, and so owes a goodbye. */
  wrote = false;
  readonly #memories = new Map<AccountId, AccountMemory>();

  constructor(path: string, database: SqlDatabase) {
    this.path = path;
    this.database = database;
  }

  memory(accountId: AccountId): AccountMemory {
    let memory = this.#memories.get(accountId);
    if (!memory) {
      memory = new AccountMemory();
      this.#memories.set(accountId, memory);
    }
    return memory;
  }

  /** Says goodbye for the accounts in it and closes. The last handle on a file folds its log into it. */
  async close(bootId: string): Promise<void> {
    try {
      const memories = [...this.#memories].filter(([, memory]) => memory.worthSaving);
      if (this.wrote || memories.length > 0) {
        await this.database.transact(async tx => {
          for (const [accountId, memory] of memories) await memory.save(tx, accountId);
          if (this.wrote) await markAllClean(tx, bootId);
        });
      }
    } finally {
      await this.database[Symbol.asyncDispose]();
    }
  }
}

/** Opens an existing file and brings its schema up to date. */
export async function openFile(path: string, now: number): Promise<OpenFile> {
  const database = new SqliteDatabase(path, { cacheKiB });
  try {
    let version = 0;
    try {
      version = (await database.get<{ version: number }>(schemaVersion))?.version ?? 0;
    } catch (error) {
      if (isMailError(error)) throw error;
      // No such table: an empty file.
    }
    if (version !== accountMigrations.length) await migrate(database, accountMigrations, now);
    return new OpenFile(path, database);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
