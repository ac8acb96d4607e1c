import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import {
  type CompanyRow,
  companyRow,
  holdCompany,
  memberCount,
  publicMailboxCount,
  vipCount,
  writePlan,
} from '../../store/system/people/company.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import {
  type Entitlement,
  entitlements,
  isPlanName,
  type PlanLimits,
  type PlanName,
  type SeatRule,
  type TenantPlan,
} from './plan.ts';
import { defaultPlan, planTemplates } from './templates.ts';

/** What was agreed with a tenant beyond its plan; what is left out is as in the plan. */
export interface PlanChanges {
  readonly limits?: Partial<PlanLimits>;
  readonly entitlements?: Readonly<Partial<Record<Entitlement, boolean>>>;
}

function changesOf(row: CompanyRow | undefined): PlanChanges {
  return row ? (JSON.parse(row.plan_changes) as PlanChanges) : {};
}

function planOfRow(row: CompanyRow | undefined): TenantPlan {
  const name = row && isPlanName(row.plan) ? row.plan : defaultPlan;
  const template = planTemplates[name];
  const changes = changesOf(row);
  const has = new Set(template.entitlements);
  for (const entitlement of entitlements) {
    const agreed = changes.entitlements?.[entitlement];
    if (agreed === true) has.add(entitlement);
    if (agreed === false) has.delete(entitlement);
  }
  const bought = row?.vip_seats ?? null;
  return {
    name,
    limits: { ...template.limits, ...changes.limits },
    entitlements: has,
    memberSeats: row?.plan_seats ?? null,
    // Only an installation without plans has seats without number.
    vipSeats: has.has('vipSeats') ? (bought ?? (name === 'self-hosted' ? null : 0)) : 0,
  };
}

/** A tenant's plan inside a transaction or snapshot. */
export async function planIn(reader: SqlReader, tenantId: TenantId): Promise<TenantPlan> {
  return planOfRow(await companyRow(reader, tenantId));
}

/** A tenant's plan, remembered like quotas. */
export async function planOf(ctx: DirectoryContext, tenantId: TenantId): Promise<TenantPlan> {
  return ctx.plans.get(ctx.database.shared, String(tenantId), () =>
    planIn(ctx.database.of(tenantId), tenantId),
  );
}

/** Throws `plan.not_included` unless the tenant's plan includes it (TEN-05). */
export async function requireEntitlement(
  ctx: DirectoryContext,
  tenantId: TenantId,
  name: Entitlement,
): Promise<void> {
  requireIncluded(await planOf(ctx, tenantId), name);
}

/** The same with a plan that was read in the caller's transaction. */
export function requireIncluded(plan: TenantPlan, name: Entitlement): void {
  if (!plan.entitlements.has(name))
    throw new MailError('plan.not_included', { feature: name, plan: plan.name });
}

/** Throws `limit.exceeded` when `wanted` is above a limit of the plan. */
export function requireWithin(
  name: keyof PlanLimits | 'memberSeats' | 'vipSeats',
  max: number | null,
  wanted: number,
): void {
  if (max !== null && wanted > max) throw new MailError('limit.exceeded', { limit: name, max });
}

/** What a tenant uses of what its plan counts. */
export interface PlanUse {
  readonly members: number;
  readonly vipSeats: number;
  readonly publicMailboxes: number;
  /** How many public mailboxes it may have (PUB-03); null: no limit. */
  readonly publicMailboxLimit: number | null;
}

/** Public mailboxes that the plan allows with so many VIP seats taken: 3, or 3 and the free seats (PUB-03). */
export function publicMailboxLimit(plan: TenantPlan, vipSeatsTaken: number): number | null {
  const { publicMailboxes, publicMailboxesPerFreeVipSeat } = plan.limits;
  if (publicMailboxes === null) return null;
  const free = Math.max(0, (plan.vipSeats ?? 0) - vipSeatsTaken);
  return publicMailboxes + free * publicMailboxesPerFreeVipSeat;
}

export async function planUseIn(reader: SqlReader, tenantId: TenantId, plan: TenantPlan): Promise<PlanUse> {
  const vipSeats = await vipCount(reader, tenantId);
  return {
    members: await memberCount(reader, tenantId),
    vipSeats,
    publicMailboxes: await publicMailboxCount(reader, tenantId),
    publicMailboxLimit: publicMailboxLimit(plan, vipSeats),
  };
}

/**
 * Holds the tenant's counters until the transaction ends and returns its plan. Whoever makes a member, gives a seat or
 * makes a public mailbox calls this before counting: two at the same time wait for each other.
 */
