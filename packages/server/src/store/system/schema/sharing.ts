import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Public mailboxes, groups, invitations, grants, outside contacts.
 *
 * - `access_grant`: who may use whose account (PUB-02), with the four rights of a scope as 0 or 1. `access_unit`: the
 *   same for everybody of a department (with those below it; 0: the company) or with a tag.
 * - `mail_group.posting`: who may write to a group (GRP-04); groups of earlier versions took mail from anyone.
 * - `group_unit`: departments and tags whose people are members of a group, or may write to it (`role`).
 * - `group_sender`: addresses that may write to a group. `group_representative`: members who may send as it (GRP-03).
 * - `invitation.token_hash`: SHA-256 of what is in the link, in hexadecimal; the link itself is shown once.
 * - `join_request.secrets`: JSON of credentials in their stored form, emptied when the request is decided.
 * - `import_batch`: an import of people, `import_row` what its rows say and became. `secret`: what first passwords are made
 *   from, kept only while it runs.
 * - `welcome_letter`: who was welcomed (MBX-09).
 */
export function sharingMigration(version: number): Migration {
  return {
    version,
    name: 'sharing',
    up: [
      ddl(`CREATE TABLE access_grant (
        tenant_id BIGINT NOT NULL,
        owner_id BIGINT NOT NULL,
        grantee_id BIGINT NOT NULL,
        may_read BIGINT NOT NULL,
        may_write BIGINT NOT NULL,
        may_send BIGINT NOT NULL,
        may_administer BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, owner_id, grantee_id),
        FOREIGN KEY (tenant_id, owner_id) REFERENCES account (tenant_id, id),
        FOREIGN KEY (tenant_id, grantee_id) REFERENCES account (tenant_id, id))`),
      ddl('CREATE INDEX access_grant_grantee ON access_grant (tenant_id, grantee_id, owner_id)'),
      ddl(`CREATE TABLE group_representative (
        tenant_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, group_id, account_id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES mail_group (tenant_id, id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl(
        'CREATE INDEX group_representative_account ON group_representative (tenant_id, account_id, group_id)',
      ),
      ddl(`CREATE TABLE access_unit (
        tenant_id BIGINT NOT NULL,
        owner_id BIGINT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('department', 'tag')),
        unit_id BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, owner_id, kind, unit_id),
        FOREIGN KEY (tenant_id, owner_id) REFERENCES account (tenant_id, id))`),
      ddl('CREATE INDEX access_unit_of ON access_unit (tenant_id, kind, unit_id, owner_id)'),
      ddl("ALTER TABLE mail_group ADD COLUMN posting TEXT NOT NULL DEFAULT 'anyone'"),
      ddl("ALTER TABLE mail_group ADD COLUMN search_text TEXT NOT NULL DEFAULT ''"),
      ddl(`UPDATE mail_group SET search_text = COALESCE((
        SELECT LOWER(mail_group.display_name) || ' ' || p.local_key || '@' || d.unicode_name FROM address p
        JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
        WHERE p.tenant_id = mail_group.tenant_id AND p.group_id = mail_group.id), '')`),
      ddl(`CREATE TABLE group_unit (
        tenant_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('member', 'sender')),
        kind TEXT NOT NULL CHECK (kind IN ('department', 'tag')),
        unit_id BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, group_id, role, kind, unit_id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES mail_group (tenant_id, id))`),
      ddl(`CREATE TABLE group_sender (
        tenant_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        sender_key TEXT NOT NULL,
        address TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, group_id, sender_key),
        FOREIGN KEY (tenant_id, group_id) REFERENCES mail_group (tenant_id, id))`),
      ddl(`CREATE TABLE invitation (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        token_hash TEXT NOT NULL UNIQUE,
        label TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        revoked_at BIGINT,
        max_uses BIGINT,
        uses BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE join_request (
        tenant_id BIGINT NOT NULL,
        id BIGINT NOT NULL UNIQUE,
        invitation_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        mobile TEXT NOT NULL,
        address TEXT NOT NULL,
        address_key TEXT NOT NULL,
        secrets TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'refused')),
        client_address TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        decided_at BIGINT,
        decided_by TEXT,
        account_id BIGINT,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitation (tenant_id, id))`),
      ddl(
        "CREATE UNIQUE INDEX join_request_address ON join_request (tenant_id, address_key) WHERE state = 'waiting'",
      ),
      ddl('CREATE INDEX join_request_state ON join_request (tenant_id, state, id)'),
      ddl(`CREATE TABLE import_batch (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        file_name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('previewed', 'running', 'done', 'undone')),
        options TEXT NOT NULL,
        total BIGINT NOT NULL,
        created BIGINT NOT NULL,
        failed BIGINT NOT NULL,
        secret TEXT NOT NULL,
        secret_hash TEXT NOT NULL,
        heard_at BIGINT NOT NULL,
        created_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        finished_at BIGINT,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE import_row (
        tenant_id BIGINT NOT NULL,
        batch_id BIGINT NOT NULL,
        line BIGINT NOT NULL,
        cells TEXT NOT NULL,
        problems TEXT NOT NULL,
        account_id BIGINT,
        PRIMARY KEY (tenant_id, batch_id, line),
        FOREIGN KEY (tenant_id, batch_id) REFERENCES import_batch (tenant_id, id))`),
      ddl(`CREATE TABLE welcome_letter (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        sent_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl(`CREATE TABLE outside_contact_group (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE UNIQUE INDEX outside_contact_group_name ON outside_contact_group (tenant_id, name_key)'),
      ddl(`CREATE TABLE outside_contact (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        id BIGINT NOT NULL UNIQUE,
        group_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        address_key TEXT NOT NULL,
        organisation TEXT NOT NULL,
        job_title TEXT NOT NULL,
        mobile TEXT NOT NULL,
        phone TEXT NOT NULL,
        note TEXT NOT NULL,
        sort_key TEXT NOT NULL,
        search_text TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE UNIQUE INDEX outside_contact_address ON outside_contact (tenant_id, address_key)'),
      ddl('CREATE INDEX outside_contact_sort ON outside_contact (tenant_id, sort_key, id)'),
      ddl('CREATE INDEX outside_contact_group_of ON outside_contact (tenant_id, group_id, sort_key, id)'),
    ],
  };
}
