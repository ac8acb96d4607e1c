import { type QueueAdminContext, takeBackQueued } from '../../store/spool/queue-admin.ts';
import type { SpoolMessage } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import type { TraceEvent } from '../ports.ts';
import { recordTrace } from '../trace.ts';

/** The line of the history that says that a message was called back before its time. */
export function withdrawnEvent(message: SpoolMessage, at: number, recipient: string | null): TraceEvent {
  return {
    queueId: message.queueId,
    tenantId: message.tenantId,
    at,
    kind: 'withdrawn',
    sender: message.reversePath,
    recipient,
    size: message.blob.size + message.prefix.length,
    diagnostic: null,
    note: null,
    messageId: null,
  };
}

/** Takes a mail back that is held, whole, and writes that down. False when it is on its way or there is none. */
export async function takeBack(
  context: QueueAdminContext & Pick<FlowContext, 'trace' | 'log'>,
  queueId: string,
): Promise<boolean> {
  const messages = await takeBackQueued(context, queueId);
  const now = context.clock.now();
  if (messages.length > 0) {
    await recordTrace(
      context,
      messages.map(message => withdrawnEvent(message, now, null)),
    );
  }
  return messages.length > 0;
}
