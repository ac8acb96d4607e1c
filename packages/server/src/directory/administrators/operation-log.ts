import { consoleEn } from '@hongyan/phrases/console/en.ts';
import { accountsIn, type DetailNames, detailText } from '@hongyan/phrases/console/logs/details.ts';
import { consoleZh } from '@hongyan/phrases/console/zh.ts';
import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import { requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import { accountById } from '../../store/system/accounts.ts';
import {
  deleteOldOperations,
  listOperationRows,
  type OperationFilter,
} from '../../store/system/administration/operation-list.ts';
import type { OperationRow } from '../../store/system/operations.ts';
import { tagRows } from '../../store/system/people/tags.ts';
import { listTenantRows } from '../../store/system/tenants.ts';
import { csvLine } from '../book/csv.ts';
import type { DirectoryContext } from '../context.ts';
import { treeOf } from '../departments/tree.ts';
import { planOf } from '../plans/tenant-plan.ts';

export type { OperationFilter } from '../../store/system/administration/operation-list.ts';

/** An act of an administrator as the log shows it (LOG-03). */
export interface LoggedOperation {
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly actorId: AccountId | null;
  readonly actor: string;
  readonly action: string;
  readonly targetKind: string;
  readonly target: string;
  readonly clientAddress: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Rows that are read, or removed, at a time. */
const batch = 500;

function toOperation(row: OperationRow): LoggedOperation {
  return {
    id: row.id,
    at: row.at,
    actorId: row.actor_id,
    actor: row.actor,
    action: row.action,
    targetKind: row.target_kind,
    target: row.target,
    clientAddress: row.client_address,
    details: JSON.parse(row.details) as Readonly<Record<string, unknown>>,
  };
}

/** The moment `months` before `now`, in UTC; of a month that is too short its last day. */
export function monthsBefore(now: number, months: number): number {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').subtract({ months })
    .epochMilliseconds;
}

/** What of the log the tenant's plan shows: from when on (LOG-03). */
async function shownFrom(ctx: DirectoryContext, scope: Scope, from: number | undefined): Promise<number> {
  const { logMonths } = (await planOf(ctx, scope.tenantId)).limits;
  const earliest = logMonths === null ? 0 : monthsBefore(ctx.clock.now(), logMonths);
  return Math.max(earliest, from ?? 0);
}

/**
 * The acts of administrators, newest first. Needs `logs:view` for the whole company: acts are not of a department.
 * `before` is where the page before ended.
 */
export async function listOperations(
  ctx: DirectoryContext,
  scope: Scope,
  filter: OperationFilter,
  before: { readonly at: number; readonly id: number } | null,
  limit: number,
): Promise<LoggedOperation[]> {
  requireAdministration(scope, 'logs', 'view');
  requireWholeCompany(scope);
  const from = await shownFrom(ctx, scope, filter.from);
  const rows = await listOperationRows(
    ctx.database.of(scope.tenantId),
    scope.tenantId,
    { ...filter, from },
    before,
    limit,
  );
  return rows.map(toOperation);
}

/** What the details of some acts name by number, by name now; times in UTC as all of an export. */
async function namesIn(
  ctx: DirectoryContext,
  scope: Scope,
  found: readonly LoggedOperation[],
): Promise<DetailNames> {
  const tree = await treeOf(ctx, scope.tenantId);
  const accounts = new Map<number, string>();
  const tags = await ctx.database.of(scope.tenantId).read(async reader => {
    for (const id of new Set(found.flatMap(({ details }) => accountsIn(details)))) {
      const row = await accountById(reader, scope.tenantId, id);
      if (row) accounts.set(id, row.display_name);
    }
    return new Map((await tagRows(reader, scope.tenantId)).map(row => [row.id, row.name]));
  });
  return {
    department: id => (tree.rows.has(id) ? tree.pathOf(id).join(' / ') : null),
    account: id => accounts.get(id) ?? null,
    tag: id => tags.get(id) ?? null,
    time: at => new Date(at).toISOString(),
  };
}

/**
 * The same as CSV (RFC 4180), line by line, in words of the reader's language: what an act changed, too. Cells that a
 * spreadsheet would compute are text.
 */
export async function* exportOperations(
  ctx: DirectoryContext,
  scope: Scope,
  filter: OperationFilter,
  language: Language,
): AsyncGenerator<string> {
  requireAdministration(scope, 'logs', 'view');
  requireWholeCompany(scope);
  const phrases = createPhrases(language);
  const texts = language === 'en' ? consoleEn : consoleZh;
  const head = ['at', 'actor', 'action', 'target', 'address', 'details'] as const;
  // The mark makes spreadsheets read UTF-8.
  yield `\uFEFF${csvLine(head.map(name => phrases.say(`operationLog.${name}`)))}`;
  let before: { readonly at: number; readonly id: number } | null = null;
  for (;;) {
    const found: LoggedOperation[] = await listOperations(ctx, scope, filter, before, batch);
    const names = await namesIn(ctx, scope, found);
    for (const operation of found) {
      yield csvLine([
        new Date(operation.at).toISOString(),
        operation.actor,
        phrases.find(`operation.${operation.action}`) ?? operation.action,
        operation.target,
        operation.clientAddress ?? '',
        detailText(operation.details, texts, names),
      ]);
    }
    const last = found.at(-1);
    if (!last || found.length < batch) return;
    before = { at: last.at, id: last.id };
  }
}

/**
 * Removes acts that are older than the tenant's plan shows, or than `keepMs` where it sets no limit. Returns how many.
 */
export async function expireOperations(ctx: DirectoryContext, keepMs: number): Promise<number> {
  const now = ctx.clock.now();
  let total = 0;
  for (const { id: tenantId } of await listTenantRows(ctx.database.shared)) {
    const { logMonths } = (await planOf(ctx, tenantId)).limits;
    const before = logMonths === null ? now - keepMs : monthsBefore(now, logMonths);
    for (;;) {
      const count = await ctx.database
        .of(tenantId)
        .transact(tx => deleteOldOperations(tx, tenantId, before, batch), {
          durability: 'relaxed',
        });
      total += count;
      if (count < batch) break;
    }
  }
  return total;
}
