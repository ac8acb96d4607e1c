import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';

/**
 * Client passwords, second factor, client access.
 *
 * - `client_password`: secrets for mail clients (CLI-04). Only a keyed hash and the keys of SCRAM are kept.
 * - `sign_in_setting`: what members choose for themselves (CLI-02, CLI-03); no row: the defaults.
 * - `sign_in_policy`, `sign_in_policy_target`: what administrators decide (CLI-01, SEC-06), for everybody or for some.
 * - `second_factor`: `secret` is wrapped under the installation's key. `last_step` is the newest step of time whose code
 *   was used; `failures` and `failed_at` slow guessing down in all processes.
 * - `trusted_device`: browsers that are not asked for the second factor for a while.
 * - `revocation`: a growing list of accounts of which something that let them in was taken away. Whoever holds a
 *   connection open reads on from where it was and looks again; `account_id` 0 stands for the whole tenant.
 * - `push_subscription`: where to push what changed (RFC 8620 §7.2). They belong to what their owner signed in with and end
 *   with it. `told` is JSON: the states that were pushed last. `types` is JSON, null for all.
 * - `web_session.confirmed_at`: when the owner proved again who they are, until a sharp act uses it up (SEC-10).
 */
export function signInMigration(version: number): Migration {
  const account = 'FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)';
  return {
    version,
    name: 'sign-in',
    up: [
      ddl(`CREATE TABLE client_password (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        id BIGINT NOT NULL,
        name TEXT NOT NULL,
        verifier TEXT NOT NULL,
        scram TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_at BIGINT,
        last_service TEXT,
        last_address TEXT,
        PRIMARY KEY (tenant_id, account_id, id),
        ${account})`),
      ddl(`CREATE TABLE sign_in_setting (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        clients_enabled BIGINT NOT NULL,
        safe_sign_in BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id),
        ${account})`),
      ddl(`CREATE TABLE sign_in_policy (
        tenant_id BIGINT NOT NULL REFERENCES tenant (id),
        kind TEXT NOT NULL CHECK (kind IN ('client-access', 'safe-sign-in')),
        applies_to TEXT NOT NULL CHECK (applies_to IN ('everybody', 'selected', 'nobody')),
        PRIMARY KEY (tenant_id, kind))`),
      ddl(`CREATE TABLE sign_in_policy_target (
        tenant_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        target_kind TEXT NOT NULL CHECK (target_kind IN ('department', 'account')),
        target_id BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, kind, target_kind, target_id),
        FOREIGN KEY (tenant_id, kind) REFERENCES sign_in_policy (tenant_id, kind))`),
      ddl(`CREATE TABLE second_factor (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('totp')),
        secret TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        confirmed_at BIGINT,
        last_step BIGINT NOT NULL,
        failures BIGINT NOT NULL,
        failed_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id, kind),
        ${account})`),
      ddl(`CREATE TABLE recovery_code (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        id BIGINT NOT NULL,
        verifier TEXT NOT NULL,
        used_at BIGINT,
        PRIMARY KEY (tenant_id, account_id, id),
        ${account})`),
      ddl(`CREATE TABLE trusted_device (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        id TEXT NOT NULL,
        verifier TEXT NOT NULL,
        label TEXT NOT NULL,
        address TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, account_id, id),
        ${account})`),
      ddl(`CREATE TABLE revocation (
        tenant_id BIGINT NOT NULL,
        id BIGINT NOT NULL UNIQUE,
        account_id BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, id))`),
      ddl(`CREATE TABLE push_subscription (
        tenant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        id BIGINT NOT NULL,
        device_client_id TEXT NOT NULL,
        url TEXT NOT NULL,
        p256dh TEXT,
        auth TEXT,
        types TEXT,
        code TEXT NOT NULL,
        verified BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        told TEXT NOT NULL,
        credential_kind TEXT NOT NULL CHECK (credential_kind IN ('session', 'password', 'client-password')),
        credential_id TEXT NOT NULL,
        PRIMARY KEY (tenant_id, account_id, id),
        ${account})`),
      ddl('CREATE INDEX push_subscription_expiry ON push_subscription (expires_at)'),
      ddl('ALTER TABLE web_session ADD COLUMN confirmed_at BIGINT'),
    ],
  };
}
