import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { vipCount } from '../../store/system/people/company.ts';
import { memberById, membersInDepartments, writeVip } from '../../store/system/people/members.ts';
import { change, type DirectoryContext } from '../context.ts';
import { requireReached } from '../departments/departments.ts';
import { treeIn } from '../departments/tree.ts';
import { recordOperation } from '../operations.ts';
import type { TenantPlan } from '../plans/plan.ts';
import { holdPlan, requireWithin } from '../plans/tenant-plan.ts';
import { requireManaged } from './manage.ts';

/** Most members of one call. */
const maxAtOnce = 10_000;

/**
 * Gives VIP seats; who has one keeps it and counts once. Call it under `holdPlan`, which makes two such calls wait for each
 * other, so that the pool is never exceeded (MBX-04). Throws `plan.not_included`, `limit.exceeded`.
 */
export async function requireVipSeats(
  tx: SqlTransaction,
  tenantId: TenantId,
  plan: TenantPlan,
  accountIds: readonly AccountId[],
): Promise<AccountId[]> {
  if (!plan.entitlements.has('vipSeats')) {
    throw new MailError('plan.not_included', { feature: 'vipSeats', plan: plan.name });
  }
  const given: AccountId[] = [];
  for (const accountId of accountIds) {
    if (await writeVip(tx, tenantId, accountId, true)) given.push(accountId);
  }
  requireWithin('vipSeats', plan.vipSeats, await vipCount(tx, tenantId));
  return given;
}

/** Whose seats: members, and everybody in departments and below. */
export interface SeatChoice {
  readonly members?: readonly AccountId[];
  readonly departments?: readonly number[];
}

/**
 * Gives VIP seats to members, or takes them back: all or none (MBX-04). Needs `members:manage` and reach of everybody.
 * Returns whose seat changed. Throws `account.not_found`, `department.not_found`, `limit.exceeded` when the pool is too
 * small, `plan.not_included`.
 */
export async function setVip(
  ctx: DirectoryContext,
  scope: Scope,
  choice: SeatChoice,
  vip: boolean,
): Promise<AccountId[]> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const { tenantId } = scope;
  return change(ctx, scope.tenantId, async tx => {
    const plan = await holdPlan(tx, tenantId);
    const tree = await treeIn(tx, tenantId);
    const chosen = new Set(choice.members ?? []);
    for (const accountId of chosen) {
      await requireManaged(tx, administration, scope, accountId);
      if (!(await memberById(tx, tenantId, accountId)))
        throw new MailError('account.not_found', { accountId });
    }
    for (const id of choice.departments ?? []) {
      requireReached(tree, administration, id);
      const branch = [...tree.branchOf(id)];
      for (const accountId of await membersInDepartments(tx, tenantId, branch)) chosen.add(accountId);
    }
    requireWithin('vipSeats', maxAtOnce, chosen.size);
    const changed: AccountId[] = [];
    if (vip) changed.push(...(await requireVipSeats(tx, tenantId, plan, [...chosen])));
    else {
      for (const accountId of chosen)
        if (await writeVip(tx, tenantId, accountId, false)) changed.push(accountId);
    }
    if (changed.length > 0) {
      await recordOperation(tx, ctx.clock, scope, {
        action: vip ? 'member.vip_given' : 'member.vip_taken',
        targetKind: 'member',
        target: String(changed.length),
        details: { accountIds: changed.slice(0, 1_000), departments: choice.departments ?? [] },
      });
    }
    return changed;
  });
}
