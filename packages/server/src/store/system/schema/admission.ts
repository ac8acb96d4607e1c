import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * How people get in for the first time, and what is asked of them.
 *
 * - `activation_link`: at most one for an account; only the SHA-256 of its token is kept, hexadecimal.
 * - `factor_policy`, `factor_policy_target`: of whom the company demands a second factor; no row: of nobody. `since` is
 *   when the demand was made, `grace_ms` how long after it people may put it off.
 */
export function admissionMigration(version: number): Migration {
  return {
    version,
    name: 'admission',
    up: [
      ddl(`CREATE TABLE activation_link (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE,
        purpose TEXT NOT NULL CHECK (purpose IN ('activate', 'reset')),
        sent_to TEXT,
        created_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT,
        PRIMARY KEY (tenant_id, account_id),
        FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`),
      ddl(`CREATE TABLE factor_policy (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        applies_to TEXT NOT NULL CHECK (applies_to IN ('everybody', 'administrators', 'selected', 'nobody')),
        grace_ms BIGINT NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (tenant_id))`),
      ddl(`CREATE TABLE factor_policy_target (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        target_kind TEXT NOT NULL CHECK (target_kind IN ('department', 'account')),
        target_id BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, target_kind, target_id))`),
    ],
  };
}
