import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { AccountKind } from '../accounts.ts';

/** A member or public mailbox that was deleted at some time. */
export interface RecycledRow {
  readonly tenant_id: TenantId;
  readonly account_id: AccountId;
  readonly kind: AccountKind;
  readonly name: string;
  /** The primary address it had. */
  readonly address: string;
  /** JSON: every address it had, so that a restore brings back what was given to others. */
  readonly addresses: string;
  readonly deleted_at: number;
  /** In words that outlive the account. */
  readonly deleted_by: string;
  readonly expires_at: number;
  readonly restored_at: number | null;
  readonly purged_at: number | null;
  /** Who got its addresses or mail. */
  readonly successor_id: AccountId | null;
}

const columns = `tenant_id, account_id, kind, name, address, addresses, deleted_at, deleted_by, expires_at, restored_at,
  purged_at, successor_id`;
const upsertRow = statement(
  `INSERT INTO recycled (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL)
   ON CONFLICT (tenant_id, account_id) DO UPDATE SET name = excluded.name, address = excluded.address,
   addresses = excluded.addresses, deleted_at = excluded.deleted_at, deleted_by = excluded.deleted_by,
   expires_at = excluded.expires_at, successor_id = NULL`,
);
const selectOne = statement(`SELECT ${columns} FROM recycled WHERE tenant_id = $1 AND account_id = $2`);
const selectPage = statement(
  `SELECT ${columns} FROM recycled
   WHERE tenant_id = $1 AND purged_at IS NULL AND expires_at > $2 AND (deleted_at, account_id) < ($3, $4)
     AND ($5 = '' OR kind = $5)
     AND (LOWER(name) LIKE $7 ESCAPE '!' OR LOWER(address) LIKE $7 ESCAPE '!' OR LOWER(deleted_by) LIKE $7 ESCAPE '!')
   ORDER BY deleted_at DESC, account_id DESC LIMIT $6`,
);
const selectExpired = statement(
  `SELECT r.tenant_id, r.account_id FROM recycled r
   JOIN account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
   WHERE r.expires_at <= $1 AND r.purged_at IS NULL AND a.removed_at IS NOT NULL
   ORDER BY r.expires_at, r.tenant_id, r.account_id LIMIT $2`,
);
const selectBetween = statement(
  `SELECT ${columns} FROM recycled
   WHERE tenant_id = $1 AND expires_at > $2 AND expires_at <= $3 AND purged_at IS NULL AND restored_at IS NULL
   ORDER BY expires_at, account_id LIMIT $4`,
);
const markRestoredRow = statement(
  'UPDATE recycled SET restored_at = $3, successor_id = NULL WHERE tenant_id = $1 AND account_id = $2',
);
const markPurgedRow = statement(
  'UPDATE recycled SET purged_at = $3 WHERE tenant_id = $1 AND account_id = $2 AND purged_at IS NULL',
);
const setSuccessor = statement(
  'UPDATE recycled SET successor_id = $3 WHERE tenant_id = $1 AND account_id = $2',
);
const selectPurged = statement(
  'SELECT purged_at FROM recycled WHERE tenant_id = $1 AND account_id = $2 AND purged_at IS NOT NULL',
);
const unremove = statement('UPDATE account SET removed_at = NULL WHERE tenant_id = $1 AND id = $2');
const forgetAccount = statement(
  "UPDATE account SET display_name = '', language = NULL WHERE tenant_id = $1 AND id = $2",
);
const moveAddressRow = statement(
  `UPDATE address SET account_id = $4, kind = $5 WHERE tenant_id = $1 AND domain_id = $2 AND local_key = $3`,
);

/** Puts an account into the bin. When it was in there before, that it was restored once stays known. */
export async function putRecycled(
  tx: SqlTransaction,
  row: Omit<RecycledRow, 'restored_at' | 'purged_at' | 'successor_id'>,
): Promise<void> {
  await tx.run(
    upsertRow,
    row.tenant_id,
    row.account_id,
    row.kind,
    row.name,
    row.address,
    row.addresses,
    row.deleted_at,
    row.deleted_by,
    row.expires_at,
  );
}

export async function recycledById(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<RecycledRow | undefined> {
  return reader.get<RecycledRow>(selectOne, tenantId, accountId);
}

/** Which lines of the bin; empty: all. `text` stands in name, address or who deleted it, lower case. */
export interface RecycledFilter {
  readonly kind: AccountKind | '';
  readonly text: string;
}

/** What is listed at `now`: newest first, after (`deletedAt`, `accountId`). */
export async function recycledPage(
  reader: SqlReader,
  tenantId: TenantId,
  now: number,
  filter: RecycledFilter,
  after: { readonly deletedAt: number; readonly accountId: AccountId } | null,
  limit: number,
): Promise<RecycledRow[]> {
  const at = after?.deletedAt ?? Number.MAX_SAFE_INTEGER;
  const pattern = `%${filter.text.replaceAll(/[!%_]/g, sign => `!${sign}`)}%`;
  return reader.all<RecycledRow>(
    selectPage,
    tenantId,
    now,
    at,
    after?.accountId ?? 0,
    filter.kind,
    limit,
    pattern,
  );
}

/** Accounts in the bin whose time is over, of all tenants. */
export async function expiredRecycled(
  reader: SqlReader,
  now: number,
  limit: number,
): Promise<{ readonly tenant_id: TenantId; readonly account_id: AccountId }[]> {
  return reader.all(selectExpired, now, limit);
}

/** Takes the account out of the bin; its line stays. */
export async function markRestored(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<void> {
  await tx.run(markRestoredRow, tenantId, accountId, now);
  await tx.run(unremove, tenantId, accountId);
}

/** False when it was purged before. The account's row stays without a name: its number is never given out again. */
export async function markPurged(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<boolean> {
  if ((await tx.run(markPurgedRow, tenantId, accountId, now)) !== 1) return false;
  await tx.run(forgetAccount, tenantId, accountId);
  return true;
}

/** Whether the account is gone for good, so that nothing of it is missed. */
export async function isPurged(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  return (await reader.get<{ purged_at: number }>(selectPurged, tenantId, accountId)) !== undefined;
}

export async function writeSuccessor(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  successorId: AccountId,
): Promise<void> {
  await tx.run(setSuccessor, tenantId, accountId, successorId);
}

/** Gives an address to an account. False when there is no such address. */
export async function moveAddress(
  tx: SqlTransaction,
  address: { readonly tenant_id: TenantId; readonly domain_id: number; readonly local_key: string },
  accountId: AccountId,
  kind: 'primary' | 'alias',
): Promise<boolean> {
  const { tenant_id, domain_id, local_key } = address;
  return (await tx.run(moveAddressRow, tenant_id, domain_id, local_key, accountId, kind)) === 1;
}

/** What lies in the bin and is deleted for good after `from`, until `to` (ms); the first first. */
export async function recycledBetween(
  reader: SqlReader,
  tenantId: TenantId,
  from: number,
  to: number,
  limit: number,
): Promise<RecycledRow[]> {
  return reader.all<RecycledRow>(selectBetween, tenantId, from, to, limit);
}
