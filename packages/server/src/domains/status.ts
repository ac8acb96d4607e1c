import type { Scope } from '../access/scope.ts';
import { domainToDisplay, domainToKey } from '../directory/address.ts';
import { change, requireDomain } from '../directory/context.ts';
import { requireDomains } from '../directory/domain-state/access.ts';
import { filingRequired, setFilingRequired } from '../directory/domain-state/gate.ts';
import { recordOperation } from '../directory/operations.ts';
import { MailError } from '../platform/errors.ts';
import {
  type DomainState,
  type DomainStatusRow,
  domainStatusRows,
  putDomainStatus,
  type RealNameState,
} from '../store/system/domains/status-rows.ts';
import { type DomainRow, listDomainRows } from '../store/system/tenants.ts';
import type { DomainsContext } from './context.ts';
import { checkDomain } from './records/check.ts';
import { type DomainReport, type ReportSummary, summarise } from './records/report.ts';
import { type WantedRecord, wantedRecords } from './records/wanted.ts';
import { firstStatus, statusOf } from './watch/first-status.ts';
import { applyReport } from './watch/look.ts';

/** A domain with what is known about it. Times are ms since the epoch. */
export interface DomainStatus {
  /** A-labels. */
  readonly name: string;
  readonly unicodeName: string;
  readonly primary: boolean;
  readonly createdAt: number;
  readonly state: DomainState;
  readonly stateSince: number;
  readonly checkedAt: number | null;
  readonly nextLookAt: number;
  readonly realName: RealNameState;
  readonly icpFiled: boolean;
  readonly trial: boolean;
  /** Until when a retired trial domain's addresses lead to where they moved; null for any other. */
  readonly retiresAt: number | null;
  readonly dnsHost: string | null;
  readonly summary: ReportSummary | null;
  readonly report: DomainReport | null;
}

function toStatus(domain: DomainRow, row: DomainStatusRow): DomainStatus {
  const report = row.report === null ? null : (JSON.parse(row.report) as DomainReport);
  return {
    name: domain.name,
    unicodeName: domainToDisplay(domain.name),
    primary: domain.is_primary === 1,
    createdAt: domain.created_at,
    state: row.state,
    stateSince: row.state_since,
    checkedAt: row.checked_at,
    nextLookAt: row.next_look_at,
    realName: row.real_name,
    icpFiled: row.icp_filed === 1,
    trial: row.trial === 1,
    retiresAt: row.successor_until,
    dnsHost: row.dns_host,
    summary: report && summarise(report),
    report,
  };
}

/** The tenant's domains with their states, oldest first. */
export async function listDomainStatuses(ctx: DomainsContext, scope: Scope): Promise<DomainStatus[]> {
  requireDomains(scope, 'view');
  return ctx.directory.database.of(scope.tenantId).read(async reader => {
    const rows = new Map(
      (await domainStatusRows(reader, scope.tenantId)).map(row => [row.domain_id, row] as const),
    );
    const domains = await listDomainRows(reader, scope.tenantId);
    const first = ctx.schedule.firstMs[0] ?? 0;
    return domains.map(domain => toStatus(domain, rows.get(domain.id) ?? firstStatus(domain, first)));
  });
}

/** One domain. Throws `domain.not_found`. */
export async function getDomainStatus(
  ctx: DomainsContext,
  scope: Scope,
  name: string,
): Promise<DomainStatus> {
  requireDomains(scope, 'view');
  const { database } = ctx.directory;
  const domain = await requireDomain(database.of(scope.tenantId), scope.tenantId, domainToKey(name) ?? name);
  return toStatus(domain, await statusOf(ctx, database.of(scope.tenantId), domain));
}

/** The records that one of the tenant's domains should have. Throws `domain.not_found`. */
export async function domainRecords(
  ctx: DomainsContext,
  scope: Scope,
  name: string,
): Promise<readonly WantedRecord[]> {
  requireDomains(scope, 'view');
  const domain = await requireDomain(
    ctx.directory.database.of(scope.tenantId),
    scope.tenantId,
    domainToKey(name) ?? name,
  );
  return recordsOf(ctx, domain);
}

