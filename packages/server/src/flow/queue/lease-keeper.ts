import type { Clock, Timer } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { SpoolRecipientId } from '../../store/spool/types.ts';

/** What the keeper needs of the queue. */
export interface LeaseRenewal {
  renew(ids: readonly SpoolRecipientId[]): Promise<SpoolRecipientId[]>;
}

interface Held {
  until: number;
}

/** Keeps the leases of rows at work alive, and knows which of them were lost to another process. */
export class LeaseKeeper implements Disposable {
  readonly #queue: LeaseRenewal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #everyMs: number;
  readonly #held = new Map<SpoolRecipientId, Held>();
  #timer: Timer | null = null;
  #disposed = false;

  /** `leaseMs`: how long a lease holds; it is renewed three times in that time. */
  constructor(queue: LeaseRenewal, clock: Clock, log: Log, leaseMs: number) {
    this.#queue = queue;
    this.#clock = clock;
    this.#log = log;
    this.#everyMs = Math.max(1, Math.floor(leaseMs / 3));
  }

  /**
   * Starts keeping rows that were claimed until `until`. Returns those that were not kept yet: after a long pause or a
   * jump of the clock a process may claim what it has in hand, which must not be begun a second time.
   */
  hold<Row extends { readonly id: SpoolRecipientId }>(rows: readonly Row[], until: number): Row[] {
    const fresh = rows.filter(({ id }) => !this.#held.has(id));
    for (const { id } of rows) this.#held.set(id, { until });
    this.#arm();
    return fresh;
  }

  /** Whether a row is still ours, as far as known. */
  holds(id: SpoolRecipientId): boolean {
    const held = this.#held.get(id);
    return held !== undefined && held.until > this.#clock.now();
  }

  drop(rows: readonly { readonly id: SpoolRecipientId }[]): void {
    for (const { id } of rows) this.#held.delete(id);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.cancel();
    this.#held.clear();
  }

  #arm(): void {
    if (this.#timer || this.#disposed) return;
    this.#timer = this.#clock.after(this.#everyMs, () => {
      this.#timer = null;
      void this.#renew();
    });
  }

  async #renew(): Promise<void> {
    if (this.#held.size === 0) return;
    const ids = [...this.#held.keys()];
    const until = this.#clock.now() + 3 * this.#everyMs;
    try {
      const ours = new Set(await this.#queue.renew(ids));
      for (const id of ids) {
        const held = this.#held.get(id);
        if (held && ours.has(id)) held.until = until;
        else this.#held.delete(id);
      }
    } catch (error) {
      // Not renewed is not lost: the next round tries again, and a lease that ends is noticed by its time.
      this.#log.warn('flow.lease_renewal_failed', { error, rows: ids.length });
    }
    if (this.#held.size > 0) this.#arm();
  }
}
