import type { Clock, Timer } from '../clock.ts';

/** Least number of bytes a peer must send within each window while a bulk transfer runs. */
export interface MinimumRate {
  readonly bytes: number;
  readonly windowMs: number;
}

/** What the watchdog needs to see of a connection. */
export interface Watched {
  /** Whether we are waiting for the peer (to send, or to take what we sent). Only then time counts. */
  waiting(): boolean;
  /** Grows whenever the peer did something complete: a whole command, a piece of data, output taken. */
  progress(): number;
  /** Bytes received so far. */
  received(): number;
  /** The peer is too slow. */
  expired(): void;
}

/** Looks at a connection this many times per idle time-out; the time-out fires at most one such part late. */
const looksPerTimeout = 4;

/**
 * Idle and minimum-rate time-outs of one connection. It counts its own ticks instead of comparing times, so a
 * jumping clock neither kills nor spares anybody, and costs one coarse timer instead of one per command.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #watched: Watched;
  #idleTimer: Timer | undefined;
  #idleMs = 0;
  #quietTicks = 0;
  #lastProgress = 0;
  #rateTimer: Timer | undefined;

  constructor(clock: Clock, watched: Watched) {
    this.#clock = clock;
    this.#watched = watched;
  }

  /** Expires after `idleMs` of waiting without progress (and up to a quarter more); 0 switches it off. */
  idleAfter(idleMs: number): void {
    this.#quietTicks = 0;
    this.#lastProgress = this.#watched.progress();
    if (idleMs === this.#idleMs) return;
    this.#idleMs = idleMs;
    this.#idleTimer?.cancel();
    this.#idleTimer = undefined;
    if (idleMs > 0) this.#armIdle(Math.ceil(idleMs / looksPerTimeout));
  }

  /** Demands `rate` from now until called with null. A window in which we did not wait for the peer is forgiven. */
  demand(rate: MinimumRate | null): void {
    this.#rateTimer?.cancel();
    this.#rateTimer = undefined;
    if (rate !== null) this.#armRate(rate);
  }

  stop(): void {
    this.#idleTimer?.cancel();
    this.#rateTimer?.cancel();
    this.#idleTimer = undefined;
    this.#rateTimer = undefined;
  }

  #armIdle(tickMs: number): void {
    this.#idleTimer = this.#clock.after(tickMs, () => {
      const progress = this.#watched.progress();
      if (progress !== this.#lastProgress || !this.#watched.waiting()) this.#quietTicks = 0;
      else this.#quietTicks += 1;
      this.#lastProgress = progress;
      this.#armIdle(tickMs);
      if (this.#quietTicks >= looksPerTimeout) this.#watched.expired();
    });
  }

  #armRate(rate: MinimumRate): void {
    const before = this.#watched.received();
    this.#rateTimer = this.#clock.after(rate.windowMs, () => {
      const slow = this.#watched.received() - before < rate.bytes;
      this.#armRate(rate);
      if (slow && this.#watched.waiting()) this.#watched.expired();
    });
  }
}
