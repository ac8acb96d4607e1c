import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Administrators, operation records, API tokens, idempotency keys.
 *
 * - `operation`: what administrators did (LOG-03), written in the transaction of the act. `details` is JSON: before and
 *   after of what changed, never a secret.
 * - `administrator`: who administers a tenant (TEN-34 to TEN-36), one of them its owner. `functions` is a JSON object from
 *   function to `view` or `manage`, `departments` a JSON list of the departments at the top of what is in reach, null for
 *   all; both only count for `scoped`. Whoever has a row has `account.role` 'administrator', and the other way round.
 * - `api_token`: keys for programs; only a hash is kept. It acts for `account_id`, who made it, and never reaches further.
 * - `idempotency`: answers of the API kept under the caller's key; `status` null while the request runs.
 */
export function administrationMigration(version: number): Migration {
  return {
    version,
    name: 'administration',
    up: [
      ddl(`CREATE TABLE operation (
        tenant_id BIGINT NOT NULL,
        id BIGINT NOT NULL,
        at BIGINT NOT NULL,
        actor_id BIGINT,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        target_kind TEXT NOT NULL,
        target TEXT NOT NULL,
        client_address TEXT,
        details TEXT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl('CREATE INDEX operation_at ON operation (tenant_id, at, id)'),
      ddl(`CREATE TABLE administrator (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('owner', 'super', 'scoped')),
        functions TEXT NOT NULL,
        departments TEXT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl("CREATE UNIQUE INDEX administrator_owner ON administrator (tenant_id) WHERE role = 'owner'"),
      ddl(`INSERT INTO administrator (tenant_id, account_id, role, functions, departments, created_at)
        SELECT a.tenant_id, a.id,
          CASE WHEN a.id = (SELECT MIN(b.id) FROM account b WHERE b.tenant_id = a.tenant_id
            AND b.role = 'administrator' AND b.removed_at IS NULL) THEN 'owner' ELSE 'super' END,
          '{}', NULL, a.created_at
        FROM account a WHERE a.role = 'administrator' AND a.removed_at IS NULL`),
      ddl(`CREATE TABLE api_token (
        tenant_id BIGINT NOT NULL,
        id BIGINT NOT NULL UNIQUE,
        account_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        token_hash BLOB NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        functions TEXT NOT NULL,
        departments TEXT,
        created_at BIGINT NOT NULL,
        expires_at BIGINT,
        used_at BIGINT,
        used_from TEXT,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl(`CREATE TABLE idempotency (
        tenant_id BIGINT NOT NULL,
        caller TEXT NOT NULL,
        operation TEXT NOT NULL,
        name TEXT NOT NULL,
        request_hash TEXT NOT NULL,
        status BIGINT,
        location TEXT,
        body TEXT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, caller, operation, name))`),
      ddl('CREATE INDEX idempotency_age ON idempotency (created_at)'),
    ],
  };
}
