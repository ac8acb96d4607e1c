import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/** `email_submission.envelope_ref`: the ENVID that went with the mail (RFC 3461 §4.4), decoded; NULL for what was sent before. */
export function envelopeMigration(version: number): Migration {
  return {
    version,
    name: 'envelope ids',
    up: [ddl('ALTER TABLE email_submission ADD COLUMN envelope_ref TEXT')],
  };
}
