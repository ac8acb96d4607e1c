import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * - `submission_report`: delivery status notifications that came for what was sent: `message_id` is the notification (0 where
 *   it is not kept), `recipient` stands in lower case as in the submission's envelope (empty: nobody of them was named),
 *   `action` is that of RFC 3464 §2.3.3, `reply` what an SMTP server had answered.
 * - `upload_by`: who brought an upload; in an account with several users nobody else may use it (RFC 8620 §6.1).
 */
export function reportMigration(version: number): Migration {
  return {
    version,
    name: 'reports',
    up: [
      ddl(`CREATE TABLE submission_report (
        account_id BIGINT NOT NULL, submission_id BIGINT NOT NULL, message_id BIGINT NOT NULL, recipient TEXT NOT NULL,
        action TEXT NOT NULL, reply TEXT,
        PRIMARY KEY (account_id, submission_id, message_id, recipient)) WITHOUT ROWID`),
      ddl(`CREATE TABLE upload_by (
        account_id BIGINT NOT NULL, blob_hash BLOB NOT NULL, uploader BIGINT NOT NULL,
        PRIMARY KEY (account_id, blob_hash, uploader)) WITHOUT ROWID`),
      ddl(`INSERT INTO upload_by (account_id, blob_hash, uploader)
        SELECT account_id, blob_hash, account_id FROM upload`),
    ],
  };
}
