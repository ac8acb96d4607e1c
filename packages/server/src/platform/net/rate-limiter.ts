import type { Clock } from '../clock.ts';
import { MailError } from '../errors.ts';

const maxBuckets = 50_000;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each name: so many requests a minute, so many at once. Each process counts by itself, so a group of
 * n processes lets through up to n times as much.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, perMinute: number, burst: number) {
    this.#clock = clock;
    this.#perMs = perMinute / 60_000;
    this.#burst = burst;
  }

  /** Counts a request. Throws `api.rate_limited` with the seconds to wait. */
  take(name: string): void {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(name) ?? { tokens: this.#burst, at: now };
    const passed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(this.#burst, bucket.tokens + passed * this.#perMs);
    bucket.at = now;
    // Taken out and put back: the map stays in the order of use.
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > maxBuckets) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    if (bucket.tokens < 1) {
      throw new MailError('api.rate_limited', {
        seconds: Math.ceil((1 - bucket.tokens) / this.#perMs / 1_000),
      });
    }
    bucket.tokens -= 1;
  }
}
