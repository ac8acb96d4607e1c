import type { AccountId, TenantId } from '../../platform/ids.ts';
import { withIdLists } from '../sql/id-lists.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

export type AddressKind = 'primary' | 'alias' | 'group';

export interface AddressRow {
  readonly tenant_id: TenantId;
  readonly domain_id: number;
  /** What is compared: Unicode normal form C, lower case. */
  readonly local_key: string;
  /** As it was written when it was made. */
  readonly local_part: string;
  readonly kind: AddressKind;
  readonly account_id: AccountId | null;
  readonly group_id: number | null;
  readonly created_at: number;
}

/** An address with the names of its domain. */
export interface NamedAddressRow extends AddressRow {
  readonly domain_name: string;
  readonly unicode_name: string;
}

const columns = 'tenant_id, domain_id, local_key, local_part, kind, account_id, group_id, created_at';
const named = `a.tenant_id, a.domain_id, a.local_key, a.local_part, a.kind, a.account_id, a.group_id, a.created_at,
  d.name AS domain_name, d.unicode_name FROM address a
  JOIN domain d ON d.tenant_id = a.tenant_id AND d.id = a.domain_id`;

const insertRow = statement(
  `INSERT INTO address (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
);
const selectOne = statement(
  `SELECT ${named} WHERE a.tenant_id = $1 AND a.domain_id = $2 AND a.local_key = $3`,
);
const selectOfAccount = statement(
  `SELECT ${named} WHERE a.tenant_id = $1 AND a.account_id = $2 ORDER BY CASE a.kind WHEN 'primary' THEN 0 ELSE 1 END, a.created_at, a.local_key`,
);
const selectAliases = withIdLists(
  among => `SELECT ${named} WHERE a.tenant_id = $1 AND a.kind = 'alias' AND a.account_id ${among(2)}
   ORDER BY a.created_at, a.local_key`,
);
const selectOfTenant = statement(
  `SELECT ${named} WHERE a.tenant_id = $1 ORDER BY d.name, a.local_key, a.domain_id`,
);
const selectOfGroup = statement(`SELECT ${named} WHERE a.tenant_id = $1 AND a.group_id = $2`);
const countOfDomain = statement('SELECT COUNT(*) AS n FROM address WHERE tenant_id = $1 AND domain_id = $2');
const countAliases = statement(
  "SELECT COUNT(*) AS n FROM address WHERE tenant_id = $1 AND account_id = $2 AND kind = 'alias'",
);
const deleteOne = statement('DELETE FROM address WHERE tenant_id = $1 AND domain_id = $2 AND local_key = $3');
const deleteOfAccount = statement('DELETE FROM address WHERE tenant_id = $1 AND account_id = $2');
const deleteOfGroup = statement('DELETE FROM address WHERE tenant_id = $1 AND group_id = $2');

const setKind = statement(
  'UPDATE address SET kind = $4 WHERE tenant_id = $1 AND domain_id = $2 AND local_key = $3',
);

/** False when the address is taken, by whatever kind of thing. */
export async function insertAddress(tx: SqlTransaction, row: AddressRow): Promise<boolean> {
  const changed = await tx.run(
    insertRow,
    row.tenant_id,
    row.domain_id,
    row.local_key,
    row.local_part,
    row.kind,
    row.account_id,
    row.group_id,
    row.created_at,
  );
  return changed === 1;
}

export async function addressByKey(
  reader: SqlReader,
  tenantId: TenantId,
  domainId: number,
  localKey: string,
): Promise<NamedAddressRow | undefined> {
  return reader.get<NamedAddressRow>(selectOne, tenantId, domainId, localKey);
}

/** Addresses of an account, the primary one first. */
export async function addressesOfAccount(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<NamedAddressRow[]> {
  return reader.all<NamedAddressRow>(selectOfAccount, tenantId, accountId);
}

export async function addressesOfTenant(reader: SqlReader, tenantId: TenantId): Promise<NamedAddressRow[]> {
  return reader.all<NamedAddressRow>(selectOfTenant, tenantId);
}

export async function addressOfGroup(
  reader: SqlReader,
  tenantId: TenantId,
  groupId: number,
): Promise<NamedAddressRow | undefined> {
  return reader.get<NamedAddressRow>(selectOfGroup, tenantId, groupId);
}

export async function addressCount(reader: SqlReader, tenantId: TenantId, domainId: number): Promise<number> {
  return (await reader.get<{ n: number }>(countOfDomain, tenantId, domainId))?.n ?? 0;
}

export async function aliasCount(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<number> {
  return (await reader.get<{ n: number }>(countAliases, tenantId, accountId))?.n ?? 0;
}

export async function deleteAddress(tx: SqlTransaction, row: AddressRow): Promise<boolean> {
  return (await tx.run(deleteOne, row.tenant_id, row.domain_id, row.local_key)) === 1;
}

export async function deleteAddressesOfAccount(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await tx.run(deleteOfAccount, tenantId, accountId);
}

export async function deleteAddressOfGroup(
  tx: SqlTransaction,
  tenantId: TenantId,
  groupId: number,
): Promise<void> {
  await tx.run(deleteOfGroup, tenantId, groupId);
}

/** Aliases of these accounts, oldest first. */
export async function aliasesOfAccounts(
  reader: SqlReader,
  tenantId: TenantId,
  accountIds: readonly AccountId[],
): Promise<NamedAddressRow[]> {
  return reader.all<NamedAddressRow>(selectAliases, tenantId, JSON.stringify(accountIds));
}

/** Makes a primary address an alias or the other way round. An account has one primary address: make room first. */
export async function setAddressKind(
  tx: SqlTransaction,
  row: AddressRow,
  kind: 'primary' | 'alias',
): Promise<void> {
  await tx.run(setKind, row.tenant_id, row.domain_id, row.local_key, kind);
}
