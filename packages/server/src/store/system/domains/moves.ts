import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { AddressRow } from '../addresses.ts';

const columns = 'tenant_id, domain_id, local_key, local_part, kind, account_id, group_id, created_at';
const addressesIn = statement(
  `SELECT ${columns} FROM address WHERE tenant_id = $1 AND domain_id = $2 ORDER BY local_key`,
);
const moveOne = statement(
  `UPDATE address SET domain_id = $4, local_key = $5, local_part = $6
   WHERE tenant_id = $1 AND domain_id = $2 AND local_key = $3`,
);
const deleteIn = statement('DELETE FROM address WHERE tenant_id = $1 AND domain_id = $2');
const promote = statement(
  "UPDATE address SET kind = 'primary' WHERE tenant_id = $1 AND domain_id = $2 AND local_key = $3",
);
const disable = statement(
  'UPDATE account SET disabled_at = $3 WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NULL',
);
const successor = statement(
  'SELECT successor_id FROM domain_status WHERE tenant_id = $1 AND domain_id = $2 AND successor_id IS NOT NULL',
);
const domainName = statement('SELECT name FROM domain WHERE tenant_id = $1 AND id = $2');

/** All addresses in a domain. */
export async function addressesInDomain(
  reader: SqlReader,
  tenantId: TenantId,
  domainId: number,
): Promise<AddressRow[]> {
  return reader.all<AddressRow>(addressesIn, tenantId, domainId);
}

/** Gives an address another domain and local part. The caller has seen that they are free. */
export async function moveAddress(
  tx: SqlTransaction,
  row: AddressRow,
  domainId: number,
  localKey: string,
  localPart: string,
): Promise<void> {
  await tx.run(moveOne, row.tenant_id, row.domain_id, row.local_key, domainId, localKey, localPart);
}

export async function deleteAddressesInDomain(
  tx: SqlTransaction,
  tenantId: TenantId,
  domainId: number,
): Promise<void> {
  await tx.run(deleteIn, tenantId, domainId);
}

/** Makes an alias the account's primary address. */
export async function promoteAddress(tx: SqlTransaction, row: AddressRow): Promise<void> {
  await tx.run(promote, row.tenant_id, row.domain_id, row.local_key);
}

/** Disables an account that has lost its last address. */
export async function disableAccount(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: number,
  now: number,
): Promise<void> {
  await tx.run(disable, tenantId, accountId, now);
}

/** The domain to which the addresses of a retired trial domain have moved. */
export async function successorOf(
  reader: SqlReader,
  tenantId: TenantId,
  domainId: number,
): Promise<number | null> {
  return (await reader.get<{ successor_id: number }>(successor, tenantId, domainId))?.successor_id ?? null;
}

/** Name of a tenant's domain by its number. */
export async function domainNameOf(
  reader: SqlReader,
  tenantId: TenantId,
  domainId: number,
): Promise<string | null> {
  return (await reader.get<{ name: string }>(domainName, tenantId, domainId))?.name ?? null;
}
