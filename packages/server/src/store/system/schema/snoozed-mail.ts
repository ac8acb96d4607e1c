import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * When mail of which account comes back.
 *
 * - `snooze_due`: only a hint, the times stand in the account. Too early costs a look, a missing row would lose the time.
 *   `version` moves with each note, so that whoever has looked does not wipe out what was noted meanwhile.
 */
export function snoozedMailMigration(version: number): Migration {
  return {
    version,
    name: 'snoozed-mail',
    up: [
      ddl(`CREATE TABLE snooze_due (
        tenant_id BIGINT NOT NULL, account_id BIGINT NOT NULL, due_at BIGINT NOT NULL, version BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id)) WITHOUT ROWID`),
      ddl('CREATE INDEX snooze_due_at ON snooze_due (due_at)'),
    ],
  };
}
