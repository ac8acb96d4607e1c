import { type DatabasePlace, openDatabase } from '../engines/open-database.ts';
import type { SqlDatabase } from '../sql/port.ts';
import { recordsMigrations } from './schema.ts';

/**
 * Opens `records.db` (made if missing; its folder has to exist) and brings its schema up to date. In PostgreSQL a query
 * sees the rows of the company that it names, and none without.
 */
export async function openRecordsDatabase(place: DatabasePlace, now: number): Promise<SqlDatabase> {
  return openDatabase(place, recordsMigrations, now, { fence: 'tenant' });
}
