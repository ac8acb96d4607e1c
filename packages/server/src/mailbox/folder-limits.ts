import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { MailboxContext } from './context.ts';
import type { MailboxLimits } from './limits.ts';

/**
 * The context with the limits of folders that hold for an account: its plan's where they are lower (FLD-01). Ask for it
 * before the transaction that makes or moves folders; what is there already is found with the limits of the context.
 */
export async function withFolderPlan(
  ctx: MailboxContext,
  scope: Pick<Scope, 'tenantId'>,
): Promise<MailboxContext> {
  const plan = await ctx.quotas.folderPlan?.(scope.tenantId);
  if (!plan || (plan.folders === null && plan.folderLevels === null)) return ctx;
  const { limits } = ctx;
  const maxMailboxes = Math.min(limits.maxMailboxes, plan.folders ?? limits.maxMailboxes);
  const maxDepth = Math.min(limits.maxDepth, plan.folderLevels ?? limits.maxDepth);
  return { ...ctx, limits: { ...limits, maxMailboxes, maxDepth } };
}

/** Throws `mailbox.limit` unless a tree of `height` levels may be where its root gets the path `to`. */
export function requireDepth(
  limits: Pick<MailboxLimits, 'maxDepth'>,
  height: number,
  to: readonly string[],
  from: readonly string[] = [],
): void {
  // What is too deep since the plan changed may be renamed where it is, and come up.
  if (to.length + height - 1 > limits.maxDepth && (from.length === 0 || to.length > from.length)) {
    throw new MailError('mailbox.limit', { limit: 'depth', max: limits.maxDepth });
  }
}
