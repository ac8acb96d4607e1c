import type { ClaimedMessage } from '../../store/spool/types.ts';

/** How acceptance calls the dispatcher of the same process. */
export interface QueueSignal {
  /** There is new work: what was claimed at acceptance, and perhaps more in the queue. */
  queued(claimed: readonly ClaimedMessage[]): void;
  /** Calls `listener` for new work. With nobody listening nothing may be claimed at acceptance. */
  listen(listener: (claimed: readonly ClaimedMessage[]) => void): Disposable;
  /** Whether somebody listens. */
  readonly heard: boolean;
}

/** A signal between one acceptor and at most one dispatcher. */
export function createQueueSignal(): QueueSignal {
  let current: ((claimed: readonly ClaimedMessage[]) => void) | null = null;
  return {
    queued: claimed => current?.(claimed),
    listen(listener) {
      if (current) throw new Error('the queue has a dispatcher already');
      current = listener;
      return {
        [Symbol.dispose]: () => {
          if (current === listener) current = null;
        },
      };
    },
    get heard() {
      return current !== null;
    },
  };
}
