import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * State of domains, DNS checks, certificates.
 *
 * - `domain_status`: what the last look into the DNS said about a domain, when to look again, what a person decided
 *   about it (real name, ICP filing), and to which domain its addresses have moved (`successor_id`, a trial domain).
 * - `domain_claim`: a tenant's wish to have a domain that another tenant uses (DOM-10).
 * - `work_lease`: which process does a piece of work that only one may do.
 * - `certificate`, `certificate_order`, `acme_account`, `acme_challenge`: certificates per host name (SEC-11). Tenant 0
 *   is the installation. Keys are sealed under the master key.
 */
export function domainsMigration(version: number): Migration {
  return {
    version,
    name: 'domains',
    up: [
      ddl(`CREATE TABLE domain_status (
        tenant_id BIGINT NOT NULL,
        domain_id BIGINT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'drifted', 'gone', 'ended')),
        state_since BIGINT NOT NULL,
        looks BIGINT NOT NULL,
        bad_looks BIGINT NOT NULL,
        checked_at BIGINT,
        next_look_at BIGINT NOT NULL,
        mx_bad_since BIGINT,
        activated_at BIGINT,
        real_name TEXT NOT NULL CHECK (real_name IN ('not_required', 'pending', 'approved')),
        icp_filed BIGINT NOT NULL,
        trial BIGINT NOT NULL,
        successor_id BIGINT,
        successor_until BIGINT,
        dns_host TEXT,
        report TEXT,
        PRIMARY KEY (tenant_id, domain_id))`),
      ddl('CREATE INDEX domain_status_due ON domain_status (next_look_at)'),
      ddl(`CREATE TABLE domain_claim (
        tenant_id BIGINT NOT NULL,
        name TEXT NOT NULL,
        token TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('unverified', 'protected')),
        created_at BIGINT NOT NULL,
        verified_at BIGINT,
        due_at BIGINT,
        warned_at BIGINT,
        PRIMARY KEY (tenant_id, name))`),
      ddl("CREATE UNIQUE INDEX domain_claim_protected ON domain_claim (name) WHERE state = 'protected'"),
      ddl(`CREATE TABLE work_lease (
        name TEXT NOT NULL PRIMARY KEY,
        holder TEXT NOT NULL,
        expires_at BIGINT NOT NULL)`),
      ddl(`CREATE TABLE certificate (
        tenant_id BIGINT NOT NULL,
        id BIGINT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('acme', 'uploaded')),
        names TEXT NOT NULL,
        chain TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        not_before BIGINT NOT NULL,
        not_after BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE certificate_order (
        name TEXT NOT NULL PRIMARY KEY,
        certificate_id BIGINT,
        attempts BIGINT NOT NULL,
        next_attempt_at BIGINT NOT NULL,
        last_error TEXT)`),
      ddl(`CREATE TABLE acme_account (
        directory TEXT NOT NULL PRIMARY KEY,
        url TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        created_at BIGINT NOT NULL)`),
      ddl(`CREATE TABLE acme_challenge (
        token TEXT NOT NULL PRIMARY KEY,
        key_authorization TEXT NOT NULL,
        expires_at BIGINT NOT NULL)`),
    ],
  };
}
