import type { Migration } from '../../sql/migrate.ts';

/** Client passwords, second factor, client access. */
export function signInMigration(version: number): Migration {
  return { version, name: 'sign-in', up: [] };
}
