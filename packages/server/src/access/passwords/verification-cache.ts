import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { AccountId } from '../../platform/ids.ts';

const maxEntries = 10_000;

/**
 * Remembers for a short time that a password was right, so that clients that sign in for every connection do not cost
 * an argon2 each. Keyed by an HMAC under a key that lives in this process only; it covers the stored hash, so a changed
 * password is refused at once. Wrong passwords are not remembered.
 */
export class VerificationCache {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #key = randomBytes(32);
  readonly #until = new Map<string, number>();

  constructor(clock: Clock, ttlMs = 300_000) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  /** Name under which a verification is remembered. */
  keyOf(accountId: AccountId, stored: string, password: string): string {
    return createHmac('sha256', this.#key).update(`${accountId}\0${stored}\0${password}`).digest('base64');
  }

  has(key: string): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    const left = until - this.#clock.now();
    // More than the whole time left means that the clock was set back.
    if (left > 0 && left <= this.#ttlMs) return true;
    this.#until.delete(key);
    return false;
  }

  add(key: string): void {
    this.#until.delete(key);
    this.#until.set(key, this.#clock.now() + this.#ttlMs);
    if (this.#until.size <= maxEntries) return;
    const oldest = this.#until.keys().next();
    if (!oldest.done) this.#until.delete(oldest.value);
  }
}
