import type { AccountId, TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import { insertRevocation } from './sign-in/revocations.ts';

export type AccountKind = 'person' | 'public';
export type AccountRole = 'member' | 'administrator';

export interface AccountRow {
  readonly tenant_id: TenantId;
  readonly id: AccountId;
  readonly kind: AccountKind;
  readonly display_name: string;
  readonly role: AccountRole;
  /** Language of notices (`zh-CN`, `en`); null: the installation's. */
  readonly language: string | null;
  /** Null: no limit. */
  readonly quota_bytes: number | null;
  readonly quota_messages: number | null;
  readonly disabled_at: number | null;
  /** When the account was removed; the row stays, so that its number is never given out again. */
  readonly removed_at: number | null;
  readonly created_at: number;
}

/** What an administrator may change of an account. */
export type AccountChange = Partial<
  Pick<AccountRow, 'display_name' | 'role' | 'language' | 'quota_bytes' | 'quota_messages' | 'disabled_at'>
>;

const columns =
  'tenant_id, id, kind, display_name, role, language, quota_bytes, quota_messages, disabled_at, removed_at, created_at';
const insertRow = statement(
  `INSERT INTO account (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);
const selectById = statement(`SELECT ${columns} FROM account WHERE tenant_id = $1 AND id = $2`);
const selectAll = statement(
  `SELECT ${columns} FROM account WHERE tenant_id = $1 AND removed_at IS NULL ORDER BY id`,
);
const selectEvery = statement('SELECT tenant_id, id FROM account ORDER BY tenant_id, id');
const selectAdministrator = statement(
  `SELECT ${columns} FROM account
   WHERE tenant_id = $1 AND role = 'administrator' AND removed_at IS NULL AND kind = 'person'
   ORDER BY CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END, COALESCE((
     SELECT CASE given.role WHEN 'owner' THEN 0 WHEN 'super' THEN 1 ELSE 2 END FROM administrator given
     WHERE given.tenant_id = account.tenant_id AND given.account_id = account.id), 2), id LIMIT 1`,
);
const countAdministrators = statement(
  `SELECT COUNT(*) AS n FROM account
   WHERE tenant_id = $1 AND role = 'administrator' AND removed_at IS NULL AND disabled_at IS NULL`,
);
const updateRow = statement(
  `UPDATE account SET display_name = $3, role = $4, language = $5, quota_bytes = $6, quota_messages = $7,
   disabled_at = $8 WHERE tenant_id = $1 AND id = $2`,
);
const markRemoved = statement(
  'UPDATE account SET removed_at = $3 WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL',
);

export async function insertAccount(tx: SqlTransaction, row: AccountRow): Promise<void> {
  await tx.run(
    insertRow,
    row.tenant_id,
    row.id,
    row.kind,
    row.display_name,
    row.role,
    row.language,
    row.quota_bytes,
    row.quota_messages,
    row.disabled_at,
    row.removed_at,
    row.created_at,
  );
}

/** The account, removed ones included. */
export async function accountById(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<AccountRow | undefined> {
  return reader.get<AccountRow>(selectById, tenantId, accountId);
}

/** Accounts of a tenant that are not removed, oldest first. */
export async function listAccountRows(reader: SqlReader, tenantId: TenantId): Promise<AccountRow[]> {
  return reader.all<AccountRow>(selectAll, tenantId);
}

/** Every account there ever was, for checking and backup. */
export async function everyAccount(
  reader: SqlReader,
): Promise<{ readonly tenant_id: TenantId; readonly id: AccountId }[]> {
  return reader.all(selectEvery);
}

/**
 * Who answers for the tenant: one who can sign in if there is any, the owner before super administrators before graded
 * ones, whose business a whole company's mail is not; of equals the oldest.
 */
export async function administratorOf(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<AccountRow | undefined> {
  return reader.get<AccountRow>(selectAdministrator, tenantId);
}

/** Enabled administrators of a tenant. */
export async function administratorCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countAdministrators, tenantId))?.n ?? 0;
}

/** Writes `change` over what `row` holds. */
export async function updateAccount(
  tx: SqlTransaction,
  row: AccountRow,
  change: AccountChange,
): Promise<AccountRow> {
  const next = { ...row, ...change };
  await tx.run(
    updateRow,
    row.tenant_id,
    row.id,
    next.display_name,
    next.role,
    next.language,
    next.quota_bytes,
    next.quota_messages,
    next.disabled_at,
  );
  if (row.disabled_at === null && next.disabled_at !== null) {
    await insertRevocation(tx, row.tenant_id, row.id);
  }
  return next;
}

/** False when there is no such account or it was removed before. */
export async function removeAccount(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<boolean> {
  return (await tx.run(markRemoved, tenantId, accountId, now)) === 1;
}
