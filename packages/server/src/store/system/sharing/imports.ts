import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

export type ImportState = 'previewed' | 'running' | 'done' | 'undone';

export interface ImportBatchRow {
  readonly tenant_id: TenantId;
  readonly id: number;
  readonly file_name: string;
  readonly state: ImportState;
  /** JSON of how the file was read. */
  readonly options: string;
  readonly total: number;
  readonly created: number;
  readonly failed: number;
  /** What first passwords are made from while it runs; empty before and after. */
  readonly secret: string;
  /** SHA-256 of that, hexadecimal; empty before. */
  readonly secret_hash: string;
  /** When its worker was last heard of, ms. */
  readonly heard_at: number;
  readonly created_by: string;
  readonly created_at: number;
  readonly finished_at: number | null;
}

export interface ImportRowRow {
  readonly tenant_id: TenantId;
  readonly batch_id: number;
  /** Number of the line in the file. */
  readonly line: number;
  /** JSON. */
  readonly cells: string;
  /** JSON; an empty list for a row that is in order. */
  readonly problems: string;
  readonly account_id: AccountId | null;
}

const columns = `tenant_id, id, file_name, state, options, total, created, failed, secret, secret_hash, heard_at,
  created_by, created_at, finished_at`;
const insertBatchRow = statement(
  `INSERT INTO import_batch (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);
const selectBatch = statement(`SELECT ${columns} FROM import_batch WHERE tenant_id = $1 AND id = $2`);
const selectBatches = statement(
  `SELECT ${columns} FROM import_batch WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
);
const startRow = statement(
  `UPDATE import_batch SET state = 'running', secret = $3, secret_hash = $4, heard_at = $5
   WHERE tenant_id = $1 AND id = $2 AND (state = 'previewed' OR (state = 'running' AND heard_at < $6))`,
);
const setOptions = statement('UPDATE import_batch SET options = $3 WHERE tenant_id = $1 AND id = $2');
const progressRow = statement(
  `UPDATE import_batch SET created = created + $3, failed = failed + $4, heard_at = $5
   WHERE tenant_id = $1 AND id = $2 AND state = 'running'`,
);
const finishRow = statement(
  `UPDATE import_batch SET state = 'done', secret = '', finished_at = $3
   WHERE tenant_id = $1 AND id = $2 AND state = 'running'`,
);
const undoRow = statement(
  "UPDATE import_batch SET state = 'undone' WHERE tenant_id = $1 AND id = $2 AND state = 'done'",
);
const deleteRows = statement(
  `DELETE FROM import_row WHERE tenant_id = $1 AND batch_id IN (
     SELECT id FROM import_batch WHERE tenant_id = $1 AND state = 'previewed' AND created_at < $2)`,
);
const deleteBatches = statement(
  "DELETE FROM import_batch WHERE tenant_id = $1 AND state = 'previewed' AND created_at < $2",
);
const insertRowRow = statement(
  `INSERT INTO import_row (tenant_id, batch_id, line, cells, problems, account_id) VALUES ($1, $2, $3, $4, $5, $6)`,
);
const rowColumns = 'tenant_id, batch_id, line, cells, problems, account_id';
const selectRows = statement(
  `SELECT ${rowColumns} FROM import_row WHERE tenant_id = $1 AND batch_id = $2 AND line > $3 ORDER BY line LIMIT $4`,
);
const selectWrong = statement(
  `SELECT ${rowColumns} FROM import_row WHERE tenant_id = $1 AND batch_id = $2 AND line > $3 AND problems <> '[]'
   ORDER BY line LIMIT $4`,
);
const selectOpen = statement(
  `SELECT ${rowColumns} FROM import_row WHERE tenant_id = $1 AND batch_id = $2 AND line > $3 AND problems = '[]'
   AND account_id IS NULL ORDER BY line LIMIT $4`,
);
const selectMade = statement(
  `SELECT ${rowColumns} FROM import_row WHERE tenant_id = $1 AND batch_id = $2 AND account_id IS NOT NULL ORDER BY line`,
);
const writeRow = statement(
  'UPDATE import_row SET problems = $4, account_id = $5 WHERE tenant_id = $1 AND batch_id = $2 AND line = $3',
);
const reviseBatchRow = statement(
  "UPDATE import_batch SET failed = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'previewed'",
);
const reviseRowRow = statement(
  'UPDATE import_row SET cells = $4, problems = $5 WHERE tenant_id = $1 AND batch_id = $2 AND line = $3',
);

