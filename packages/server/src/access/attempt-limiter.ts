import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import { addressKey } from '../platform/net/connection-limiter.ts';

/** How failures slow down one kind of key: free ones, then a delay that doubles up to a ceiling. Times in ms. */
export interface DelayRule {
  readonly free: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface AttemptLimits {
  /** One login from one address: whoever guesses. */
  readonly pair: DelayRule;
  /** All logins from one address (IPv6: one /64): whoever tries many names. */
  readonly address: DelayRule;
  /** One login from anywhere: many machines that guess together. Mild, so that nobody can lock the owner out. */
  readonly login: DelayRule;
  /** Failures are forgotten when none came for this long, in ms. */
  readonly forgetMs: number;
  /** Keys remembered at a time; the ones that failed longest ago are dropped first. */
  readonly maxKeys: number;
}

export const defaultAttemptLimits: AttemptLimits = {
  pair: { free: 5, firstDelayMs: 1_000, maxDelayMs: 900_000 },
  address: { free: 30, firstDelayMs: 1_000, maxDelayMs: 900_000 },
  login: { free: 50, firstDelayMs: 1_000, maxDelayMs: 60_000 },
  forgetMs: 3_600_000,
  maxKeys: 100_000,
};

interface Failures {
  count: number;
  lastAt: number;
}

function delayAfter(rule: DelayRule, count: number): number {
  if (count <= rule.free) return 0;
  return Math.min(rule.maxDelayMs, rule.firstDelayMs * 2 ** Math.min(count - rule.free - 1, 30));
}

/** Slows guessing down. Knows failures only by key, never a password. One per process; `share` tells the others. */
export class AttemptLimiter {
  readonly #clock: Clock;
  readonly #limits: AttemptLimits;
  readonly #share: (address: string, login: string) => void;
  readonly #failures = new Map<string, Failures>();
  /** Pairs that signed in: they do not suffer from the guesses of others. */
  readonly #good = new Map<string, number>();

  constructor(
    clock: Clock,
    limits: AttemptLimits = defaultAttemptLimits,
    share: (address: string, login: string) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#share = share;
  }

  /** Throws `auth.too_many_attempts` (field `seconds`) while a delay runs. `login` is in comparable form. */
  check(address: string, login: string): void {
    const group = addressKey(address);
    const pair = `p ${group} ${login}`;
    const { pair: pairRule, address: addressRule, login: loginRule } = this.#limits;
    let wait = Math.max(this.#wait(pair, pairRule), this.#wait(`a ${group}`, addressRule));
    if (!this.#good.has(pair)) wait = Math.max(wait, this.#wait(`l ${login}`, loginRule));
    if (wait > 0) throw new MailError('auth.too_many_attempts', { seconds: Math.ceil(wait / 1000) });
  }

  /** Counts a failure and tells the other processes. */
  failed(address: string, login: string): void {
    this.failedElsewhere(address, login);
    this.#share(address, login);
  }

  /** Counts a failure that another process reported. */
  failedElsewhere(address: string, login: string): void {
    const group = addressKey(address);
    for (const key of [`p ${group} ${login}`, `a ${group}`, `l ${login}`]) this.#count(key);
  }

  /** Forgets the pair's failures. Those of the address stay: an own account must not wash guesses at others away. */
  succeeded(address: string, login: string): void {
    const pair = `p ${addressKey(address)} ${login}`;
    this.#failures.delete(pair);
    this.#good.delete(pair);
    this.#good.set(pair, this.#clock.now());
    this.#trim(this.#good);
  }

  #wait(key: string, rule: DelayRule): number {
    const failures = this.#failures.get(key);
    if (!failures) return 0;
    const age = this.#clock.now() - failures.lastAt;
    if (age > this.#limits.forgetMs) {
      this.#failures.delete(key);
      return 0;
    }
    // A clock that was set back must not lengthen the delay.
    return delayAfter(rule, failures.count) - Math.max(0, age);
  }

  #count(key: string): void {
    const now = this.#clock.now();
    const known = this.#failures.get(key);
    const stale = known && now - known.lastAt > this.#limits.forgetMs;
    // Taken out and put back: the map's order is the order of the last failure.
    this.#failures.delete(key);
    this.#failures.set(key, { count: known && !stale ? known.count + 1 : 1, lastAt: now });
    this.#trim(this.#failures);
  }

  #trim(map: Map<string, unknown>): void {
    if (map.size <= this.#limits.maxKeys) return;
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
}
