import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { SqlDatabase } from '../sql/port.ts';
import { endWorkLease, takeWorkLease } from '../system/domains/work-leases.ts';

/**
 * How long work stays with a process that says nothing, ms. With a look every few seconds by those that wait, a dead node's
 * work is taken over within 30 s.
 */
export const workLeaseMs = 15_000;

/** The right to do one piece of work alone, kept until it is disposed or lost. */
export interface KeptLease extends AsyncDisposable {
  /** Aborted when others may have the work: the store could not be reached in time, or a long pause. */
  readonly lost: AbortSignal;
}

export interface LeaseContext {
  readonly database: SqlDatabase;
  readonly clock: Clock;
}

/** Takes the lease on `name` and prolongs it in the background; null when another process has it. */
export async function takeKeptLease(
  ctx: LeaseContext,
  name: string,
  leaseMs: number = workLeaseMs,
): Promise<KeptLease | null> {
  const holder = randomUUID();
  const now = ctx.clock.now();
  const mine = await ctx.database.transact(tx => takeWorkLease(tx, name, holder, now, leaseMs));
  return mine ? new Kept(ctx, name, holder, now + leaseMs, leaseMs) : null;
}

class Kept implements KeptLease {
  readonly #ctx: LeaseContext;
  readonly #name: string;
  readonly #holder: string;
  readonly #leaseMs: number;
  readonly #losing = new AbortController();
  #until: number;
  #timer: Timer | null = null;
  #deadline: Timer | null = null;
  #ended = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(ctx: LeaseContext, name: string, holder: string, until: number, leaseMs: number) {
    this.#ctx = ctx;
    this.#name = name;
    this.#holder = holder;
    this.#until = until;
    this.#leaseMs = leaseMs;
    this.#arm();
  }

  get lost(): AbortSignal {
    return this.#losing.signal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    this.#deadline?.cancel();
    await this.#writing;
    await this.#ctx.database.transact(tx => endWorkLease(tx, this.#name, this.#holder));
  }

  #arm(): void {
    const { clock } = this.#ctx;
    this.#deadline?.cancel();
    this.#deadline = clock.after(Math.max(0, this.#until - clock.now()), () => this.#lose());
    this.#timer = clock.after(this.#leaseMs / 3, () => {
      this.#writing = this.#prolong();
    });
  }

  async #prolong(): Promise<void> {
    const { database, clock } = this.#ctx;
    try {
      const now = clock.now();
      const ours = await database.transact(tx =>
        takeWorkLease(tx, this.#name, this.#holder, now, this.#leaseMs),
      );
      if (!ours) return this.#lose();
      this.#until = now + this.#leaseMs;
    } catch {
      // Tried again until the lease ends: then it is lost.
    }
    if (!this.#ended && !this.lost.aborted) this.#arm();
  }

  #lose(): void {
    this.#timer?.cancel();
    this.#deadline?.cancel();
    if (!this.#ended) this.#losing.abort();
  }
}
