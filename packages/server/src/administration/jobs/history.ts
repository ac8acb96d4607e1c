import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { type JobRow, jobPage } from '../../store/system/people/jobs.ts';
import { importBatchPage } from '../../store/system/sharing/imports.ts';
import type { AdministrationContext } from '../context.ts';

/** Work on many things at once that an administrator began. */
export interface LoggedJob {
  /** ms since the epoch. */
  readonly at: number;
  readonly by: string;
  /** `members.import`, or a kind of job. */
  readonly kind: string;
  readonly state: JobRow['state'];
}

const atOnce = 200;

/** Calls `page` with ever older numbers until it gives less than asked for. */
async function all<Row extends { readonly id: number }>(
  page: (before: number) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const some = await page(before);
    rows.push(...some);
    const last = some.at(-1);
    if (!last || some.length < atOnce) return rows;
    before = last.id;
  }
}

/** Imports of members that were run, and jobs, begun in `[from, to)`, newest first. Needs `logs:view` of the whole company. */
export async function jobHistory(
  ctx: AdministrationContext,
  scope: Scope,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<LoggedJob[]> {
  requireAdministration(scope, 'logs', 'view');
  requireWholeCompany(scope);
  const { database } = ctx.directory;
  const { tenantId } = scope;
  const jobs = await all(before => jobPage(database.of(scope.tenantId), tenantId, before, atOnce));
  const imports = await all(before => importBatchPage(database.of(scope.tenantId), tenantId, before, atOnce));
  const list: LoggedJob[] = [
    ...jobs.map(({ created_at, created_by, kind, state }) => ({
      at: created_at,
      by: created_by,
      kind,
      state,
    })),
    ...imports.flatMap(({ created_at, created_by, state }) =>
      state === 'previewed'
        ? []
        : [
            {
              at: created_at,
              by: created_by,
              kind: 'members.import',
              state: state === 'undone' ? ('cancelled' as const) : state,
            },
          ],
    ),
  ];
  return list.filter(({ at }) => at >= from && at < to).toSorted((a, b) => b.at - a.at);
}
