/** A cancellable timer. Disposing it twice is harmless. */
export interface Timer extends Disposable {
  cancel(): void;
}

/** Where time comes from. Everything that waits or dates takes one, so that tests can set the clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump, also backwards: never derive an order from it alone. */
  now(): number;
  /** Calls `run` once after `delayMs`. The timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs: number, run: () => void): Timer {
    const handle = setTimeout(run, delayMs);
    handle.unref();
    const cancel = (): void => clearTimeout(handle);
    return { cancel, [Symbol.dispose]: cancel };
  },
};

/** A clock that stands still until it is moved. Timers run in order of their due time while it moves. */
export class FakeClock implements Clock {
  #now: number;
  #timers: { due: number; run: () => void }[] = [];

  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { due: this.#now + delayMs, run };
    this.#timers.push(timer);
    const cancel = (): void => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
    return { cancel, [Symbol.dispose]: cancel };
  }

  /** Moves forward by `ms`, running the timers that fall due on the way at their own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(timer => timer.due <= end).toSorted((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#timers = this.#timers.filter(timer => timer !== next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }

  /** Sets the time without running timers, as an administrator or a broken battery would. */
  jump(to: number): void {
    this.#now = to;
  }
}
