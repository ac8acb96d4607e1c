import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * What a member keeps beside mail: settings, labels, signatures, templates, rules, sender lists, contacts.
 *
 * - `personal_object`: all of it, `value` is the object's JSON without id; `type` as in `personalTypes`. Tombstones are in
 *   `vanished_object`, with the type as kind.
 * - `personal_state`: per type the newest modseq and the next id, so that states cost one small read and no id comes twice.
 * - `recent_recipient`: addresses the member wrote to; `address_key` is in lower case.
 * - `deleted_message`: mail that was deleted for good a short while ago and can be restored; its body stays linked.
 */
export function personalMigration(version: number): Migration {
  return {
    version,
    name: 'personal',
    up: [
      ddl(`CREATE TABLE personal_object (
        account_id BIGINT NOT NULL, type TEXT NOT NULL, id BIGINT NOT NULL, value TEXT NOT NULL,
        modseq BIGINT NOT NULL, created_modseq BIGINT NOT NULL,
        PRIMARY KEY (account_id, type, id)) WITHOUT ROWID`),
      ddl('CREATE INDEX personal_object_modseq ON personal_object (account_id, type, modseq)'),
      ddl(`CREATE TABLE personal_state (
        account_id BIGINT NOT NULL, type TEXT NOT NULL, modseq BIGINT NOT NULL, next_id BIGINT NOT NULL,
        PRIMARY KEY (account_id, type)) WITHOUT ROWID`),
      ddl(`CREATE TABLE recent_recipient (
        account_id BIGINT NOT NULL, address_key TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL,
        uses BIGINT NOT NULL, used_at BIGINT NOT NULL,
        PRIMARY KEY (account_id, address_key)) WITHOUT ROWID`),
      ddl('CREATE INDEX recent_recipient_used ON recent_recipient (account_id, used_at)'),
      ddl(`CREATE TABLE deleted_message (
        account_id BIGINT NOT NULL, id BIGINT NOT NULL, blob_hash BLOB NOT NULL, blob_size BIGINT NOT NULL,
        prefix BLOB NOT NULL, envelope BLOB NOT NULL, mailbox_name TEXT NOT NULL, bits BIGINT NOT NULL,
        keywords TEXT, received_at BIGINT NOT NULL, deleted_at BIGINT NOT NULL,
        PRIMARY KEY (account_id, id))`),
      ddl('CREATE INDEX deleted_message_at ON deleted_message (account_id, deleted_at)'),
      ddl('CREATE INDEX deleted_message_blob ON deleted_message (account_id, substr(blob_hash, 1, 6))'),
    ],
  };
}
