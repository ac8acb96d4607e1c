import { ddl } from '../sql/ddl.ts';
import type { Migration } from '../sql/migrate.ts';
import { emailMigration } from './emails/schema.ts';
import { deletedDaysMigration } from './personal/deleted-days.ts';
import { personalMigration } from './personal/schema.ts';
import { envelopeMigration } from './push/envelope-schema.ts';
import { reportMigration } from './push/report-schema.ts';
import { pushMigration } from './push/schema.ts';
import { scriptMigration } from './scripts/schema.ts';
import { shareMigration } from './shares/schema.ts';
import { subscriptionMigration } from './shares/subscription-schema.ts';

/**
 * The tables of an account. Every key starts with `account_id`, so that the same tables serve a file of one account, a
 * file shared by many, and a PostgreSQL shard.
 *
 * - `account_state`: one row; the change counter, the highest modseq per type, id counters, use, the epoch rule's marks.
 * - `mailbox`: folders with their counters. `modseq` moves with anything in it, `counts_modseq` and `props_modseq` with
 *   what JMAP tells apart (RFC 8621 §2.2).
 * - `message`: what a message is; `filed`: where it is filed, with its flags. `filed` repeats date, size and whether there is an attachment, so that
 *   lists and searches read narrow rows only. `keywords` holds keyword ids, ascending, joined by commas, or NULL.
 *   `origin_id` is the message that a copy was made from at first: they share one EMAILID (RFC 8474 §5.1).
 * - `vanished`: what is no longer filed where it was; `destroyed` when the message itself is gone too.
 * - `thread_ref`: hash of (message id, base subject) → thread. A thread has the id of its first message.
 * - `thread_merge`: threads that turned out to be one: who refers to `thread_id` joins `into_id`.
 * - `subscription`: subscribed names that no mailbox has (RFC 9051 §6.3.7); others are marked in `mailbox`, and those of
 *   other people in `folder_subscription`.
 * - `uid_vector`: a mailbox's UIDs at one modseq, packed. Derived, may be missing or old.
 */
