import type { Migration } from '../../sql/migrate.ts';

/** What a member keeps beside mail: settings, labels, signatures, templates, rules, sender lists, contacts. */
export function personalMigration(version: number): Migration {
  return { version, name: 'personal', up: [] };
}
