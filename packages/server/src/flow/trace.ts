import type { FlowContext } from './context.ts';
import type { TraceEvent } from './ports.ts';

/** Writes history in the background. A failure is logged: it must not hold up or undo mail. */
export function recordTrace(
  context: Pick<FlowContext, 'trace' | 'log'>,
  events: readonly TraceEvent[],
): void {
  context.trace.append(events).catch((error: unknown) => {
    context.log.error('flow.trace_failed', { error, events: events.length });
  });
}
