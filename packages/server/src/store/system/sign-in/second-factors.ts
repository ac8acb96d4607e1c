import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import { insertRevocation } from './revocations.ts';

export type SecondFactorKind = 'totp';

export interface SecondFactorRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly kind: SecondFactorKind;
  /** Wrapped, base64. */
  readonly secret: string;
  readonly created_at: number;
  /** Null while its owner has not shown a code of it. */
  readonly confirmed_at: number | null;
  readonly last_step: number;
  readonly failures: number;
  readonly failed_at: number;
}

const columns =
  'tenant_id, account_id, kind, secret, created_at, confirmed_at, last_step, failures, failed_at';
const selectRow = statement(
  `SELECT ${columns} FROM second_factor WHERE tenant_id = $1 AND account_id = $2 AND kind = $3`,
);
const selectConfirmed = statement(
  `SELECT kind FROM second_factor WHERE tenant_id = $1 AND account_id = $2 AND confirmed_at IS NOT NULL LIMIT 1`,
);
const putRow = statement(
  `INSERT INTO second_factor (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
   ON CONFLICT (tenant_id, account_id, kind) DO UPDATE SET secret = excluded.secret,
     created_at = excluded.created_at, confirmed_at = excluded.confirmed_at, last_step = excluded.last_step,
     failures = excluded.failures, failed_at = excluded.failed_at`,
);
const deleteRows = statement('DELETE FROM second_factor WHERE tenant_id = $1 AND account_id = $2');

export async function secondFactor(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  kind: SecondFactorKind,
): Promise<SecondFactorRow | undefined> {
  return reader.get<SecondFactorRow>(selectRow, tenantId, accountId, kind);
}

/** Whether the account has a second factor that is on. */
export async function hasSecondFactor(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  return (await reader.get<{ kind: string }>(selectConfirmed, tenantId, accountId)) !== undefined;
}

export async function putSecondFactor(tx: SqlTransaction, row: SecondFactorRow): Promise<void> {
  await tx.run(
    putRow,
    row.tenant_id,
    row.account_id,
    row.kind,
    row.secret,
    row.created_at,
    row.confirmed_at,
    row.last_step,
    row.failures,
    row.failed_at,
  );
}

/** Takes the second factor off with its recovery codes and trusted devices. False when there was none. */
export async function deleteSecondFactors(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  const count = await tx.run(deleteRows, tenantId, accountId);
  await tx.run(deleteCodes, tenantId, accountId);
  await tx.run(deleteDevices, tenantId, accountId);
  if (count > 0) await insertRevocation(tx, tenantId, accountId);
  return count > 0;
}

export interface RecoveryCodeRow {
  readonly id: number;
  readonly verifier: string;
  readonly used_at: number | null;
}

const selectCodes = statement(
  'SELECT id, verifier, used_at FROM recovery_code WHERE tenant_id = $1 AND account_id = $2 ORDER BY id',
);
const insertCode = statement(
  'INSERT INTO recovery_code (tenant_id, account_id, id, verifier, used_at) VALUES ($1, $2, $3, $4, NULL)',
);
const useCode = statement(
  `UPDATE recovery_code SET used_at = $4
   WHERE tenant_id = $1 AND account_id = $2 AND id = $3 AND used_at IS NULL`,
);
const deleteCodes = statement('DELETE FROM recovery_code WHERE tenant_id = $1 AND account_id = $2');

export async function recoveryCodesOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<RecoveryCodeRow[]> {
  return reader.all<RecoveryCodeRow>(selectCodes, tenantId, accountId);
}

/** Writes an account's recovery codes; the old ones are gone. */
export async function replaceRecoveryCodes(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  verifiers: readonly string[],
): Promise<void> {
  await tx.run(deleteCodes, tenantId, accountId);
  for (const [index, verifier] of verifiers.entries()) {
    await tx.run(insertCode, tenantId, accountId, index + 1, verifier);
  }
}

/** Uses a code up; false when that has happened before. */
export async function useRecoveryCode(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: number,
  now: number,
): Promise<boolean> {
  return (await tx.run(useCode, tenantId, accountId, id, now)) === 1;
}

export interface TrustedDeviceRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly id: string;
  readonly verifier: string;
  readonly label: string;
  readonly address: string;
  readonly created_at: number;
  readonly seen_at: number;
  readonly expires_at: number;
}

const deviceColumns = 'tenant_id, account_id, id, verifier, label, address, created_at, seen_at, expires_at';
const selectDevices = statement(
  `SELECT ${deviceColumns} FROM trusted_device
   WHERE tenant_id = $1 AND account_id = $2 AND expires_at > $3 ORDER BY seen_at DESC, id`,
);
const insertDevice = statement(
  `INSERT INTO trusted_device (${deviceColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const touchDevice = statement(
  `UPDATE trusted_device SET seen_at = $4, address = $5 WHERE tenant_id = $1 AND account_id = $2 AND id = $3`,
);
const deleteDevice = statement(
  'DELETE FROM trusted_device WHERE tenant_id = $1 AND account_id = $2 AND id = $3',
);
const deleteDevices = statement('DELETE FROM trusted_device WHERE tenant_id = $1 AND account_id = $2');
const deleteExpiredDevices = statement(
  'DELETE FROM trusted_device WHERE tenant_id = $1 AND account_id = $2 AND expires_at <= $3',
);

/** An account's trusted devices that are good at `now`, the last seen first. */
export async function trustedDevicesOf(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<TrustedDeviceRow[]> {
  return reader.all<TrustedDeviceRow>(selectDevices, tenantId, accountId, now);
}

export async function insertTrustedDevice(tx: SqlTransaction, row: TrustedDeviceRow): Promise<void> {
  await tx.run(deleteExpiredDevices, row.tenant_id, row.account_id, row.created_at);
  await tx.run(
    insertDevice,
    row.tenant_id,
    row.account_id,
    row.id,
    row.verifier,
    row.label,
    row.address,
    row.created_at,
    row.seen_at,
    row.expires_at,
  );
}

export async function touchTrustedDevice(
  tx: SqlTransaction,
  row: Pick<TrustedDeviceRow, 'tenant_id' | 'account_id' | 'id'>,
  now: number,
  address: string,
): Promise<void> {
  await tx.run(touchDevice, row.tenant_id, row.account_id, row.id, now, address);
}

/** False when the account has none of that id. */
export async function deleteTrustedDevice(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  id: string,
): Promise<boolean> {
  return (await tx.run(deleteDevice, tenantId, accountId, id)) === 1;
}

/** Forgets every trusted device of an account: its password is another one now. */
export async function deleteTrustedDevices(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await tx.run(deleteDevices, tenantId, accountId);
}
