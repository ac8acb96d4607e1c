import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface CertificateRow {
  /** 0: of the installation. */
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly source: 'acme' | 'uploaded';
  /** JSON list of DNS names, lower case. */
  readonly names: string;
  /** PEM, own certificate first. */
  readonly chain: string;
  /** Private key (PEM), sealed. */
  readonly wrapped: Uint8Array;
  readonly not_before: number;
  readonly not_after: number;
  readonly created_at: number;
}

/** The order of a certificate for one host name. */
export interface CertificateOrderRow {
  readonly name: string;
  readonly certificate_id: number | null;
  /** Attempts that failed since the last success. */
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly last_error: string | null;
}

export interface AcmeAccountRow {
  readonly directory: string;
  readonly url: string;
  /** PKCS #8 (DER), sealed. */
  readonly wrapped: Uint8Array;
  readonly created_at: number;
}

const columns = 'tenant_id, id, source, names, chain, wrapped, not_before, not_after, created_at';
const insert = statement(`INSERT INTO certificate (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`);
const selectAll = statement(
  `SELECT ${columns} FROM certificate ORDER BY source DESC, created_at DESC, id DESC`,
);
const selectOfTenant = statement(`SELECT ${columns} FROM certificate WHERE tenant_id = $1 ORDER BY id`);
const deleteOne = statement('DELETE FROM certificate WHERE tenant_id = $1 AND id = $2');
const deleteExpired = statement("DELETE FROM certificate WHERE source = 'acme' AND not_after < $1");

const orderColumns = 'name, certificate_id, attempts, next_attempt_at, last_error';
const putOrderRow = statement(
  `INSERT INTO certificate_order (${orderColumns}) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (name) DO UPDATE SET certificate_id = excluded.certificate_id, attempts = excluded.attempts,
     next_attempt_at = excluded.next_attempt_at, last_error = excluded.last_error`,
);
const selectOrders = statement(`SELECT ${orderColumns} FROM certificate_order ORDER BY name`);
const deleteOrderRow = statement('DELETE FROM certificate_order WHERE name = $1');

const selectAccount = statement(
  'SELECT directory, url, wrapped, created_at FROM acme_account WHERE directory = $1',
);
const insertAccountRow = statement(
  `INSERT INTO acme_account (directory, url, wrapped, created_at) VALUES ($1, $2, $3, $4)
   ON CONFLICT (directory) DO UPDATE SET url = excluded.url, wrapped = excluded.wrapped, created_at = excluded.created_at`,
);

const putChallengeRow = statement(
  `INSERT INTO acme_challenge (token, key_authorization, expires_at) VALUES ($1, $2, $3)
   ON CONFLICT (token) DO UPDATE SET key_authorization = excluded.key_authorization, expires_at = excluded.expires_at`,
);
const selectChallenge = statement(
  'SELECT key_authorization FROM acme_challenge WHERE token = $1 AND expires_at > $2',
);
const deleteChallengeRow = statement('DELETE FROM acme_challenge WHERE token = $1 OR expires_at <= $2');

export async function insertCertificate(tx: SqlTransaction, row: CertificateRow): Promise<void> {
  const { tenant_id, id, source, names, chain, wrapped, not_before, not_after, created_at } = row;
  await tx.run(insert, tenant_id, id, source, names, chain, wrapped, not_before, not_after, created_at);
}

/** All, uploaded ones first, then the newest first. */
export async function everyCertificate(reader: SqlReader): Promise<CertificateRow[]> {
  return reader.all<CertificateRow>(selectAll);
}

export async function certificateRows(reader: SqlReader, tenantId: TenantId): Promise<CertificateRow[]> {
  return reader.all<CertificateRow>(selectOfTenant, tenantId);
}

export async function deleteCertificate(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
): Promise<boolean> {
  return (await tx.run(deleteOne, tenantId, id)) === 1;
}

/** Deletes certificates made by ACME that ended before `before`. */
export async function deleteExpiredCertificates(tx: SqlTransaction, before: number): Promise<void> {
  await tx.run(deleteExpired, before);
}

export async function putOrder(tx: SqlTransaction, row: CertificateOrderRow): Promise<void> {
  await tx.run(putOrderRow, row.name, row.certificate_id, row.attempts, row.next_attempt_at, row.last_error);
}

export async function orderRows(reader: SqlReader): Promise<CertificateOrderRow[]> {
  return reader.all<CertificateOrderRow>(selectOrders);
}

export async function deleteOrder(tx: SqlTransaction, name: string): Promise<void> {
  await tx.run(deleteOrderRow, name);
}

export async function acmeAccountRow(
  reader: SqlReader,
  directory: string,
): Promise<AcmeAccountRow | undefined> {
  return reader.get<AcmeAccountRow>(selectAccount, directory);
}

export async function putAcmeAccount(tx: SqlTransaction, row: AcmeAccountRow): Promise<void> {
  await tx.run(insertAccountRow, row.directory, row.url, row.wrapped, row.created_at);
}

export async function putChallenge(
  tx: SqlTransaction,
  token: string,
  keyAuthorization: string,
  expiresAt: number,
): Promise<void> {
  await tx.run(putChallengeRow, token, keyAuthorization, expiresAt);
}

/** The key authorization to answer with (RFC 8555 §8.3), or undefined. */
export async function challengeAnswer(
  reader: SqlReader,
  token: string,
  now: number,
): Promise<string | undefined> {
  return (await reader.get<{ key_authorization: string }>(selectChallenge, token, now))?.key_authorization;
}

/** Deletes a challenge, and all that have run out. */
export async function deleteChallenge(tx: SqlTransaction, token: string, now: number): Promise<void> {
  await tx.run(deleteChallengeRow, token, now);
}
