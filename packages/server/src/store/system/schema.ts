import { ddl } from '../sql/ddl.ts';
import type { Migration } from '../sql/migrate.ts';
import { dkimKeyMigration } from './dkim-keys.ts';
import { maildropLeaseMigration } from './maildrop-leases.ts';
import { administrationMigration } from './schema/administration.ts';
import { admissionMigration } from './schema/admission.ts';
import { domainsMigration } from './schema/domains.ts';
import { folderSharesMigration } from './schema/folder-shares.ts';
import { noticesMigration } from './schema/notices.ts';
import { organisationMigration } from './schema/organisation.ts';
import { sharingMigration } from './schema/sharing.ts';
import { signInMigration } from './schema/sign-in.ts';
import { snoozedMailMigration } from './schema/snoozed-mail.ts';
import { webSessionMigration } from './web-session-schema.ts';

/**
 * `system.db`: who exists and what is set. Every table of a tenant has `tenant_id` first in its key.
 *
 * `address` is the one namespace of a domain: members, public mailboxes, aliases and groups all take their row there,
 * so that its key is what keeps two of them from having the same address, whoever inserts first.
 */
export const systemMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'directory',
    up: [
      ddl('CREATE TABLE id_sequence (name TEXT PRIMARY KEY, last_id BIGINT NOT NULL)'),
      ddl('CREATE TABLE directory_version (id BIGINT PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL)'),
      ddl('INSERT INTO directory_version (id, version) VALUES (1, 1)'),
      ddl(`CREATE TABLE tenant (
        id BIGINT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at BIGINT NOT NULL)`),
      ddl(`CREATE TABLE domain (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE,
        unicode_name TEXT NOT NULL,
        is_primary BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE account (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'public')),
        display_name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('member', 'administrator')),
        language TEXT,
        quota_bytes BIGINT,
        quota_messages BIGINT,
        disabled_at BIGINT,
        removed_at BIGINT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE mail_group (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        display_name TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE address (
        tenant_id BIGINT NOT NULL,
        domain_id BIGINT NOT NULL,
        local_key TEXT NOT NULL,
        local_part TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('primary', 'alias', 'group')),
        account_id BIGINT,
        group_id BIGINT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, domain_id, local_key),
        FOREIGN KEY (tenant_id, domain_id) REFERENCES domain (tenant_id, id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES mail_group (tenant_id, id),
        CHECK ((kind = 'group') = (group_id IS NOT NULL) AND (kind = 'group') = (account_id IS NULL)))`),
      ddl("CREATE UNIQUE INDEX address_primary ON address (tenant_id, account_id) WHERE kind = 'primary'"),
      ddl('CREATE INDEX address_account ON address (tenant_id, account_id)'),
      ddl('CREATE UNIQUE INDEX address_group ON address (tenant_id, group_id)'),
      ddl(`CREATE TABLE group_member (
        tenant_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        member_key TEXT NOT NULL,
        address TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, group_id, member_key),
        FOREIGN KEY (tenant_id, group_id) REFERENCES mail_group (tenant_id, id))`),
      ddl(`CREATE TABLE credential (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        id BIGINT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('password', 'scram-sha-256')),
        secret TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id, id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl(`CREATE TABLE setting (
        tenant_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (tenant_id, name))`),
      ddl(`CREATE TABLE placement (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('file', 'shard', 'postgres')),
        location TEXT NOT NULL,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
    ],
  },
  webSessionMigration(2),
  maildropLeaseMigration(3),
  dkimKeyMigration(4),
  organisationMigration(5),
  sharingMigration(6),
  administrationMigration(7),
  domainsMigration(8),
  signInMigration(9),
  folderSharesMigration(10),
  snoozedMailMigration(11),
  admissionMigration(12),
  noticesMigration(13),
];
