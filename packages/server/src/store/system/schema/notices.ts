import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * What administrators are told of.
 *
 * - `notice`: what happened, as a kind and its values (JSON); the words are made for each reader. `mark` names something
 *   that is told once. `by_mail` with `mailed_at` null: it waits to be mailed.
 * - `notice_setting`: what the company chose for an event (JSON); no row: the default.
 * - `notice_read`: how far an administrator has read in the console.
 */
export function noticesMigration(version: number): Migration {
  return {
    version,
    name: 'notices',
    up: [
      ddl(`CREATE TABLE notice (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL,
        event TEXT NOT NULL,
        kind TEXT NOT NULL,
        at BIGINT NOT NULL,
        details TEXT NOT NULL,
        mark TEXT,
        in_console BIGINT NOT NULL,
        by_mail BIGINT NOT NULL,
        mailed_at BIGINT,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE UNIQUE INDEX notice_mark ON notice (tenant_id, mark)'),
      ddl('CREATE INDEX notice_waiting ON notice (tenant_id, id) WHERE by_mail = 1 AND mailed_at IS NULL'),
      ddl(`CREATE TABLE notice_setting (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        event TEXT NOT NULL,
        choice TEXT NOT NULL,
        PRIMARY KEY (tenant_id, event))`),
      ddl(`CREATE TABLE notice_read (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        up_to BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
    ],
  };
}
