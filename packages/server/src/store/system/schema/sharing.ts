import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Public mailboxes, groups, invitations, grants.
 *
 * - `access_grant`: who may use whose account (PUB-02), with the four rights of a scope as 0 or 1.
 * - `group_representative`: members who may send as a group (GRP-03).
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
    ],
  };
}
