import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Annotations of folders (RFC 5464), who may do what in them (RFC 4314), and what exact threads need.
 *
 * - `folder_right`: rights that the owner gave in a folder; grantee 0 is everybody in the company. `rights` holds letters of
 *   RFC 4314 §2.1 without the obsolete ones.
 * - `annotation`: mailbox 0 is the account itself; `holder_id` 0 is shared, else the account whose private value it is.
 * - `message.reference_ids`: message ids of References, else In-Reply-To, each on a line; NULL where nobody has looked yet.
 */
export function shareMigration(version: number): Migration {
  return {
    version,
    name: 'shares',
    up: [
      ddl(`CREATE TABLE folder_right (
        account_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, grantee_id BIGINT NOT NULL, rights TEXT NOT NULL,
        PRIMARY KEY (account_id, mailbox_id, grantee_id)) WITHOUT ROWID`),
      ddl(`CREATE TABLE annotation (
        account_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL, holder_id BIGINT NOT NULL, entry TEXT NOT NULL,
        value BLOB NOT NULL, PRIMARY KEY (account_id, mailbox_id, holder_id, entry))`),
      ddl('ALTER TABLE message ADD COLUMN reference_ids TEXT'),
    ],
  };
}
