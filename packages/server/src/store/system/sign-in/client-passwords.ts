import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import { insertRevocation } from './revocations.ts';

export interface ClientPasswordRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly id: number;
  /** What the owner calls it. */
  readonly name: string;
  /** Keyed hash of the secret, base64. */
  readonly verifier: string;
  /** Keys of SCRAM-SHA-256 in the form of RFC 5803. */
  readonly scram: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
  readonly last_service: string | null;
  readonly last_address: string | null;
}

const columns =
  'tenant_id, account_id, id, name, verifier, scram, created_at, last_used_at, last_service, last_address';
const insertRow = statement(
  `INSERT INTO client_password (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);
const selectOfAccount = statement(
  `SELECT ${columns} FROM client_password WHERE tenant_id = $1 AND account_id = $2 ORDER BY id`,
);
const selectOne = statement(
  'SELECT id FROM client_password WHERE tenant_id = $1 AND account_id = $2 AND id = $3',
);
const touchRow = statement(
  `UPDATE client_password SET last_used_at = $4, last_service = $5, last_address = $6
   WHERE tenant_id = $1 AND account_id = $2 AND id = $3`,
);
const deleteRow = statement(
  'DELETE FROM client_password WHERE tenant_id = $1 AND account_id = $2 AND id = $3',
);
const deleteOfAccount = statement('DELETE FROM client_password WHERE tenant_id = $1 AND account_id = $2');

export async function insertClientPassword(tx: SqlTransaction, row: ClientPasswordRow): Promise<void> {
  await tx.run(
    insertRow,
    row.tenant_id,
    row.account_id,
    row.id,
    row.name,
    row.verifier,
    row.scram,
    row.created_at,
    row.last_used_at,
    row.last_service,
    row.last_address,
  );
}

/** An account's client passwords, oldest first. */
export async function clientPasswordsOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<ClientPasswordRow[]> {
  return reader.all<ClientPasswordRow>(selectOfAccount, tenantId, accountId);
}

export async function clientPasswordExists(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  id: number,
): Promise<boolean> {
  return (await reader.get<{ id: number }>(selectOne, tenantId, accountId, id)) !== undefined;
}

/** Writes down the last use. */
export async function touchClientPassword(
  tx: SqlTransaction,
  row: Pick<ClientPasswordRow, 'tenant_id' | 'account_id' | 'id'>,
  use: { readonly at: number; readonly service: string; readonly address: string },
): Promise<void> {
  await tx.run(touchRow, row.tenant_id, row.account_id, row.id, use.at, use.service, use.address);
}

/** False when the account has none of that id. */
export async function deleteClientPassword(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: number,
): Promise<boolean> {
  if ((await tx.run(deleteRow, tenantId, accountId, id)) === 0) return false;
  await insertRevocation(tx, tenantId, accountId);
  return true;
}

/** Removes all of an account. Returns how many. */
export async function deleteClientPasswords(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<number> {
  const count = await tx.run(deleteOfAccount, tenantId, accountId);
  if (count > 0) await insertRevocation(tx, tenantId, accountId);
  return count;
}
