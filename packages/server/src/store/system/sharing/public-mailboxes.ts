import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { UnitKind } from './group-units.ts';

/** A public mailbox as lists show it. */
export interface PublicMailboxRow {
  readonly id: AccountId;
  readonly display_name: string;
  readonly quota_bytes: number | null;
  readonly disabled_at: number | null;
  readonly created_at: number;
  readonly local_part: string;
  readonly unicode_name: string;
  /** Users chosen one by one. */
  readonly user_count: number;
}

/** A department or tag whose people may use an account. */
export interface AccessUnitRow {
  readonly kind: UnitKind;
  readonly unit_id: number;
}

/** An account that somebody may use because of a department or tag. */
export interface UnitAccessRow {
  readonly owner_id: AccountId;
  readonly kind: 'person' | 'public';
  readonly display_name: string;
  readonly local_part: string;
  readonly unicode_name: string;
}

const mailbox = `SELECT a.id, a.display_name, a.quota_bytes, a.disabled_at, a.created_at, p.local_part, d.unicode_name,
   (SELECT COUNT(*) FROM access_grant g JOIN account u ON u.tenant_id = g.tenant_id AND u.id = g.grantee_id
    WHERE g.tenant_id = a.tenant_id AND g.owner_id = a.id AND u.removed_at IS NULL) AS user_count
   FROM account a
   JOIN address p ON p.tenant_id = a.tenant_id AND p.account_id = a.id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE a.tenant_id = $1 AND a.kind = 'public' AND a.removed_at IS NULL`;
const page = `${mailbox} AND a.id > $2 AND ($4 = '' OR ($4 = 'disabled') = (a.disabled_at IS NOT NULL))`;
const selectPage = statement(`${page} ORDER BY a.id LIMIT $3`);
const searchPage = statement(
  `${page} AND (LOWER(a.display_name) LIKE $5 ESCAPE '\\'
   OR p.local_key || '@' || d.unicode_name LIKE $5 ESCAPE '\\') ORDER BY a.id LIMIT $3`,
);
const selectOne = statement(`${mailbox} AND a.id = $2`);
const insertUnit = statement(
  `INSERT INTO access_unit (tenant_id, owner_id, kind, unit_id, created_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT DO NOTHING`,
);
const deleteUnits = statement('DELETE FROM access_unit WHERE tenant_id = $1 AND owner_id = $2 AND kind = $3');
const selectUnits = statement(
  `SELECT kind, unit_id FROM access_unit u WHERE tenant_id = $1 AND owner_id = $2 AND (
     (kind = 'department' AND (unit_id = 0 OR EXISTS (SELECT 1 FROM department d WHERE d.tenant_id = u.tenant_id AND d.id = u.unit_id)))
     OR (kind = 'tag' AND EXISTS (SELECT 1 FROM tag t WHERE t.tenant_id = u.tenant_id AND t.id = u.unit_id)))
   ORDER BY kind, unit_id`,
);
const selectByUnits = statement(
  `WITH RECURSIVE above (id) AS (
     SELECT m.department_id FROM member_department m WHERE m.tenant_id = $1 AND m.account_id = $2
     UNION
     SELECT d.parent_id FROM department d JOIN above u ON d.id = u.id WHERE d.tenant_id = $1
   ), tags (id) AS (
     SELECT e.tag_id FROM tag_entry e WHERE e.tenant_id = $1 AND e.kind = 'member' AND e.target_id = $2
     UNION
     SELECT e.tag_id FROM tag_entry e JOIN above u ON u.id = e.target_id
     WHERE e.tenant_id = $1 AND e.kind = 'department'
   ), owners (id) AS (
     SELECT x.owner_id FROM access_unit x WHERE x.tenant_id = $1 AND x.kind = 'department'
       AND (x.unit_id = 0 OR x.unit_id IN (SELECT id FROM above))
     UNION
     SELECT x.owner_id FROM access_unit x JOIN tags t ON t.id = x.unit_id
     WHERE x.tenant_id = $1 AND x.kind = 'tag'
   )
   SELECT a.id AS owner_id, a.kind, a.display_name, p.local_part, d.unicode_name FROM owners o
   JOIN account a ON a.tenant_id = $1 AND a.id = o.id
   JOIN address p ON p.tenant_id = $1 AND p.account_id = a.id AND p.kind = 'primary'
   JOIN domain d ON d.tenant_id = p.tenant_id AND d.id = p.domain_id
   WHERE a.removed_at IS NULL AND a.disabled_at IS NULL AND a.id <> $2
     AND EXISTS (SELECT 1 FROM account me WHERE me.tenant_id = $1 AND me.id = $2 AND me.kind = 'person')
   ORDER BY a.id`,
);
const deleteGrants = statement('DELETE FROM access_grant WHERE tenant_id = $1 AND owner_id = $2');

/**
 * At most `limit` public mailboxes with a number above `after`; `pattern` for LIKE in lower case, or null for all; `state`:
 * only those.
 */
export async function publicMailboxPage(
  reader: SqlReader,
  tenantId: TenantId,
  after: AccountId,
  limit: number,
  { pattern, state }: { readonly pattern: string | null; readonly state: 'enabled' | 'disabled' | null },
): Promise<PublicMailboxRow[]> {
  return pattern === null
    ? reader.all<PublicMailboxRow>(selectPage, tenantId, after, limit, state ?? '')
    : reader.all<PublicMailboxRow>(searchPage, tenantId, after, limit, state ?? '', pattern);
}

export async function publicMailboxById(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<PublicMailboxRow | undefined> {
  return reader.get<PublicMailboxRow>(selectOne, tenantId, accountId);
}

/** Replaces the departments, or the tags, whose people may use the account. */
export async function replaceAccessUnits(
  tx: SqlTransaction,
  tenantId: TenantId,
  ownerId: AccountId,
  kind: UnitKind,
  ids: readonly number[],
  now: number,
): Promise<void> {
  await tx.run(deleteUnits, tenantId, ownerId, kind);
  for (const id of ids) await tx.run(insertUnit, tenantId, ownerId, kind, id, now);
}

/** Departments and tags whose people may use the account, as far as they are still there. */
export async function accessUnits(
  reader: SqlReader,
  tenantId: TenantId,
  ownerId: AccountId,
): Promise<AccessUnitRow[]> {
  return reader.all<AccessUnitRow>(selectUnits, tenantId, ownerId);
}

/** Accounts that a person may use because of departments and tags; without disabled and removed ones. */
export async function accessByUnits(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<UnitAccessRow[]> {
  return reader.all<UnitAccessRow>(selectByUnits, tenantId, accountId);
}

/** Removes every grant on an account. */
export async function deleteGrantsOf(
  tx: SqlTransaction,
  tenantId: TenantId,
  ownerId: AccountId,
): Promise<void> {
  await tx.run(deleteGrants, tenantId, ownerId);
}
