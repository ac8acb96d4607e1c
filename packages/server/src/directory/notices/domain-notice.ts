import type { TenantId } from '../../platform/ids.ts';
import type { DirectoryContext } from '../context.ts';
import { raiseNotice } from './raise.ts';

/** Files what happened to a domain, as its `kind` and the values of its words. */
export async function raiseDomainNotice(
  ctx: DirectoryContext,
  tenantId: TenantId,
  notice: Readonly<Record<string, string | number>> & { readonly kind: string },
): Promise<void> {
  const { kind, ...values } = notice;
  await ctx.database
    .of(tenantId)
    .transact(tx => raiseNotice(tx, ctx.clock, tenantId, { event: 'domains', kind, values }));
}
