import type { Scope } from '../../access/scope.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import { giveBackQueued, retryQueued } from '../../store/spool/queue-admin.ts';
import type { TraceContext } from './context.ts';
import { requireTrace } from './journey.ts';

type Act = 'retry' | 'return';

const actions = { retry: 'mail.retried', return: 'mail.returned' } as const satisfies Record<Act, string>;

/**
 * `retry` tries what waits of the company's part of a mail now. `return` does so for the last time: what is not taken goes
 * back to its sender at once. Returns for how many recipients. Needs `trace:manage`. Throws `conflict.state` when nothing
 * waits, or all is being delivered this moment.
 */
export async function actOnQueued(
  ctx: TraceContext,
  scope: Scope,
  queueId: string,
  act: Act,
): Promise<number> {
  requireTrace(scope, 'manage');
  const { tenantId } = scope;
  const count = await (act === 'retry'
    ? retryQueued(ctx.queue, queueId, tenantId)
    : giveBackQueued(ctx.queue, queueId, tenantId));
  if (count === 0) throw new MailError('conflict.state', { queueId });
  await ctx.directory.database.of(scope.tenantId).transact(tx =>
    recordOperation(tx, ctx.clock, scope, {
      action: actions[act],
      targetKind: 'mail',
      target: queueId,
      details: { recipients: count },
    }),
  );
  ctx.wakeQueue();
  return count;
}