export async function holdPlan(tx: SqlTransaction, tenantId: TenantId): Promise<TenantPlan> {
  await holdCompany(tx, tenantId, defaultPlan);
  return planIn(tx, tenantId);
}

/** Throws `limit.exceeded` when the plan has no seat for `more` members. Call it under `holdPlan`. */
export async function requireMemberSeats(
  tx: SqlTransaction,
  tenantId: TenantId,
  plan: TenantPlan,
  more: number,
): Promise<void> {
  if (plan.memberSeats === null) return;
  requireWithin('memberSeats', plan.memberSeats, (await memberCount(tx, tenantId)) + more);
}

/** Throws `limit.exceeded` when the plan has no room for one more public mailbox (PUB-03). Call it under `holdPlan`. */
export async function requirePublicMailboxRoom(
  tx: SqlTransaction,
  tenantId: TenantId,
  plan: TenantPlan,
): Promise<void> {
  if (plan.limits.publicMailboxes === null) return;
  const { publicMailboxes, publicMailboxLimit: max } = await planUseIn(tx, tenantId, plan);
  requireWithin('publicMailboxes', max, publicMailboxes + 1);
}

export interface PlanOrder {
  readonly plan: PlanName;
  /** Members; null or left out: no limit, or for a plan sold by the seat its smallest number. */
  readonly memberSeats?: number | null;
  readonly vipSeats?: number | null;
  /** Left out: what was agreed stays when the plan stays, and is dropped when it changes. */
  readonly changes?: PlanChanges;
}

function requireSeatOrder(rule: SeatRule, before: number | null, wanted: number): void {
  const refuse = (reason: string): never => {
    throw new MailError('input.invalid', { field: 'memberSeats', reason, ...rule });
  };
  if (wanted < rule.atLeast) refuse('fewer than the plan is sold for');
  if (before === null || wanted <= before) return;
  const added = wanted - before;
  if (added < rule.addAtLeast || added % rule.addMultipleOf !== 0) refuse('step');
}

function requireCount(field: string, value: number | null): number | null {
  if (value === null || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new MailError('input.invalid', { field });
}

/**
 * Puts a tenant on a plan, or changes its seats (TEN-04 to TEN-08): for the operator only, because it is the tenant that
 * pays. Throws `access.denied`, `input.invalid` for a number of seats that the plan is not sold in, `conflict.state` when
 * more members or VIP seats are in use than were ordered.
 */
export async function orderPlan(ctx: DirectoryContext, scope: Scope, order: PlanOrder): Promise<TenantPlan> {
  if (scope.principal.kind !== 'system') throw new MailError('access.denied', { need: 'operator' });
  requireAdministration(scope, 'company', 'manage');
  const { tenantId } = scope;
  const template = planTemplates[order.plan];
  return change(ctx, scope.tenantId, async tx => {
    const before = await holdPlan(tx, tenantId);
    const row = await companyRow(tx, tenantId);
    const same = before.name === order.plan;
    const seats = requireCount(
      'memberSeats',
      order.memberSeats ?? (same ? before.memberSeats : null) ?? template.seats?.atLeast ?? null,
    );
    if (template.seats && seats !== null) {
      requireSeatOrder(template.seats, same ? before.memberSeats : null, seats);
    }
    const vip = requireCount('vipSeats', order.vipSeats ?? (same ? (row?.vip_seats ?? null) : null));
    const changes = order.changes ?? (same ? changesOf(row) : {});
    await writePlan(tx, tenantId, {
      plan: order.plan,
      plan_seats: seats,
      vip_seats: vip,
      plan_changes: JSON.stringify(changes),
    });
    const after = await planIn(tx, tenantId);
    const use = await planUseIn(tx, tenantId, after);
    if (after.memberSeats !== null && use.members > after.memberSeats) {
      throw new MailError('conflict.state', { reason: 'members', used: use.members, max: after.memberSeats });
    }
    if (after.vipSeats !== null && use.vipSeats > after.vipSeats && after.entitlements.has('vipSeats')) {
      throw new MailError('conflict.state', { reason: 'VIP seats', used: use.vipSeats, max: after.vipSeats });
    }
    await recordOperation(tx, ctx.clock, scope, {
      action: 'company.plan_changed',
      targetKind: 'company',
      target: String(tenantId),
      details: {
        before: { plan: before.name, memberSeats: before.memberSeats, vipSeats: before.vipSeats },
        after: { plan: after.name, memberSeats: after.memberSeats, vipSeats: after.vipSeats },
      },
    });
    return after;
  });
}
