import { randomUUID } from 'node:crypto';
import type { Scope } from '../../access/scope.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import {
  endMaildropLease,
  type MaildropHolder,
  prolongMaildropLease,
  takeMaildropLease,
} from '../../store/system/maildrop-leases.ts';

/** How long a lease runs without being prolonged, ms: so long a maildrop stays locked after its process has died. */
export const defaultLeaseMs = 60_000;

/** Prolonged this many times within its length, so that one that fails is not yet the end. */
const prolongationsPerLease = 4;

/** A lock need not outlive the machine. */
const durability = { durability: 'relaxed' } as const;

export interface LeaseOptions {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly leaseMs: number;
}

/** The exclusive right of one POP3 session to the maildrop of an account (RFC 1939 §3, §4). Disposing gives it back. */
export class MaildropLease implements AsyncDisposable {
  readonly #options: LeaseOptions;
  readonly #who: MaildropHolder;
  readonly #lost = new AbortController();
  #timer: Timer | null = null;
  #ended = false;

  private constructor(options: LeaseOptions, who: MaildropHolder) {
    this.#options = options;
    this.#who = who;
    this.#schedule();
  }

  /** Throws `conflict.state` when another session has the maildrop. */
  static async take(options: LeaseOptions, scope: Scope): Promise<MaildropLease> {
    const { database, clock, leaseMs } = options;
    const who = { tenantId: scope.tenantId, accountId: scope.accountId, holder: randomUUID() };
    const taken = await database
      .of(scope.tenantId)
      .transact(tx => takeMaildropLease(tx, who, clock.now(), leaseMs), durability);
    if (!taken) throw new MailError('conflict.state', { reason: 'maildrop in use' });
    return new MaildropLease(options, who);
  }

  /** Aborted when another session has the maildrop: this one stopped prolonging for too long. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Prolongs the lease now. False when it was lost: nothing may be changed any more. */
  async prolong(): Promise<boolean> {
    if (this.#ended || this.#lost.signal.aborted) return false;
    const { database, clock, leaseMs } = this.#options;
    const held = await database
      .of(this.#who.tenantId)
      .transact(tx => prolongMaildropLease(tx, this.#who, clock.now() + leaseMs), durability);
    if (!held && !this.#ended) this.#lost.abort();
    return held;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    try {
      await this.#options.database
        .of(this.#who.tenantId)
        .transact(tx => endMaildropLease(tx, this.#who), durability);
    } catch (error) {
      // It runs out by itself.
      this.#options.log.warn('maildrop.release_failed', { account: this.#who.accountId, error });
    }
  }

  #schedule(): void {
    const { clock, leaseMs, log } = this.#options;
    this.#timer = clock.after(Math.ceil(leaseMs / prolongationsPerLease), () => {
      this.prolong()
        .catch((error: unknown) => {
          log.warn('maildrop.prolong_failed', { account: this.#who.accountId, error });
        })
        .finally(() => {
          if (!this.#ended && !this.#lost.signal.aborted) this.#schedule();
        });
    });
  }
}
