import type { Migration } from '../../sql/migrate.ts';

/** Push subscriptions (RFC 8620 §7.2), snoozed mail. */
export function pushMigration(version: number): Migration {
  return { version, name: 'push', up: [] };
}
