import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface OutsideContactRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  /** 0: in no group. */
  readonly group_id: number;
  readonly name: string;
  readonly address: string;
  readonly address_key: string;
  readonly organisation: string;
  readonly job_title: string;
  readonly mobile: string;
  readonly phone: string;
  readonly note: string;
  readonly sort_key: string;
  /** What is searched, lower case. */
  readonly search_text: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface OutsideContactGroupRow {
  readonly id: number;
  readonly name: string;
  readonly contacts: number;
}

const columns = `tenant_id, id, group_id, name, address, address_key, organisation, job_title, mobile, phone, note,
  sort_key, search_text, created_at, updated_at`;
const insertRow = statement(
  `INSERT INTO outside_contact (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
   ON CONFLICT DO NOTHING`,
);
const updateRow = statement(
  `UPDATE outside_contact SET group_id = $3, name = $4, address = $5, address_key = $6, organisation = $7,
   job_title = $8, mobile = $9, phone = $10, note = $11, sort_key = $12, search_text = $13, updated_at = $14
   WHERE tenant_id = $1 AND id = $2`,
);
const deleteRow = statement('DELETE FROM outside_contact WHERE tenant_id = $1 AND id = $2');
const selectOne = statement(`SELECT ${columns} FROM outside_contact WHERE tenant_id = $1 AND id = $2`);
const selectByAddress = statement(
  `SELECT ${columns} FROM outside_contact WHERE tenant_id = $1 AND address_key = $2`,
);
const countAll = statement('SELECT COUNT(*) AS n FROM outside_contact WHERE tenant_id = $1');
// A group of -1 stands for all, a pattern of % for any text.
const selectPage = statement(
  `SELECT ${columns} FROM outside_contact
   WHERE tenant_id = $1 AND ($2 = -1 OR group_id = $2) AND search_text LIKE $3 ESCAPE '\\'
   AND (sort_key > $4 OR (sort_key = $4 AND id > $5)) ORDER BY sort_key, id LIMIT $6`,
);
const insertGroupRow = statement(
  `INSERT INTO outside_contact_group (tenant_id, id, name, name_key, created_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT DO NOTHING`,
);
const selectGroupByKey = statement(
  'SELECT id FROM outside_contact_group WHERE tenant_id = $1 AND name_key = $2',
);
const renameGroupRow = statement(
  'UPDATE outside_contact_group SET name = $3, name_key = $4 WHERE tenant_id = $1 AND id = $2',
);
const deleteGroupRow = statement('DELETE FROM outside_contact_group WHERE tenant_id = $1 AND id = $2');
const releaseContacts = statement(
  'UPDATE outside_contact SET group_id = 0 WHERE tenant_id = $1 AND group_id = $2',
);
const counted = `SELECT g.id, g.name, (SELECT COUNT(*) FROM outside_contact c
   WHERE c.tenant_id = g.tenant_id AND c.group_id = g.id) AS contacts
   FROM outside_contact_group g WHERE g.tenant_id = $1`;
const selectGroups = statement(`${counted} ORDER BY g.name_key, g.id`);
const selectGroup = statement(`${counted} AND g.id = $2`);
const countUnassigned = statement(
  'SELECT COUNT(*) AS n FROM outside_contact WHERE tenant_id = $1 AND group_id = 0',
);

/** False when another contact has the address. */
export async function insertOutsideContact(tx: SqlTransaction, row: OutsideContactRow): Promise<boolean> {
  const changed = await tx.run(
    insertRow,
    row.tenant_id,
    row.id,
    row.group_id,
    row.name,
    row.address,
    row.address_key,
    row.organisation,
    row.job_title,
    row.mobile,
    row.phone,
    row.note,
    row.sort_key,
    row.search_text,
    row.created_at,
    row.updated_at,
  );
  return changed === 1;
}

/** The caller has made sure that nobody else has the address. */
export async function updateOutsideContact(tx: SqlTransaction, row: OutsideContactRow): Promise<void> {
  await tx.run(
    updateRow,
    row.tenant_id,
    row.id,
    row.group_id,
    row.name,
    row.address,
    row.address_key,
    row.organisation,
    row.job_title,
    row.mobile,
    row.phone,
    row.note,
    row.sort_key,
    row.search_text,
    row.updated_at,
  );
}

export async function deleteOutsideContact(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
): Promise<boolean> {
  return (await tx.run(deleteRow, tenantId, id)) === 1;
}

export async function outsideContactById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<OutsideContactRow | undefined> {
  return reader.get<OutsideContactRow>(selectOne, tenantId, id);
}

export async function outsideContactByAddress(
  reader: SqlReader,
  tenantId: TenantId,
  addressKey: string,
): Promise<OutsideContactRow | undefined> {
  return reader.get<OutsideContactRow>(selectByAddress, tenantId, addressKey);
}

export async function outsideContactCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countAll, tenantId))?.n ?? 0;
}

/** Contacts by name after a position; `groupId` null for all, `pattern` for LIKE. */
export async function outsideContactPage(
  reader: SqlReader,
  tenantId: TenantId,
  wanted: {
    readonly groupId: number | null;
    readonly pattern: string;
    readonly after: readonly [sortKey: string, id: number];
    readonly limit: number;
  },
): Promise<OutsideContactRow[]> {
  const { groupId, pattern, after, limit } = wanted;
  return reader.all<OutsideContactRow>(
    selectPage,
    tenantId,
    groupId ?? -1,
    pattern,
    after[0],
    after[1],
    limit,
  );
}

/** False when another group has the name. */
export async function insertOutsideGroup(
  tx: SqlTransaction,
  tenantId: TenantId,
  group: { readonly id: number; readonly name: string; readonly key: string },
  now: number,
): Promise<boolean> {
  return (await tx.run(insertGroupRow, tenantId, group.id, group.name, group.key, now)) === 1;
}

export async function outsideGroupOfKey(
  reader: SqlReader,
  tenantId: TenantId,
  key: string,
): Promise<number | null> {
  return (await reader.get<{ id: number }>(selectGroupByKey, tenantId, key))?.id ?? null;
}

export async function renameOutsideGroup(
  tx: SqlTransaction,
  tenantId: TenantId,
  group: { readonly id: number; readonly name: string; readonly key: string },
): Promise<void> {
  await tx.run(renameGroupRow, tenantId, group.id, group.name, group.key);
}

/** Removes a group; its contacts are in none then. */
export async function deleteOutsideGroup(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
): Promise<boolean> {
  await tx.run(releaseContacts, tenantId, id);
  return (await tx.run(deleteGroupRow, tenantId, id)) === 1;
}

export async function outsideGroups(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<OutsideContactGroupRow[]> {
  return reader.all<OutsideContactGroupRow>(selectGroups, tenantId);
}

export async function outsideGroupById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<OutsideContactGroupRow | undefined> {
  return reader.get<OutsideContactGroupRow>(selectGroup, tenantId, id);
}

/** Contacts that are in no group. */
export async function unassignedCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countUnassigned, tenantId))?.n ?? 0;
}
