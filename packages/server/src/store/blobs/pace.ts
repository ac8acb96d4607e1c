import type { Clock } from '../../platform/clock.ts';

/** Waits `ms` on a clock, or until the signal says stop. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(ms, resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  timer.cancel();
}

/** Holds background reading and copying to a rate: after each piece it waits as long as the piece was worth. */
export class Pace {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  readonly #signal: AbortSignal;
  #owed = 0;

  /** `Infinity` bytes per second never waits. */
  constructor(clock: Clock, bytesPerSecond: number, signal: AbortSignal) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
  }

  async spend(bytes: number): Promise<void> {
    this.#owed += (bytes / this.#bytesPerSecond) * 1000;
    // Timers below a few milliseconds cost more than they are worth.
    if (this.#owed < 20) return;
    const ms = this.#owed;
    this.#owed = 0;
    await pause(this.#clock, ms, this.#signal);
  }
}
