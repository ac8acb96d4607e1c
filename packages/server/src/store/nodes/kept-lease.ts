import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { CompanyDatabase } from '../sql/company-database.ts';
import { endWorkLease, takeWorkLease } from '../system/domains/work-leases.ts';

/**
 * How long work stays with a process that says nothing, ms. With a look every few seconds by those that wait, a dead node's
 * work is taken over within 30 s.
 */
export const workLeaseMs = 15_000;

export interface LeaseContext {
  /** The system's rows: every node sees them. */
  readonly database: CompanyDatabase;
  readonly clock: Clock;
}

/**
 * The right to do one piece of work alone, among all processes on the rows. Once taken it is prolonged in the background
 * until it is disposed, so that work may take as long as it needs; when the store cannot be reached in time it is lost,
 * and whoever works has to stop.
 */
export class KeptLease implements AsyncDisposable {
  readonly #ctx: LeaseContext;
  readonly #name: string;
  readonly #holder = randomUUID();
  readonly #leaseMs: number;
  #until: number | null = null;
  #timer: Timer | null = null;
  #onLost: (() => void) | null = null;
  #ended = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(ctx: LeaseContext, name: string, leaseMs: number = workLeaseMs) {
    this.#ctx = ctx;
    this.#name = name;
    this.#leaseMs = leaseMs;
  }

  /** Whether it is ours now. Ask between the steps of long work. */
  get held(): boolean {
    return !this.#ended && this.#until !== null && this.#ctx.clock.now() < this.#until;
  }

  /** Takes it, or keeps it; false when another process has it. Throws what the store throws. */
  async take(): Promise<boolean> {
    if (this.held) return true;
    if (this.#ended) return false;
    return this.#write();
  }

  /** Calls `listener` once when it is lost while it is prolonged. */
  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    await this.#writing.catch(() => undefined);
    if (this.#until === null) return;
    await this.#ctx.database.shared.transact(tx => endWorkLease(tx, this.#name, this.#holder));
  }

  #write(): Promise<boolean> {
    const { database, clock } = this.#ctx;
    const now = clock.now();
    const writing = database.shared
      .transact(tx => takeWorkLease(tx, this.#name, this.#holder, now, this.#leaseMs))
      .then(mine => {
        this.#until = mine ? now + this.#leaseMs : null;
        if (mine && !this.#ended) this.#arm();
        return mine;
      });
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = this.#ctx.clock.after(this.#leaseMs / 3, () => void this.#prolong());
  }

  async #prolong(): Promise<void> {
    let ours = true;
    try {
      ours = await this.#write();
    } catch {
      // Tried again until the lease is over.
      ours = this.held;
      if (ours && !this.#ended) this.#arm();
    }
    if (ours || this.#ended) return;
    this.#onLost?.();
    this.#onLost = null;
  }
}
