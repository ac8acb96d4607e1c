import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * What JMAP keeps beside mail.
 *
 * - `mailbox.sort_order`: null until a client sets it.
 * - `identity`: what a member set for an address; `address_key` is the lower-case address it belongs to.
 * - `email_submission`: messages sent through JMAP. `undo_until` while it is held back.
 * - `upload`: bodies that were uploaded and are not (yet) part of a message.
 * - `vanished_object`: tombstones of identities (`i`) and submissions (`s`).
 */
export function emailMigration(version: number): Migration {
  return {
    version,
    name: 'jmap',
    up: [
      ddl('ALTER TABLE mailbox ADD COLUMN sort_order BIGINT'),
      ddl(`CREATE TABLE identity (
        account_id BIGINT NOT NULL, id BIGINT NOT NULL, address TEXT NOT NULL, name TEXT NOT NULL,
        reply_to TEXT, bcc TEXT, text_signature TEXT NOT NULL, html_signature TEXT NOT NULL,
        modseq BIGINT NOT NULL, created_modseq BIGINT NOT NULL,
        PRIMARY KEY (account_id, id)) WITHOUT ROWID`),
      ddl(`CREATE TABLE email_submission (
        account_id BIGINT NOT NULL, id BIGINT NOT NULL, identity_id BIGINT NOT NULL, message_id BIGINT NOT NULL,
        thread_id BIGINT NOT NULL, envelope TEXT NOT NULL, send_at BIGINT NOT NULL, status TEXT NOT NULL,
        queue_id TEXT, modseq BIGINT NOT NULL, created_modseq BIGINT NOT NULL,
        PRIMARY KEY (account_id, id)) WITHOUT ROWID`),
      ddl('CREATE INDEX email_submission_send_at ON email_submission (account_id, send_at)'),
      ddl(`CREATE TABLE upload (
        account_id BIGINT NOT NULL, blob_hash BLOB NOT NULL, size BIGINT NOT NULL, type TEXT NOT NULL,
        expires_at BIGINT NOT NULL, PRIMARY KEY (account_id, blob_hash)) WITHOUT ROWID`),
      ddl('CREATE INDEX upload_expiry ON upload (account_id, expires_at)'),
      ddl(`CREATE TABLE vanished_object (
        account_id BIGINT NOT NULL, kind TEXT NOT NULL, modseq BIGINT NOT NULL, id BIGINT NOT NULL,
        PRIMARY KEY (account_id, kind, modseq, id)) WITHOUT ROWID`),
    ],
  };
}
