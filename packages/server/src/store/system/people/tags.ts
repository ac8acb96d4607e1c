import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export interface TagRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly name: string;
  readonly name_key: string;
  readonly created_at: number;
}

export type TagEntryKind = 'member' | 'department';

export interface TagEntryRow {
  readonly kind: TagEntryKind;
  readonly target_id: number;
}

const columns = 'tenant_id, id, name, name_key, created_at';
const insertRow = statement(
  `INSERT INTO tag (${columns}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
);
const selectAll = statement(`SELECT ${columns} FROM tag WHERE tenant_id = $1 ORDER BY name_key, id`);
const selectOne = statement(`SELECT ${columns} FROM tag WHERE tenant_id = $1 AND id = $2`);
const selectByName = statement(`SELECT ${columns} FROM tag WHERE tenant_id = $1 AND name_key = $2`);
const countAll = statement('SELECT COUNT(*) AS n FROM tag WHERE tenant_id = $1');
const updateRow = statement('UPDATE tag SET name = $3, name_key = $4 WHERE tenant_id = $1 AND id = $2');
const deleteRow = statement('DELETE FROM tag WHERE tenant_id = $1 AND id = $2');
const deleteEntries = statement('DELETE FROM tag_entry WHERE tenant_id = $1 AND tag_id = $2');
const insertEntryRow = statement(
  `INSERT INTO tag_entry (tenant_id, tag_id, kind, target_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
);
const deleteEntryRow = statement(
  'DELETE FROM tag_entry WHERE tenant_id = $1 AND tag_id = $2 AND kind = $3 AND target_id = $4',
);
const deleteEntriesOf = statement(
  'DELETE FROM tag_entry WHERE tenant_id = $1 AND kind = $2 AND target_id = $3',
);
const selectEntries = statement(
  'SELECT kind, target_id FROM tag_entry WHERE tenant_id = $1 AND tag_id = $2 ORDER BY kind, target_id',
);
const countEntries = statement('SELECT COUNT(*) AS n FROM tag_entry WHERE tenant_id = $1 AND tag_id = $2');
const selectCounts = statement(
  'SELECT tag_id, kind, COUNT(*) AS n FROM tag_entry WHERE tenant_id = $1 GROUP BY tag_id, kind',
);

/** False when the tenant has a tag of that name. */
export async function insertTag(tx: SqlTransaction, row: TagRow): Promise<boolean> {
  return (await tx.run(insertRow, row.tenant_id, row.id, row.name, row.name_key, row.created_at)) === 1;
}

export async function tagRows(reader: SqlReader, tenantId: TenantId): Promise<TagRow[]> {
  return reader.all<TagRow>(selectAll, tenantId);
}

export async function tagById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<TagRow | undefined> {
  return reader.get<TagRow>(selectOne, tenantId, id);
}

export async function tagByName(
  reader: SqlReader,
  tenantId: TenantId,
  nameKey: string,
): Promise<TagRow | undefined> {
  return reader.get<TagRow>(selectByName, tenantId, nameKey);
}

export async function tagCount(reader: SqlReader, tenantId: TenantId): Promise<number> {
  return (await reader.get<{ n: number }>(countAll, tenantId))?.n ?? 0;
}

export async function renameTagRow(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  name: string,
  nameKey: string,
): Promise<void> {
  await tx.run(updateRow, tenantId, id, name, nameKey);
}

export async function deleteTagRow(tx: SqlTransaction, tenantId: TenantId, id: number): Promise<void> {
  await tx.run(deleteEntries, tenantId, id);
  await tx.run(deleteRow, tenantId, id);
}

/** False when it was there. */
export async function insertTagEntry(
  tx: SqlTransaction,
  tenantId: TenantId,
  tagId: number,
  entry: TagEntryRow,
): Promise<boolean> {
  return (await tx.run(insertEntryRow, tenantId, tagId, entry.kind, entry.target_id)) === 1;
}

/** False when it was not there. */
export async function deleteTagEntry(
  tx: SqlTransaction,
  tenantId: TenantId,
  tagId: number,
  entry: TagEntryRow,
): Promise<boolean> {
  return (await tx.run(deleteEntryRow, tenantId, tagId, entry.kind, entry.target_id)) === 1;
}

/** Takes a member or department out of all tags. */
export async function deleteTagEntriesOf(
  tx: SqlTransaction,
  tenantId: TenantId,
  entry: TagEntryRow,
): Promise<void> {
  await tx.run(deleteEntriesOf, tenantId, entry.kind, entry.target_id);
}

export async function tagEntries(
  reader: SqlReader,
  tenantId: TenantId,
  tagId: number,
): Promise<TagEntryRow[]> {
  return reader.all<TagEntryRow>(selectEntries, tenantId, tagId);
}

export async function tagEntryCount(reader: SqlReader, tenantId: TenantId, tagId: number): Promise<number> {
  return (await reader.get<{ n: number }>(countEntries, tenantId, tagId))?.n ?? 0;
}

/** Entries of each tag by kind, as they were put in. */
export async function tagEntryCounts(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<readonly { readonly tag_id: number; readonly kind: TagEntryKind; readonly n: number }[]> {
  return reader.all(selectCounts, tenantId);
}
