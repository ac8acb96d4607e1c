import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Records } from '../store/records/records.ts';
import type { PageRequest, RecordCursor, SignInRow } from '../store/records/types.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { departmentChain } from '../store/system/sign-in/departments.ts';
import { type Administration, reaches, requireAdministration } from './administration.ts';
import type { Scope } from './scope.ts';

/** Values of the plan. */
export interface SignInHistoryLimits {
  /** How far back members see their own sign-ins (LOG-04), ms. */
  readonly ownMs: number;
  /** How far back administrators see everybody's (LOG-02), ms. */
  readonly companyMs: number;
  /** What the hint beside failed sign-ins looks at (SEC-13), ms. */
  readonly hintMs: number;
  /** Rows of a page. */
  readonly maxPage: number;
  /** Rows looked through for one page when most are filtered out. */
  readonly maxLookedAt: number;
}

const day = 86_400_000;

export const defaultSignInHistoryLimits: SignInHistoryLimits = {
  ownMs: 92 * day,
  companyMs: 184 * day,
  hintMs: 7 * day,
  maxPage: 200,
  maxLookedAt: 5_000,
};

export interface SignInHistoryContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly records: Pick<Records, 'findSignIns' | 'flush'>;
  readonly history: SignInHistoryLimits;
}

export type { RecordCursor, SignInRow } from '../store/records/types.ts';

export interface SignInPageRequest {
  readonly limit: number;
  readonly before?: RecordCursor;
  /** Only those that did not succeed. */
  readonly failed?: boolean;
}

export interface SignInPage {
  readonly list: readonly SignInRow[];
  /** Where the next page begins; null at the end. */
  readonly next: RecordCursor | null;
}

/** Failed attempts on an account of late: a reason for its owner to look after it (SEC-13). */
export interface SignInHint {
  readonly failures: number;
  /** Of the oldest that is counted, ms. */
  readonly since: number;
}

/** What a row has to be to be listed. */
export interface SignInFilter {
  readonly accountId?: AccountId;
  readonly from?: number;
  readonly to?: number;
}

/** Results that are no failure: the first of two steps is followed by the second. */
const fine: ReadonlySet<string> = new Set(['ok', 'auth.second_factor_required']);

/** The member's own sign-ins of the last months, newest first (LOG-04). Throws `access.denied`. */
export async function listOwnSignIns(
  ctx: SignInHistoryContext,
  scope: Scope,
  page: SignInPageRequest,
): Promise<SignInPage> {
  const { tenantId, accountId, rights } = scope;
  if (!rights.administer || accountId === 0) throw new MailError('access.denied', { need: 'sign-ins' });
  const from = ctx.clock.now() - ctx.history.ownMs;
  return collect(ctx, { tenantId, accountId, from }, page, async () => true);
}

/** The hint beside the member's failed sign-ins; null when there were none of late. Throws `access.denied`. */
export async function signInHint(ctx: SignInHistoryContext, scope: Scope): Promise<SignInHint | null> {
  const { tenantId, accountId, rights } = scope;
  if (!rights.administer || accountId === 0) throw new MailError('access.denied', { need: 'sign-ins' });
  const from = ctx.clock.now() - ctx.history.hintMs;
  const query = { tenantId, accountId, from };
  const { list } = await collect(ctx, query, { limit: ctx.history.maxPage, failed: true }, async () => true);
  const oldest = list.at(-1);
  return oldest ? { failures: list.length, since: oldest.at } : null;
}

/**
 * The company's sign-ins, newest first (LOG-02): of those whom the administrator reaches. Throws `access.denied`.
 */
export async function listCompanySignIns(
  ctx: SignInHistoryContext,
  scope: Scope,
  filter: SignInFilter,
  page: SignInPageRequest,
): Promise<SignInPage> {
  const administration = requireAdministration(scope, 'logs', 'view');
  const oldest = ctx.clock.now() - ctx.history.companyMs;
  const query = {
    tenantId: scope.tenantId,
    ...(filter.accountId !== undefined && { accountId: filter.accountId }),
    from: Math.max(filter.from ?? oldest, oldest),
    ...(filter.to !== undefined && { to: filter.to }),
  };
  return collect(ctx, query, page, reachOf(ctx, scope, administration));
}

/** Every sign-in of a filter, newest first, for export. Throws `access.denied`. */
export async function* exportCompanySignIns(
  ctx: SignInHistoryContext,
  scope: Scope,
  filter: SignInFilter,
): AsyncGenerator<SignInRow, void, undefined> {
  let before: RecordCursor | undefined;
  for (;;) {
    const limit = ctx.history.maxPage;
    const page: SignInPage = await listCompanySignIns(ctx, scope, filter, {
      limit,
      ...(before !== undefined && { before }),
    });
    yield* page.list;
    if (page.next === null) return;
    before = page.next;
  }
}

/**
 * When an account last signed in, ms; null for never, as far back as sign-ins are kept. The caller has checked the reach.
 * Throws `access.denied` unless the scope administers members.
 */
export async function lastSignIn(
  ctx: SignInHistoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<number | null> {
  requireAdministration(scope, 'members', 'view');
  const query = { tenantId: scope.tenantId, accountId, from: ctx.clock.now() - ctx.history.companyMs };
  const rows = await ctx.records.findSignIns(query, { limit: lookedAtForLast });
  return rows.find(row => row.result === 'ok')?.at ?? null;
}

/** Attempts among which the last good one is looked for. */
const lookedAtForLast = 20;

function reachOf(
  ctx: SignInHistoryContext,
  scope: Scope,
  administration: Administration,
): (row: SignInRow) => Promise<boolean> {
  if (administration.departments === null) return async () => true;
  const known = new Map<AccountId, boolean>();
  return async ({ accountId }) => {
    if (accountId === null) return false;
    let within = known.get(accountId);
    if (within === undefined) {
      within = reaches(
        administration,
        await departmentChain(ctx.database.of(scope.tenantId), scope.tenantId, accountId),
      );
      known.set(accountId, within);
    }
    return within;
  };
}

async function collect(
  ctx: SignInHistoryContext,
  query: Parameters<Records['findSignIns']>[0],
  page: SignInPageRequest,
  wanted: (row: SignInRow) => Promise<boolean>,
): Promise<SignInPage> {
  const limit = Math.max(1, Math.min(page.limit, ctx.history.maxPage));
  const list: SignInRow[] = [];
  let { before } = page;
  // Whoever looks right after signing in wants to see it.
  if (before === undefined) await ctx.records.flush();
  for (let lookedAt = 0; lookedAt < ctx.history.maxLookedAt; ) {
    const request: PageRequest = { limit: ctx.history.maxPage, ...(before !== undefined && { before }) };
    const rows = await ctx.records.findSignIns(query, request);
    for (const row of rows) {
      if (list.length === limit) return { list, next: before ?? null };
      before = { at: row.at, id: row.id };
      if (page.failed === true && fine.has(row.result)) continue;
      if (await wanted(row)) list.push(row);
    }
    if (rows.length < ctx.history.maxPage) return { list, next: null };
    lookedAt += rows.length;
  }
  return { list, next: before ?? null };
}
