import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Mail that comes back at its time, and what is known about mail that was sent.
 *
 * - `snoozed`: `mailbox_id` and `uid` name the filing that the snooze holds for: once the mail is filed elsewhere the row
 *   means nothing. `return_to` holds mailbox ids joined by commas.
 * - `sieve_script.id`: stays when a script is renamed, and is never given to another. Numbers below `firstScriptId` are of
 *   scripts that were there before they had numbers.
 * - `email_submission.message_ref`: the Message-ID that was sent, for receipts that name it; NULL where it is not known.
 * - `submission_receipt`: who has shown the mail, as the receipt says, and the message that said so.
 */
export function pushMigration(version: number): Migration {
  return {
    version,
    name: 'push',
    up: [
      ddl(`CREATE TABLE snoozed (
        account_id BIGINT NOT NULL, message_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, uid BIGINT NOT NULL,
        until_at BIGINT NOT NULL, return_to TEXT NOT NULL,
        PRIMARY KEY (account_id, message_id)) WITHOUT ROWID`),
      ddl('CREATE INDEX snoozed_until ON snoozed (account_id, until_at)'),
      ddl('ALTER TABLE sieve_script ADD COLUMN id BIGINT'),
      ddl(`UPDATE sieve_script SET id = (SELECT COUNT(*) FROM sieve_script other
        WHERE other.account_id = sieve_script.account_id AND other.name <= sieve_script.name)`),
      ddl('ALTER TABLE email_submission ADD COLUMN message_ref TEXT'),
      ddl('CREATE INDEX email_submission_queue ON email_submission (account_id, queue_id)'),
      ddl('CREATE INDEX email_submission_ref ON email_submission (account_id, message_ref)'),
      ddl(`CREATE TABLE submission_receipt (
        account_id BIGINT NOT NULL, submission_id BIGINT NOT NULL, recipient TEXT NOT NULL, message_id BIGINT NOT NULL,
        PRIMARY KEY (account_id, submission_id, recipient)) WITHOUT ROWID`),
    ],
  };
}
