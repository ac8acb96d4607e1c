import type { Migration } from '../../sql/migrate.ts';

/** Annotations of folders (RFC 5464) and who may do what in them (RFC 4314). */
export function shareMigration(version: number): Migration {
  return { version, name: 'shares', up: [] };
}
