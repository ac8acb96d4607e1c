/** After a failure that outlasted its retries, requests are refused at once for this long, ms: grows up to the second. */
const firstRestMs = 1_000;
const longestRestMs = 15_000;

/**
 * Whether a store that failed is worth asking. While it rests everybody is told at once; afterwards one request goes out
 * as a probe, and the others follow when it succeeds.
 */
export class Availability {
  readonly #now: () => number;
  #restMs = 0;
  #restsUntil = 0;
  #probing = false;

  /** `now`: monotonic, ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether the last request failed for good. */
  get away(): boolean {
    return this.#restMs > 0;
  }

  /** Asks to send a request; false while the store rests or a probe is under way. */
  admit(): boolean {
    if (this.#restMs === 0) return true;
    if (this.#probing || this.#now() < this.#restsUntil) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#restMs = 0;
    this.#probing = false;
  }

  failed(): void {
    this.#restMs = Math.min(longestRestMs, this.#restMs === 0 ? firstRestMs : this.#restMs * 2);
    this.#restsUntil = this.#now() + this.#restMs * (0.75 + Math.random() / 4);
    this.#probing = false;
  }
}
