import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import {
  type ImportBatchRow,
  type ImportRowRow,
  type ImportState,
  importBatchById,
  importBatchPage,
  importRows,
} from '../../store/system/sharing/imports.ts';
import type { DirectoryContext } from '../context.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit } from '../paging.ts';
import type { CheckedRow, CheckOptions } from './check-rows.ts';
import type { ImportCells } from './columns.ts';
import type { ImportProblem } from './problems.ts';

/** An import of people (DIR-03), from the preview to the end. */
export interface ImportBatch {
  readonly id: number;
  readonly fileName: string;
  readonly state: ImportState;
  readonly createDepartments: boolean;
  /** Members get an activation link in place of a first password (MBX-03). */
  readonly links: boolean;
  /** Rows of the file. */
  readonly total: number;
  readonly created: number;
  /** Rows with problems: they are left out. */
  readonly failed: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** A row of an import. */
export interface ImportRow {
  readonly line: number;
  readonly cells: ImportCells;
  readonly address: string;
  readonly generated: boolean;
  readonly problems: readonly ImportProblem[];
  /** The member that came of it. */
  readonly accountId: AccountId | null;
}

/** What is kept of a checked row. */
export type StoredCells = Pick<CheckedRow, 'cells' | 'address' | 'generated' | 'departments'>;

export function storedCells(row: ImportRowRow): StoredCells {
  return JSON.parse(row.cells) as StoredCells;
}

export interface StoredOptions extends CheckOptions {
  readonly links?: boolean;
}

export function storedOptions(row: ImportBatchRow): StoredOptions {
  return JSON.parse(row.options) as StoredOptions;
}

export function toBatch(row: ImportBatchRow): ImportBatch {
  return {
    id: row.id,
    fileName: row.file_name,
    state: row.state,
    createDepartments: storedOptions(row).createDepartments,
    links: storedOptions(row).links ?? false,
    total: row.total,
    created: row.created,
    failed: row.failed,
    createdBy: row.created_by,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

export function toRow(row: ImportRowRow): ImportRow {
  const { cells, address, generated } = storedCells(row);
  const problems = JSON.parse(row.problems) as ImportProblem[];
  return { line: row.line, cells, address, generated, problems, accountId: row.account_id };
}

/** Throws `import.not_found`. */
export async function requireBatch(reader: SqlReader, scope: Scope, id: number): Promise<ImportBatchRow> {
  const row = await importBatchById(reader, scope.tenantId, id);
  if (!row) throw new MailError('import.not_found', { id });
  return row;
}

/** One import with how far it has come. Throws `access.denied`, `import.not_found`. */
export async function getImport(ctx: DirectoryContext, scope: Scope, id: number): Promise<ImportBatch> {
  requireAdministration(scope, 'members', 'view');
  return toBatch(await requireBatch(ctx.database.of(scope.tenantId), scope, id));
}

/** Imports, newest first. Throws `access.denied`, `input.invalid`. */
export async function listImports(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest,
): Promise<Page<ImportBatch>> {
  requireAdministration(scope, 'members', 'view');
  const limit = requireLimit(page.limit);
  const before = Number(readCursor(page.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
  const rows = await importBatchPage(ctx.database.of(scope.tenantId), scope.tenantId, before, limit + 1);
  return pageOf(rows.map(toBatch), limit, batch => [batch.id]);
}

/** Rows of an import by line, all or only those with problems. Throws `access.denied`, `import.not_found`. */
export async function listImportRows(
  ctx: DirectoryContext,
  scope: Scope,
  id: number,
  page: PageRequest & { readonly wrong?: boolean },
): Promise<Page<ImportRow>> {
  requireAdministration(scope, 'members', 'view');
  const limit = requireLimit(page.limit);
  const after = Number(readCursor(page.cursor, 1)?.[0] ?? 0);
  return ctx.database.of(scope.tenantId).read(async reader => {
    await requireBatch(reader, scope, id);
    const wanted = { after, limit: limit + 1, wrong: page.wrong ?? false };
    const rows = await importRows(reader, scope.tenantId, id, wanted);
    return pageOf(rows.map(toRow), limit, row => [row.line]);
  });
}
