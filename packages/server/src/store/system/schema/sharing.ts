import type { Migration } from '../../sql/migrate.ts';

/** Public mailboxes, groups, invitations, grants. */
export function sharingMigration(version: number): Migration {
  return { version, name: 'sharing', up: [] };
}
