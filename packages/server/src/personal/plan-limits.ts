import type { Scope } from '../access/scope.ts';
import { planOf } from '../directory/plans/tenant-plan.ts';
import type { PersonalContext, PersonalLimits } from './context.ts';

/** What the members of a company may keep: as many labels as its plan has, if that is fewer (FLD-03). */
export async function limitsOf(
  ctx: PersonalContext,
  scope: Pick<Scope, 'tenantId'>,
): Promise<PersonalLimits> {
  const { labels } = (await planOf(ctx.directoryContext, scope.tenantId)).limits;
  return labels === null ? ctx.limits : { ...ctx.limits, maxLabels: Math.min(ctx.limits.maxLabels, labels) };
}
