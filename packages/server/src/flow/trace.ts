import type { TenantId } from '../platform/ids.ts';
import type { FlowContext } from './context.ts';
import type { TraceEvent } from './ports.ts';
import type { Candidate } from './screen.ts';

/**
 * Writes history in the background; what it returns resolves when it can be read, and never rejects. A failure is logged: it
 * must not hold up or undo mail.
 */
export function recordTrace(
  context: Pick<FlowContext, 'trace' | 'log'>,
  events: readonly TraceEvent[],
): Promise<void> {
  return context.trace.append(events).catch((error: unknown) => {
    context.log.error('flow.trace_failed', { error, events: events.length });
  });
}

/** Writes that a message was refused after its last byte, for every company that it was for. */
export function recordRefusal(
  context: Pick<FlowContext, 'trace' | 'log' | 'clock'>,
  { queueId, sender, size, origin }: Candidate,
  recipients: readonly { readonly tenantId: TenantId }[],
  note: string,
): void {
  const tenants = new Set(recipients.map(({ tenantId }) => tenantId));
  const { protocol, peer } = origin;
  void recordTrace(
    context,
    [...tenants].map(tenantId => ({
      queueId,
      tenantId,
      at: context.clock.now(),
      kind: 'refused',
      sender,
      recipient: null,
      size,
      diagnostic: null,
      note: `${protocol} from ${peer.address}${note && `: ${note}`}`,
      messageId: null,
    })),
  );
}
