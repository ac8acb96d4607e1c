import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Administrators, operation records, API tokens, idempotency keys.
 *
 * - `operation`: what administrators did (LOG-03), written in the transaction of the act. `details` is JSON: before and
 *   after of what changed, never a secret.
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
    ],
  };
}
