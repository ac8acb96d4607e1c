import type { Clock } from '../../platform/clock.ts';
import { type DatabasePlace, openDatabase } from '../engines/open-database.ts';
import { type CompanyDatabase, companyDatabase } from '../sql/company-database.ts';
import { systemMigrations } from './schema.ts';
import { installation } from './settings.ts';

/**
 * Tables of companies that anybody sees. `revocation` holds numbers of accounts and nothing about them: every process looks
 * at what is new of all companies, and whoever adds to it takes out what is old.
 */
export const openTables: readonly string[] = ['revocation'];

/**
 * Opens `system.db` (made if missing; its folder has to exist) and brings its schema up to date. In PostgreSQL its tables
 * are fenced by company, but `openTables`.
 */
export async function openSystemDatabase(place: DatabasePlace, clock: Clock): Promise<CompanyDatabase> {
  const database = await openDatabase(place, systemMigrations, clock.now(), {
    fence: 'tenant',
    open: openTables,
  });
  return companyDatabase(database, [installation]);
}
