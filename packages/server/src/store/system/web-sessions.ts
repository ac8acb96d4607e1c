import type { AccountId, TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import { insertRevocation } from './sign-in/revocations.ts';

export type WebSessionKind = 'browser' | 'token';

export interface WebSessionRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly id: string;
  readonly kind: WebSessionKind;
  readonly credential_id: number;
  /** Name of the device or of the token. */
  readonly label: string;
  /** Address it was last seen at. */
  readonly address: string;
  readonly created_at: number;
  readonly seen_at: number;
  readonly expires_at: number;
  /** Ends when unused for so long, ms; null: only at `expires_at`. */
  readonly idle_ms: number | null;
}

/** A session with the account's primary address. */
export interface LiveSessionRow extends WebSessionRow {
  readonly local_part: string;
  readonly unicode_name: string;
  readonly role: string;
  readonly display_name: string;
  readonly language: string | null;
}

const columns =
  'tenant_id, account_id, id, kind, credential_id, label, address, created_at, seen_at, expires_at, idle_ms';
const insertRow = statement(
  `INSERT INTO web_session (${columns}, token_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
);
const selectLive = statement(
  `SELECT ${columns
    .split(', ')
    .map(name => `s.${name}`)
    .join(', ')},
    p.local_part, d.unicode_name, a.role, a.display_name, a.language
   FROM web_session s
   JOIN credential c ON c.id = s.credential_id AND c.tenant_id = s.tenant_id AND c.account_id = s.account_id
   JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
   JOIN address p ON p.tenant_id = s.tenant_id AND p.account_id = s.account_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE s.token_hash = $1 AND s.expires_at > $2 AND (s.idle_ms IS NULL OR s.seen_at + s.idle_ms > $2)
     AND a.disabled_at IS NULL AND a.removed_at IS NULL`,
);
const selectOfAccount = statement(
  `SELECT ${columns} FROM web_session s
   WHERE tenant_id = $1 AND account_id = $2 AND expires_at > $3 AND (idle_ms IS NULL OR seen_at + idle_ms > $3)
     AND EXISTS (SELECT 1 FROM credential c WHERE c.id = s.credential_id)
   ORDER BY seen_at DESC, id`,
);
const selectPassword = statement(
  `SELECT id, created_at FROM credential WHERE tenant_id = $1 AND account_id = $2 AND kind = 'password'
   ORDER BY id DESC LIMIT 1`,
);
const selectHolds = statement(
  `SELECT c.id FROM credential c JOIN account a ON a.tenant_id = c.tenant_id AND a.id = c.account_id
   WHERE c.tenant_id = $1 AND c.account_id = $2 AND c.id = $3 AND a.disabled_at IS NULL AND a.removed_at IS NULL`,
);
const selectLiveId = statement(
  `SELECT s.id FROM web_session s
   JOIN credential c ON c.id = s.credential_id AND c.tenant_id = s.tenant_id AND c.account_id = s.account_id
   JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
   WHERE s.tenant_id = $1 AND s.account_id = $2 AND s.id = $3 AND s.expires_at > $4
     AND a.disabled_at IS NULL AND a.removed_at IS NULL`,
);
const confirmRow = statement(
  'UPDATE web_session SET confirmed_at = $4 WHERE tenant_id = $1 AND account_id = $2 AND id = $3',
);
const useConfirmation = statement(
  `UPDATE web_session SET confirmed_at = NULL
   WHERE tenant_id = $1 AND account_id = $2 AND id = $3 AND confirmed_at > $4 AND confirmed_at <= $5`,
);
const touchRow = statement('UPDATE web_session SET seen_at = $2, address = $3 WHERE token_hash = $1');
const bindRow = statement(
  'UPDATE web_session SET credential_id = $4 WHERE tenant_id = $1 AND account_id = $2 AND id = $3',
);
const deleteRow = statement('DELETE FROM web_session WHERE tenant_id = $1 AND account_id = $2 AND id = $3');
const deleteOthers = statement(
  'DELETE FROM web_session WHERE tenant_id = $1 AND account_id = $2 AND id <> $3',
);
const deleteSurplus = statement(
  `DELETE FROM web_session WHERE tenant_id = $1 AND account_id = $2 AND id IN (
     SELECT id FROM web_session WHERE tenant_id = $1 AND account_id = $2 AND kind = $3
     ORDER BY seen_at DESC, id LIMIT 1000 OFFSET $4)`,
);
const deleteExpired = statement('DELETE FROM web_session WHERE expires_at <= $1');

export async function insertWebSession(
  tx: SqlTransaction,
  row: WebSessionRow,
  tokenHash: Uint8Array,
): Promise<void> {
  await tx.run(
    insertRow,
    row.tenant_id,
    row.account_id,
    row.id,
    row.kind,
    row.credential_id,
    row.label,
    row.address,
    row.created_at,
    row.seen_at,
    row.expires_at,
    row.idle_ms,
    tokenHash,
  );
}

/** The session of a token, if it is good at `now`: not over, its password still in force, its account in use. */
export async function liveWebSession(
  reader: SqlReader,
  tokenHash: Uint8Array,
  now: number,
): Promise<LiveSessionRow | undefined> {
  return reader.get<LiveSessionRow>(selectLive, tokenHash, now);
}

/** Whether a session goes on: not ended, not over, its password in force, its account in use. */
export async function webSessionHolds(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  id: string,
  now: number,
): Promise<boolean> {
  return (await reader.get<{ id: string }>(selectLiveId, tenantId, accountId, id, now)) !== undefined;
}

/** The session's owner just proved again who they are. */
export async function confirmWebSession(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: string,
  now: number,
): Promise<void> {
  await tx.run(confirmRow, tenantId, accountId, id, now);
}

/** Uses up a confirmation made after `since` and not after `now`; false when there is none. */
export async function useWebConfirmation(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: string,
  since: number,
  now: number,
): Promise<boolean> {
  return (await tx.run(useConfirmation, tenantId, accountId, id, since, now)) === 1;
}

/** Sessions of an account that are good at `now`, the last seen first. */
export async function webSessionsOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<WebSessionRow[]> {
  return reader.all<WebSessionRow>(selectOfAccount, tenantId, accountId, now);
}

/** The password in force: sessions are bound to its id. */
export async function passwordInForce(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<{ readonly id: number; readonly created_at: number } | undefined> {
  return reader.get(selectPassword, tenantId, accountId);
}

/** Whether the password of that id is in force still and its account in use. */
export async function passwordHolds(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  credentialId: number,
): Promise<boolean> {
  return (await reader.get<{ id: number }>(selectHolds, tenantId, accountId, credentialId)) !== undefined;
}

export async function touchWebSession(
  tx: SqlTransaction,
  tokenHash: Uint8Array,
  now: number,
  address: string,
): Promise<void> {
  await tx.run(touchRow, tokenHash, now, address);
}

export async function bindWebSession(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: string,
  credentialId: number,
): Promise<void> {
  await tx.run(bindRow, tenantId, accountId, id, credentialId);
}

/** False when there is no such session of that account. */
export async function deleteWebSession(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: string,
): Promise<boolean> {
  if ((await tx.run(deleteRow, tenantId, accountId, id)) === 0) return false;
  await insertRevocation(tx, tenantId, accountId);
  return true;
}

/** Removes every session of the account but `keep`. Returns how many. */
export async function deleteOtherWebSessions(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  keep: string,
): Promise<number> {
  const count = await tx.run(deleteOthers, tenantId, accountId, keep);
  if (count > 0) await insertRevocation(tx, tenantId, accountId);
  return count;
}

/** Removes all but the `most` last seen sessions of a kind, and whatever ended before `now`. */
export async function deleteOldWebSessions(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  kind: WebSessionKind,
  most: number,
  now: number,
): Promise<void> {
  await tx.run(deleteSurplus, tenantId, accountId, kind, most);
  await tx.run(deleteExpired, now);
}
