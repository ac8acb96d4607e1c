import type { AccountId, TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import { insertRevocation } from './sign-in/revocations.ts';
import { deleteTrustedDevices } from './sign-in/second-factors.ts';

/** `password`: an argon2id PHC string. `scram-sha-256`: the form of RFC 5803. */
export type CredentialKind = 'password' | 'scram-sha-256';

export interface CredentialRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly id: number;
  readonly kind: CredentialKind;
  readonly secret: string;
  readonly created_at: number;
}

const columns = 'tenant_id, account_id, id, kind, secret, created_at';
const insertRow = statement(`INSERT INTO credential (${columns}) VALUES ($1, $2, $3, $4, $5, $6)`);
const selectOfAccount = statement(
  `SELECT ${columns} FROM credential WHERE tenant_id = $1 AND account_id = $2 AND kind = $3 ORDER BY id`,
);
const deleteOfAccount = statement('DELETE FROM credential WHERE tenant_id = $1 AND account_id = $2');

export async function insertCredential(tx: SqlTransaction, row: CredentialRow): Promise<void> {
  await tx.run(insertRow, row.tenant_id, row.account_id, row.id, row.kind, row.secret, row.created_at);
}

export async function credentialsOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  kind: CredentialKind,
): Promise<CredentialRow[]> {
  return reader.all<CredentialRow>(selectOfAccount, tenantId, accountId, kind);
}

/** Removes an account's password in all its forms; what stood on it is looked at again, and no device is trusted any more. */
export async function deleteCredentials(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await tx.run(deleteOfAccount, tenantId, accountId);
  await deleteTrustedDevices(tx, tenantId, accountId);
  await insertRevocation(tx, tenantId, accountId);
}
