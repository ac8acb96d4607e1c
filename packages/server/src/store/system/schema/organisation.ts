import type { Migration } from '../../sql/migrate.ts';

/** Departments, members' profiles, plans, recycle bin. */
export function organisationMigration(version: number): Migration {
  return { version, name: 'organisation', up: [] };
}