const initial: Migration = {
  version: 1,
  name: 'account',
  up: [
    ddl(`CREATE TABLE account_state (
      account_id BIGINT NOT NULL PRIMARY KEY,
      modseq BIGINT NOT NULL, floor_modseq BIGINT NOT NULL, base_modseq BIGINT NOT NULL,
      mail_modseq BIGINT NOT NULL, mailbox_modseq BIGINT NOT NULL, thread_modseq BIGINT NOT NULL,
      next_message BIGINT NOT NULL, next_mailbox BIGINT NOT NULL, next_keyword BIGINT NOT NULL,
      last_uidvalidity BIGINT NOT NULL, used_bytes BIGINT NOT NULL, used_count BIGINT NOT NULL,
      epoch BIGINT NOT NULL, clean BIGINT NOT NULL, boot_id TEXT NOT NULL,
      pruned_at BIGINT NOT NULL, created_at BIGINT NOT NULL) WITHOUT ROWID`),
    ddl(`CREATE TABLE mailbox (
      account_id BIGINT NOT NULL, id BIGINT NOT NULL,
      parent_id BIGINT NOT NULL, name TEXT NOT NULL, role TEXT, subscribed BIGINT NOT NULL,
      uidvalidity BIGINT NOT NULL, uidnext BIGINT NOT NULL,
      modseq BIGINT NOT NULL, counts_modseq BIGINT NOT NULL, props_modseq BIGINT NOT NULL,
      created_modseq BIGINT NOT NULL,
      total BIGINT NOT NULL, unseen BIGINT NOT NULL, deleted BIGINT NOT NULL, bytes BIGINT NOT NULL,
      PRIMARY KEY (account_id, id),
      UNIQUE (account_id, parent_id, name)) WITHOUT ROWID`),
    ddl('CREATE UNIQUE INDEX mailbox_role ON mailbox (account_id, role) WHERE role IS NOT NULL'),
    ddl(`CREATE TABLE vanished_mailbox (
      account_id BIGINT NOT NULL, modseq BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, at BIGINT NOT NULL,
      PRIMARY KEY (account_id, modseq, mailbox_id)) WITHOUT ROWID`),
    ddl(`CREATE TABLE subscription (
      account_id BIGINT NOT NULL, path TEXT NOT NULL,
      PRIMARY KEY (account_id, path)) WITHOUT ROWID`),
    ddl(`CREATE TABLE message (
      account_id BIGINT NOT NULL, id BIGINT NOT NULL, origin_id BIGINT, thread_id BIGINT NOT NULL,
      blob_hash BLOB NOT NULL, blob_size BIGINT NOT NULL, prefix BLOB NOT NULL, sent_at BIGINT, sent_offset BIGINT,
      envelope BLOB NOT NULL, structure BLOB NOT NULL, parts BLOB NOT NULL, preview TEXT NOT NULL,
      PRIMARY KEY (account_id, id))`),
    ddl('CREATE INDEX message_thread ON message (account_id, thread_id)'),
    // Six bytes of the hash find the row; the whole hash is compared in it.
    ddl('CREATE INDEX message_blob ON message (account_id, substr(blob_hash, 1, 6))'),
    ddl(`CREATE TABLE filed (
      account_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, uid BIGINT NOT NULL, message_id BIGINT NOT NULL,
      bits BIGINT NOT NULL, keywords TEXT, modseq BIGINT NOT NULL, created_modseq BIGINT NOT NULL,
      received_at BIGINT NOT NULL, saved_at BIGINT NOT NULL, size BIGINT NOT NULL, attachment BIGINT NOT NULL,
      PRIMARY KEY (account_id, mailbox_id, uid)) WITHOUT ROWID`),
    ddl('CREATE INDEX filed_modseq ON filed (account_id, mailbox_id, modseq)'),
    ddl('CREATE INDEX filed_message ON filed (account_id, message_id)'),
    ddl('CREATE INDEX filed_received ON filed (account_id, mailbox_id, received_at)'),
    ddl('CREATE INDEX filed_unseen ON filed (account_id, mailbox_id, uid) WHERE (bits & 1) = 0'),
    ddl('CREATE INDEX filed_flagged ON filed (account_id, mailbox_id, uid) WHERE (bits & 4) <> 0'),
    ddl('CREATE INDEX filed_deleted ON filed (account_id, mailbox_id, uid) WHERE (bits & 8) <> 0'),
    ddl('CREATE INDEX filed_keywords ON filed (account_id, mailbox_id, uid) WHERE keywords IS NOT NULL'),
    ddl(`CREATE TABLE vanished (
      account_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, modseq BIGINT NOT NULL, uid BIGINT NOT NULL,
      message_id BIGINT NOT NULL, thread_id BIGINT NOT NULL, destroyed BIGINT NOT NULL, at BIGINT NOT NULL,
      PRIMARY KEY (account_id, mailbox_id, modseq, uid)) WITHOUT ROWID`),
    ddl('CREATE INDEX vanished_modseq ON vanished (account_id, modseq)'),
    ddl(`CREATE TABLE keyword (
      account_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
      PRIMARY KEY (account_id, id), UNIQUE (account_id, name_key)) WITHOUT ROWID`),
    ddl(`CREATE TABLE thread_ref (
      account_id BIGINT NOT NULL, ref BIGINT NOT NULL, thread_id BIGINT NOT NULL,
      PRIMARY KEY (account_id, ref)) WITHOUT ROWID`),
    ddl(`CREATE TABLE thread_merge (
      account_id BIGINT NOT NULL, thread_id BIGINT NOT NULL, into_id BIGINT NOT NULL,
      PRIMARY KEY (account_id, thread_id)) WITHOUT ROWID`),
    ddl(`CREATE TABLE applied_delivery (
      account_id BIGINT NOT NULL, delivery_id TEXT NOT NULL,
      mailbox_id BIGINT NOT NULL, uid BIGINT NOT NULL, at BIGINT NOT NULL,
      PRIMARY KEY (account_id, delivery_id)) WITHOUT ROWID`),
    ddl('CREATE INDEX applied_delivery_at ON applied_delivery (account_id, at)'),
    ddl(`CREATE TABLE released_blob (
      account_id BIGINT NOT NULL, blob_hash BLOB NOT NULL, at BIGINT NOT NULL,
      PRIMARY KEY (account_id, blob_hash)) WITHOUT ROWID`),
    ddl(`CREATE TABLE uid_vector (
      account_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, modseq BIGINT NOT NULL, uidnext BIGINT NOT NULL,
      uids BLOB NOT NULL, PRIMARY KEY (account_id, mailbox_id))`),
  ],
};

/** Steps of the account schema. They run lazily, when a file is opened. */
export const accountMigrations: readonly Migration[] = [
  initial,
  emailMigration(2),
  scriptMigration(3),
  personalMigration(4),
  shareMigration(5),
  pushMigration(6),
  deletedDaysMigration(7),
  reportMigration(8),
  subscriptionMigration(9),
  envelopeMigration(10),
];
