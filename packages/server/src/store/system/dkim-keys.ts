import type { TenantId } from '../../platform/ids.ts';
import type { Migration } from '../sql/migrate.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

/**
 * `dkim_key`: what a domain signs its mail with (RFC 6376 §3.6). A key signs from `active_from` until `retired_at`; its
 * record stays published for a while longer. The private key is sealed under the master key.
 */
export function dkimKeyMigration(version: number): Migration {
  const table = (bytes: string): string => `CREATE TABLE dkim_key (
    tenant_id BIGINT NOT NULL,
    domain_id BIGINT NOT NULL,
    selector TEXT NOT NULL,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('rsa-sha256', 'ed25519-sha256')),
    wrapped ${bytes} NOT NULL,
    public_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (tenant_id, domain_id, selector),
    FOREIGN KEY (tenant_id, domain_id) REFERENCES domain (tenant_id, id))`;
  return {
    version,
    name: 'dkim keys',
    up: [statement({ sqlite: table('BLOB'), postgres: table('BYTEA') })],
  };
}

export interface DkimKeyRow {
  readonly tenant_id: TenantId;
  readonly domain_id: number;
  readonly selector: string;
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  /** PKCS #8 (DER), sealed. */
  readonly wrapped: Uint8Array;
  /** As in `p=` of the key record. */
  readonly public_key: string;
  readonly created_at: number;
  readonly active_from: number;
  /** Signs until then; null while nothing is to replace it. */
  readonly retired_at: number | null;
}

const columns =
  'tenant_id, domain_id, selector, algorithm, wrapped, public_key, created_at, active_from, retired_at';
const insert = statement(`INSERT INTO dkim_key (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`);
const selectAll = statement(
  `SELECT ${columns} FROM dkim_key WHERE tenant_id = $1 AND domain_id = $2
   ORDER BY active_from, created_at, algorithm DESC, selector`,
);
const setTerm = statement(
  `UPDATE dkim_key SET active_from = $4, retired_at = $5
   WHERE tenant_id = $1 AND domain_id = $2 AND selector = $3`,
);
const deleteOld = statement(
  'DELETE FROM dkim_key WHERE tenant_id = $1 AND domain_id = $2 AND retired_at < $3',
);
const deleteAll = statement('DELETE FROM dkim_key WHERE tenant_id = $1 AND domain_id = $2');

export async function insertDkimKey(tx: SqlTransaction, row: DkimKeyRow): Promise<void> {
  const { tenant_id, domain_id, selector, algorithm, wrapped, public_key } = row;
  const times = [row.created_at, row.active_from, row.retired_at];
  await tx.run(insert, tenant_id, domain_id, selector, algorithm, wrapped, public_key, ...times);
}

/** Keys of a domain, those that sign first first. */
export async function listDkimKeyRows(
  reader: SqlReader,
  tenantId: TenantId,
  domainId: number,
): Promise<DkimKeyRow[]> {
  return reader.all<DkimKeyRow>(selectAll, tenantId, domainId);
}

/** Changes from when to when a key signs. */
export async function setDkimKeyTerm(
  tx: SqlTransaction,
  row: DkimKeyRow,
  activeFrom: number,
  retiredAt: number | null,
): Promise<void> {
  await tx.run(setTerm, row.tenant_id, row.domain_id, row.selector, activeFrom, retiredAt);
}

/** Deletes what signed for the last time before `before`, ms since the epoch. */
export async function deleteOldDkimKeys(
  tx: SqlTransaction,
  tenantId: TenantId,
  domainId: number,
  before: number,
): Promise<void> {
  await tx.run(deleteOld, tenantId, domainId, before);
}

export async function deleteDkimKeys(
  tx: SqlTransaction,
  tenantId: TenantId,
  domainId: number,
): Promise<void> {
  await tx.run(deleteAll, tenantId, domainId);
}
