import type { Migration } from '../sql/migrate.ts';
import { statement } from '../sql/port.ts';

/**
 * `web_session`: browsers that are signed in (`browser`) and tokens of programs (`token`). Only the hash of the secret is
 * kept. `credential_id` is the password that was shown at sign-in: once that row is gone the session is void, whoever
 * changed the password.
 */
export function webSessionMigration(version: number): Migration {
  const hash = (type: string): string => `CREATE TABLE web_session (
    tenant_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    id TEXT NOT NULL,
    token_hash ${type} NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('browser', 'token')),
    credential_id BIGINT NOT NULL,
    label TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    idle_ms BIGINT,
    PRIMARY KEY (tenant_id, account_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id))`;
  return {
    version,
    name: 'web sessions',
    up: [
      statement({ sqlite: hash('BLOB'), postgres: hash('BYTEA') }),
      statement('CREATE INDEX web_session_expiry ON web_session (expires_at)'),
    ],
  };
}
