import type { Migration } from '../../sql/migrate.ts';

/** The word index of an account's mail. */
export function searchMigration(version: number): Migration {
  return { version, name: 'search', up: [] };
}
