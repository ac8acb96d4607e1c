import { createHmac, randomBytes } from 'node:crypto';
import type { Principal } from '../../access/scope.ts';
import type { Clock } from '../../platform/clock.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

const defaultLifeMs = 5 * 60_000;
const maxEntries = 10_000;

/**
 * Remembers which `Authorization: Basic` values were right, by an HMAC under a key of this process: no password stays in
 * memory. Whoever finds an entry still asks whether its credential is good.
 */
export class ProofCache {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  readonly #key = randomBytes(32);
  readonly #entries = new Map<string, { readonly proof: AccountPrincipal; readonly since: number }>();

  constructor(clock: Clock, lifeMs: number = defaultLifeMs) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
  }

  find(value: string, address: string): AccountPrincipal | null {
    const name = this.#name(value, address);
    const entry = this.#entries.get(name);
    if (!entry) return null;
    const age = this.#clock.now() - entry.since;
    // A negative age means that the clock was set back.
    if (age >= 0 && age < this.#lifeMs) return entry.proof;
    this.#entries.delete(name);
    return null;
  }

  add(value: string, address: string, proof: AccountPrincipal): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= maxEntries && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(this.#name(value, address), { proof, since: this.#clock.now() });
  }

  #name(value: string, address: string): string {
    return createHmac('sha256', this.#key).update(`${address}\0${value}`).digest('base64');
  }
}
