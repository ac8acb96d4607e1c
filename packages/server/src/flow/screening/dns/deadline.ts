import type { Clock, Timer } from '../../../platform/clock.ts';

/** The time that all questions about one message may take together. Begins with the first one. */
export class Deadline implements Disposable {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #waiting = new Set<() => void>();
  #timer: Timer | null = null;
  #over = false;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Waits for `work`, or gives `late` once the time is over. What is late is left to itself. */
  async within<Value>(work: Promise<Value>, late: Value): Promise<Value> {
    if (this.#over) return late;
    this.#timer ??= this.#clock.after(this.#ms, () => this.#end());
    const { promise, resolve } = Promise.withResolvers<Value>();
    const expire = (): void => resolve(late);
    this.#waiting.add(expire);
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.#waiting.delete(expire);
    }
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  #end(): void {
    this.#timer?.cancel();
    this.#over = true;
    for (const expire of this.#waiting) expire();
    this.#waiting.clear();
  }
}