/** The records of a domain, for whoever has found it to be the tenant's. */
export async function recordsOf(ctx: DomainsContext, domain: DomainRow): Promise<readonly WantedRecord[]> {
  const plan = await ctx.plan(domain.tenant_id);
  return wantedRecords(plan, domain.name, await ctx.dkim.published(domain));
}

/** Looks into the DNS now, without deciding anything. Throws `domain.not_found`. */
export async function lookAt(ctx: DomainsContext, domain: DomainRow): Promise<DomainReport> {
  const [plan, records] = await Promise.all([ctx.plan(domain.tenant_id), recordsOf(ctx, domain)]);
  return checkDomain(ctx.resolver, plan, domain.name, records, ctx.clock.now());
}

/**
 * Checks a domain now (DOM-06) and changes its state accordingly; within `checkEveryMs` of the last check its result.
 * Throws `domain.not_found`.
 */
export async function checkNow(ctx: DomainsContext, scope: Scope, name: string): Promise<DomainStatus> {
  requireDomains(scope, 'manage');
  const { database } = ctx.directory;
  const domain = await requireDomain(database.of(scope.tenantId), scope.tenantId, domainToKey(name) ?? name);
  const before = await statusOf(ctx, database.of(scope.tenantId), domain);
  const age = before.checked_at === null ? Infinity : ctx.clock.now() - before.checked_at;
  if (age >= 0 && age < ctx.policy.checkEveryMs) return toStatus(domain, before);
  const report = await lookAt(ctx, domain);
  const row = await applyReport(ctx, domain, report);
  return toStatus(domain, row ?? before);
}

/**
 * What the DNS says about any domain (DOM-08), against what it would have to say if it were the tenant's. Throws
 * `input.invalid`.
 */
export async function lookUp(ctx: DomainsContext, scope: Scope, name: string): Promise<DomainReport> {
  requireDomains(scope, 'view');
  const key = domainToKey(name);
  if (key === null) throw new MailError('input.invalid', { field: 'domain', domain: name.slice(0, 320) });
  const plan = await ctx.plan(scope.tenantId);
  return checkDomain(ctx.resolver, plan, key, wantedRecords(plan, key, []), ctx.clock.now());
}

/** What a person of the provider decides about a domain. */
export interface DomainDecision {
  /** DOM-15. `pending` shuts its mail until it is `approved`. */
  readonly realName?: RealNameState;
  /** DOM-16. */
  readonly icpFiled?: boolean;
}

/**
 * Says whether the tenant's host names need a filing before pages open there (DOM-16). Only the server itself may.
 * Throws `access.denied`.
 */
export async function changeFilingRule(ctx: DomainsContext, scope: Scope, on: boolean): Promise<void> {
  requireDomains(scope, 'manage');
  if (scope.principal.kind !== 'system') throw new MailError('access.denied', { need: 'provider' });
  await ctx.directory.database.of(scope.tenantId).transact(async tx => {
    const before = await filingRequired(tx, scope.tenantId);
    await setFilingRequired(tx, scope.tenantId, on);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'domain.filing_rule_changed',
      targetKind: 'tenant',
      target: String(scope.tenantId),
      details: { before, after: on },
    });
  });
}

/**
 * Files a decision about a domain. Only the server itself (command line, provider) may: a tenant cannot approve itself.
 * Throws `access.denied`, `domain.not_found`.
 */
export async function decideDomain(
  ctx: DomainsContext,
  scope: Scope,
  name: string,
  decision: DomainDecision,
): Promise<DomainStatus> {
  requireDomains(scope, 'manage');
  if (scope.principal.kind !== 'system') throw new MailError('access.denied', { need: 'provider' });
  return change(ctx.directory, scope.tenantId, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, domainToKey(name) ?? name);
    const before = await statusOf(ctx, tx, domain);
    const after: DomainStatusRow = {
      ...before,
      real_name: decision.realName ?? before.real_name,
      icp_filed: decision.icpFiled === undefined ? before.icp_filed : Number(decision.icpFiled),
      next_look_at: ctx.clock.now(),
    };
    await putDomainStatus(tx, after);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'domain.reviewed',
      targetKind: 'domain',
      target: domain.name,
      details: {
        before: { realName: before.real_name, icpFiled: before.icp_filed === 1 },
        after: { realName: after.real_name, icpFiled: after.icp_filed === 1 },
      },
    });
    return toStatus(domain, after);
  });
}
