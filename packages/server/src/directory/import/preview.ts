import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import { nextId } from '../../store/system/sequences.ts';
import { deleteOldPreviews, insertImportBatch, insertImportRow } from '../../store/system/sharing/imports.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import { domainToKey } from '../address.ts';
import { change, requireDomain } from '../context.ts';
import { treeOf } from '../departments/tree.ts';
import { type ImportBatch, toBatch } from './batch.ts';
import { type CheckOptions, checkRows } from './check-rows.ts';
import { cellsOf, findColumns } from './columns.ts';
import type { ImportContext } from './context.ts';
import { readSheet } from './files/read-sheet.ts';

/** How long a preview that nobody runs is kept, ms. */
const previewLifeMs = 7 * 24 * 3_600_000;
/** Rows that are asked to be written before the answers are waited for. */
const rowsAtOnce = 500;

/** An uploaded file. */
export interface ImportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a file of people and says what would come of each row, without making anybody (DIR-03). Rows with problems are
 * left out when the import runs. Needs `members:manage`. Throws `access.denied`, `import.unreadable`, `limit.exceeded`,
 * `domain.not_found`.
 */
export async function previewImport(
  ctx: ImportContext,
  scope: Scope,
  file: ImportFile,
  options: Partial<CheckOptions> = {},
): Promise<ImportBatch> {
  requireAdministration(scope, 'members', 'manage');
  const { directory } = ctx;
  const { tenantId, principal } = scope;
  const sheet = await readSheet(file.bytes);
  const { header, columns } = findColumns(sheet);
  const rows = sheet
    .slice(header + 1)
    .map(row => ({ line: row.line, cells: cellsOf(row, columns) }))
    .filter(({ cells }) => Object.values(cells).some(cell => cell !== ''));
  if (rows.length === 0) throw new MailError('import.unreadable', { reason: 'no rows' });
  const tree = await treeOf(directory, tenantId);
  const wanted: CheckOptions = {
    createDepartments: options.createDepartments ?? true,
    ...(options.domain !== undefined && { domain: options.domain }),
  };
  const checked = await directory.database.of(scope.tenantId).read(async reader => {
    const domains = await listDomainRows(reader, tenantId);
    const home =
      wanted.domain === undefined
        ? (domains.find(domain => domain.is_primary === 1) ?? domains[0])
        : await requireDomain(reader, tenantId, domainToKey(wanted.domain) ?? '');
    if (!home) throw new MailError('domain.not_found', { domain: '' });
    return checkRows(reader, tenantId, tree, rows, { ...wanted, home: home.name });
  });
  const now = directory.clock.now();
  return change(directory, scope.tenantId, async tx => {
    await deleteOldPreviews(tx, tenantId, now - previewLifeMs);
    const batch = {
      tenant_id: tenantId,
      id: await nextId(tx, 'import_batch'),
      file_name: file.name.replaceAll(/\p{Cc}/gu, '').slice(0, 200),
      state: 'previewed' as const,
      options: JSON.stringify(wanted),
      total: checked.length,
      created: 0,
      failed: checked.filter(row => row.problems.length > 0).length,
      secret: '',
      secret_hash: '',
      heard_at: 0,
      created_by: principal.kind === 'account' ? principal.login : principal.reason,
      created_at: now,
      finished_at: null,
    };
    await insertImportBatch(tx, batch);
    for (let from = 0; from < checked.length; from += rowsAtOnce) {
      await Promise.all(
        checked.slice(from, from + rowsAtOnce).map(({ line, problems, ...stored }) =>
          insertImportRow(tx, {
            tenant_id: tenantId,
            batch_id: batch.id,
            line,
            cells: JSON.stringify(stored),
            problems: JSON.stringify(problems),
            account_id: null,
          }),
        ),
      );
    }
    return toBatch(batch);
  });
}
