import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * - `folder_subscription`: whether somebody who is not the account itself is subscribed to a folder of it (RFC 8621 §2, RFC 9051
 *   §6.3.7). `holder_id` is that person's account. No row: not subscribed. Whoever unsubscribes keeps a row, for its `modseq`
 *   tells their own clients that something changed. The account's own subscriptions stand in `mailbox`.
 */
export function subscriptionMigration(version: number): Migration {
  return {
    version,
    name: 'subscriptions',
    up: [
      ddl(`CREATE TABLE folder_subscription (
        account_id BIGINT NOT NULL, holder_id BIGINT NOT NULL, mailbox_id BIGINT NOT NULL,
        subscribed BIGINT NOT NULL, modseq BIGINT NOT NULL,
        PRIMARY KEY (account_id, holder_id, mailbox_id)) WITHOUT ROWID`),
    ],
  };
}
