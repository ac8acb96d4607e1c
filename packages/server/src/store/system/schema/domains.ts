import type { Migration } from '../../sql/migrate.ts';

/** State of domains, DNS checks, certificates. */
export function domainsMigration(version: number): Migration {
  return { version, name: 'domains', up: [] };
}
