import type { ClaimedMessage } from '../../store/spool/types.ts';

/** Who works the queue in this process. */
export interface QueueListener {
  /** There is new work: what was claimed at acceptance, and whether the queue holds `more` of it. */
  queued(claimed: readonly ClaimedMessage[], more: boolean): void;
  /** Whether it takes work now. When it has enough, what is accepted waits in the queue and not in memory. */
  ready(): boolean;
}

/** How acceptance calls the dispatcher of the same process. */
export interface QueueSignal extends QueueListener {
  /** Connects the dispatcher; at most one at a time. */
  listen(listener: QueueListener): Disposable;
}

/** A signal between one acceptor and at most one dispatcher. Without one, `ready` is false and calls go nowhere. */
export function createQueueSignal(): QueueSignal {
  let current: QueueListener | null = null;
  return {
    queued: (claimed, more) => current?.queued(claimed, more),
    ready: () => current?.ready() ?? false,
    listen(listener) {
      if (current) throw new Error('the queue has a dispatcher already');
      current = listener;
      return {
        [Symbol.dispose]: () => {
          if (current === listener) current = null;
        },
      };
    },
  };
}
