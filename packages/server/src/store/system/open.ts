import type { Clock } from '../../platform/clock.ts';
import { SqliteDatabase } from '../engines/sqlite/database.ts';
import { migrate } from '../sql/migrate.ts';
import type { SqlDatabase } from '../sql/port.ts';
import { systemMigrations } from './schema.ts';

/** Opens `system.db` at `path` (made if missing; its folder has to exist) and brings its schema up to date. */
export async function openSystemDatabase(path: string, clock: Clock): Promise<SqlDatabase> {
  const database = new SqliteDatabase(path);
  try {
    await migrate(database, systemMigrations, clock.now());
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
