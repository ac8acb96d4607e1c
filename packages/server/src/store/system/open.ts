import type { Clock } from '../../platform/clock.ts';
import { type DatabasePlace, openDatabase } from '../engines/open-database.ts';
import type { SqlDatabase } from '../sql/port.ts';
import { systemMigrations } from './schema.ts';

/** Opens `system.db` (made if missing; its folder has to exist) and brings its schema up to date. */
export async function openSystemDatabase(place: DatabasePlace, clock: Clock): Promise<SqlDatabase> {
  return openDatabase(place, systemMigrations, clock.now());
}
