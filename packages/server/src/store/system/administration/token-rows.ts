import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface ApiTokenRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  /** Who made it and for whom it acts. */
  readonly account_id: AccountId;
  readonly name: string;
  /** First characters of the token, to tell one from another. */
  readonly hint: string;
  /** JSON object from function to `view` or `manage`. */
  readonly functions: string;
  /** JSON list of department ids; null: all that its maker reaches. */
  readonly departments: string | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly used_at: number | null;
  readonly used_from: string | null;
}

/** A token with the address of who made it. */
export interface NamedApiTokenRow extends ApiTokenRow {
  readonly local_part: string;
  readonly unicode_name: string;
}

const names =
  'tenant_id, id, account_id, name, hint, functions, departments, created_at, expires_at, used_at, used_from';
const selectNamed = `SELECT ${names
  .split(', ')
  .map(name => `t.${name}`)
  .join(', ')}, p.local_part, d.unicode_name
   FROM api_token t
   JOIN account a ON a.tenant_id = t.tenant_id AND a.id = t.account_id
   JOIN address p ON p.tenant_id = t.tenant_id AND p.account_id = t.account_id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id`;
const insertRow = statement(
  `INSERT INTO api_token (${names}, token_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
);
const selectByHash = statement(
  `${selectNamed} WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2)
   AND a.disabled_at IS NULL AND a.removed_at IS NULL`,
);
const selectById = statement(
  `${selectNamed} WHERE t.tenant_id = $1 AND t.id = $2 AND (t.expires_at IS NULL OR t.expires_at > $3)
   AND a.disabled_at IS NULL AND a.removed_at IS NULL`,
);
const selectAll = statement(`${selectNamed} WHERE t.tenant_id = $1 ORDER BY t.id`);
const countAll = statement('SELECT COUNT(*) AS n FROM api_token WHERE tenant_id = $1');
const touchRow = statement(
  'UPDATE api_token SET used_at = $3, used_from = $4 WHERE tenant_id = $1 AND id = $2',
);
const deleteRow = statement('DELETE FROM api_token WHERE tenant_id = $1 AND id = $2');

export async function insertApiToken(tx: SqlTransaction, row: ApiTokenRow, hash: Uint8Array): Promise<void> {
  await tx.run(
    insertRow,
    row.tenant_id,
    row.id,
    row.account_id,
    row.name,
    row.hint,
    row.functions,
    row.departments,
    row.created_at,
    row.expires_at,
    row.used_at,
    row.used_from,
    hash,
  );
}

/** The token of a hash, if it is good at `now` and the account of who made it in use. */
export async function liveApiToken(
  reader: SqlReader,
  hash: Uint8Array,
  now: number,
): Promise<NamedApiTokenRow | undefined> {
  return reader.get<NamedApiTokenRow>(selectByHash, hash, now);
}

/** The token of a number, under the same conditions. */
export async function liveApiTokenById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
  now: number,
): Promise<NamedApiTokenRow | undefined> {
  return reader.get<NamedApiTokenRow>(selectById, tenantId, id, now);
}

/** A tenant's tokens, oldest first. Those of removed accounts, which work no more, are left out. */
export async function apiTokenRows(reader: SqlReader, tenantId: TenantId): Promise<NamedApiTokenRow[]> {
  return reader.all<NamedApiTokenRow>(selectAll, tenantId);
}

export async function apiTokenCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countAll, tenantId))?.n ?? 0;
}

export async function touchApiToken(
  tx: SqlTransaction,
  row: ApiTokenRow,
  now: number,
  address: string,
): Promise<void> {
  await tx.run(touchRow, row.tenant_id, row.id, now, address);
}

export async function deleteApiToken(tx: SqlTransaction, tenantId: TenantId, id: number): Promise<boolean> {
  return (await tx.run(deleteRow, tenantId, id)) === 1;
}
