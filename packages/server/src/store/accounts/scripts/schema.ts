import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Filter scripts.
 *
 * - `sieve_script`: the owner's scripts; at most one has `active` 1.
 * - `sieve_memory`: what scripts did and must not do again before `expires_at`: who was answered, which messages were
 *   seen, what was sent for a delivery. `kind` keeps the purposes apart, `memory_key` is a digest.
 */
export function scriptMigration(version: number): Migration {
  return {
    version,
    name: 'sieve',
    up: [
      ddl(`CREATE TABLE sieve_script (
        account_id BIGINT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, size BIGINT NOT NULL,
        active BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (account_id, name))`),
      ddl('CREATE UNIQUE INDEX sieve_script_active ON sieve_script (account_id) WHERE active = 1'),
      ddl(`CREATE TABLE sieve_memory (
        account_id BIGINT NOT NULL, kind TEXT NOT NULL, memory_key TEXT NOT NULL, expires_at BIGINT NOT NULL,
        PRIMARY KEY (account_id, kind, memory_key)) WITHOUT ROWID`),
      ddl('CREATE INDEX sieve_memory_expiry ON sieve_memory (account_id, expires_at)'),
    ],
  };
}
