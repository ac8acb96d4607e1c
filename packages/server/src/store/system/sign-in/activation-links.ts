import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** `activate`: the account has no password yet. `reset`: it gets another one. */
export type ActivationPurpose = 'activate' | 'reset';

export interface ActivationLinkRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  /** SHA-256 of the token, hexadecimal. */
  readonly token_hash: string;
  readonly purpose: ActivationPurpose;
  /** Address that it was mailed to; null: nowhere. */
  readonly sent_to: string | null;
  readonly created_by: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
}

const columns =
  'tenant_id, account_id, token_hash, purpose, sent_to, created_by, created_at, expires_at, used_at';
const putRow = statement(
  `INSERT INTO activation_link (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)
   ON CONFLICT (tenant_id, account_id) DO UPDATE SET token_hash = excluded.token_hash, purpose = excluded.purpose,
     sent_to = excluded.sent_to, created_by = excluded.created_by, created_at = excluded.created_at,
     expires_at = excluded.expires_at, used_at = NULL`,
);
const selectOfAccount = statement(
  `SELECT ${columns} FROM activation_link WHERE tenant_id = $1 AND account_id = $2`,
);
const selectByToken = statement(`SELECT ${columns} FROM activation_link WHERE token_hash = $1`);
const markSent = statement(
  'UPDATE activation_link SET sent_to = $4 WHERE tenant_id = $1 AND account_id = $2 AND token_hash = $3',
);
const useRow = statement(
  `UPDATE activation_link SET used_at = $4
   WHERE tenant_id = $1 AND account_id = $2 AND token_hash = $3 AND used_at IS NULL AND expires_at > $4`,
);
const deleteRow = statement('DELETE FROM activation_link WHERE tenant_id = $1 AND account_id = $2');

/** Files an account's link; the one before is void. */
export async function putActivationLink(
  tx: SqlTransaction,
  row: Omit<ActivationLinkRow, 'used_at'>,
): Promise<void> {
  await tx.run(
    putRow,
    row.tenant_id,
    row.account_id,
    row.token_hash,
    row.purpose,
    row.sent_to,
    row.created_by,
    row.created_at,
    row.expires_at,
  );
}

export async function activationLinkOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<ActivationLinkRow | undefined> {
  return reader.get<ActivationLinkRow>(selectOfAccount, tenantId, accountId);
}

/** The link of a token, in whichever tenant. */
export async function activationLinkByToken(
  reader: SqlReader,
  tokenHash: string,
): Promise<ActivationLinkRow | undefined> {
  return reader.get<ActivationLinkRow>(selectByToken, tokenHash);
}

/** Notes where a link was mailed to. */
export async function markActivationLinkSent(
  tx: SqlTransaction,
  row: Pick<ActivationLinkRow, 'tenant_id' | 'account_id' | 'token_hash'>,
  to: string,
): Promise<void> {
  await tx.run(markSent, row.tenant_id, row.account_id, row.token_hash, to);
}

/** Uses a link up; false when that has happened before, it ran out, or there is another one. */
export async function useActivationLink(
  tx: SqlTransaction,
  row: Pick<ActivationLinkRow, 'tenant_id' | 'account_id' | 'token_hash'>,
  now: number,
): Promise<boolean> {
  return (await tx.run(useRow, row.tenant_id, row.account_id, row.token_hash, now)) === 1;
}

/** False when there was none. */
export async function deleteActivationLink(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  return (await tx.run(deleteRow, tenantId, accountId)) === 1;
}
