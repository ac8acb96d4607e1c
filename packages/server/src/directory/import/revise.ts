import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import { importRows, reviseImportBatch, reviseImportRow } from '../../store/system/sharing/imports.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import { domainToKey } from '../address.ts';
import { change } from '../context.ts';
import { treeOf } from '../departments/tree.ts';
import { type ImportBatch, requireBatch, storedCells, storedOptions, toBatch } from './batch.ts';
import { checkRows } from './check-rows.ts';
import type { ImportCells } from './columns.ts';
import type { ImportContext } from './context.ts';
import { sheetLimits } from './files/limits.ts';

/** New cells for a line of the file; cells that are not named stay. */
export interface RowRevision {
  readonly line: number;
  readonly cells: Partial<ImportCells>;
}

function revised(cells: ImportCells, more: Partial<ImportCells> | undefined): ImportCells {
  if (!more) return cells;
  const trimmed = Object.entries(more).map(([field, text]) => [field, text.trim()] as const);
  if (trimmed.some(([, text]) => text.length > sheetLimits.cell))
    throw new MailError('input.invalid', { field: 'cells' });
  return { ...cells, ...Object.fromEntries(trimmed) };
}

/**
 * Corrects cells of a preview in place and checks all rows again: what was twice may be once now (DIR-03). Needs
 * `members:manage`. Throws `access.denied`, `import.not_found` for the import or a line, `conflict.state` when it was run,
 * `input.invalid`.
 */
export async function reviseImport(
  ctx: ImportContext,
  scope: Scope,
  id: number,
  revisions: readonly RowRevision[],
): Promise<ImportBatch> {
  requireAdministration(scope, 'members', 'manage');
  const { directory } = ctx;
  const { tenantId } = scope;
  const tree = await treeOf(directory, tenantId);
  const byLine = new Map(revisions.map(({ line, cells }) => [line, cells]));
  return change(directory, scope.tenantId, async tx => {
    const batch = await requireBatch(tx, scope, id);
    const options = storedOptions(batch);
    const all = { after: 0, limit: sheetLimits.rows + 1, wrong: false };
    const before = await importRows(tx, tenantId, id, all);
    const lines = new Set(before.map(row => row.line));
    const missing = revisions.find(({ line }) => !lines.has(line));
    if (missing) throw new MailError('import.not_found', { id, line: missing.line });
    const rows = before.map(row => ({
      line: row.line,
      cells: revised(storedCells(row).cells, byLine.get(row.line)),
    }));
    const domains = await listDomainRows(tx, tenantId);
    const key = options.domain === undefined ? null : domainToKey(options.domain);
    const home = domains.find(row => (key === null ? row.is_primary === 1 : row.name === key)) ?? domains[0];
    if (!home) throw new MailError('domain.not_found', { domain: '' });
    const checked = await checkRows(tx, tenantId, tree, rows, { ...options, home: home.name });
    for (const [index, { line, problems, ...stored }] of checked.entries()) {
      const cells = JSON.stringify(stored);
      const told = JSON.stringify(problems);
      const old = before[index];
      if (old && old.cells === cells && old.problems === told) continue;
      await reviseImportRow(tx, { tenant_id: tenantId, batch_id: id, line, cells, problems: told });
    }
    const failed = checked.filter(row => row.problems.length > 0).length;
    // Under the same condition as the start: a run that began meanwhile wins.
    if (!(await reviseImportBatch(tx, tenantId, id, failed))) {
      throw new MailError('conflict.state', { state: batch.state });
    }
    return toBatch({ ...batch, failed });
  });
}