export async function insertImportBatch(tx: SqlTransaction, row: ImportBatchRow): Promise<void> {
  await tx.run(
    insertBatchRow,
    row.tenant_id,
    row.id,
    row.file_name,
    row.state,
    row.options,
    row.total,
    row.created,
    row.failed,
    row.secret,
    row.secret_hash,
    row.heard_at,
    row.created_by,
    row.created_at,
    row.finished_at,
  );
}

export async function importBatchById(
  reader: SqlReader,
  tenantId: TenantId,
  id: number,
): Promise<ImportBatchRow | undefined> {
  return reader.get<ImportBatchRow>(selectBatch, tenantId, id);
}

/** Newest first, below `before`. */
export async function importBatchPage(
  reader: SqlReader,
  tenantId: TenantId,
  before: number,
  limit: number,
): Promise<ImportBatchRow[]> {
  return reader.all<ImportBatchRow>(selectBatches, tenantId, before, limit);
}

/** Writes how an import is run. */
export async function setImportOptions(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  options: string,
): Promise<void> {
  await tx.run(setOptions, tenantId, id, options);
}

/** Takes an import for working on it: one that was previewed, or one whose worker was not heard of since `silentSince`. */
export async function startImportBatch(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  secret: { readonly text: string; readonly hash: string },
  now: number,
  silentSince: number,
): Promise<boolean> {
  return (await tx.run(startRow, tenantId, id, secret.text, secret.hash, now, silentSince)) === 1;
}

export async function addImportProgress(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  more: { readonly created: number; readonly failed: number },
  now: number,
): Promise<void> {
  await tx.run(progressRow, tenantId, id, more.created, more.failed, now);
}

/** Ends an import and forgets what its passwords were made from. */
export async function finishImportBatch(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  now: number,
): Promise<boolean> {
  return (await tx.run(finishRow, tenantId, id, now)) === 1;
}

/** False unless it was done. */
export async function undoImportBatch(tx: SqlTransaction, tenantId: TenantId, id: number): Promise<boolean> {
  return (await tx.run(undoRow, tenantId, id)) === 1;
}

/** Removes previews that nobody ran. */
export async function deleteOldPreviews(
  tx: SqlTransaction,
  tenantId: TenantId,
  before: number,
): Promise<void> {
  await tx.run(deleteRows, tenantId, before);
  await tx.run(deleteBatches, tenantId, before);
}

export async function insertImportRow(tx: SqlTransaction, row: ImportRowRow): Promise<void> {
  const { tenant_id, batch_id, line, cells, problems, account_id } = row;
  await tx.run(insertRowRow, tenant_id, batch_id, line, cells, problems, account_id);
}

/** Rows after a line, all or only those with problems. */
export async function importRows(
  reader: SqlReader,
  tenantId: TenantId,
  batchId: number,
  page: { readonly after: number; readonly limit: number; readonly wrong: boolean },
): Promise<ImportRowRow[]> {
  const query = page.wrong ? selectWrong : selectRows;
  return reader.all<ImportRowRow>(query, tenantId, batchId, page.after, page.limit);
}

/** Rows that are in order and were not imported yet. */
export async function openImportRows(
  reader: SqlReader,
  tenantId: TenantId,
  batchId: number,
  after: number,
  limit: number,
): Promise<ImportRowRow[]> {
  return reader.all<ImportRowRow>(selectOpen, tenantId, batchId, after, limit);
}

/** Rows that became members. */
export async function importedRows(
  reader: SqlReader,
  tenantId: TenantId,
  batchId: number,
): Promise<ImportRowRow[]> {
  return reader.all<ImportRowRow>(selectMade, tenantId, batchId);
}

/** Counts the rows with problems of a preview anew. False when it was run. */
export async function reviseImportBatch(
  tx: SqlTransaction,
  tenantId: TenantId,
  id: number,
  failed: number,
): Promise<boolean> {
  return (await tx.run(reviseBatchRow, tenantId, id, failed)) === 1;
}

/** Corrects a row of a preview. */
export async function reviseImportRow(
  tx: SqlTransaction,
  row: Pick<ImportRowRow, 'tenant_id' | 'batch_id' | 'line' | 'cells' | 'problems'>,
): Promise<void> {
  await tx.run(reviseRowRow, row.tenant_id, row.batch_id, row.line, row.cells, row.problems);
}

/** Writes what became of a row. */
export async function writeImportRow(
  tx: SqlTransaction,
  row: Pick<ImportRowRow, 'tenant_id' | 'batch_id' | 'line' | 'problems' | 'account_id'>,
): Promise<void> {
  await tx.run(writeRow, row.tenant_id, row.batch_id, row.line, row.problems, row.account_id);
}
