/** A piece of work with the key of what it must not crowd. */
export interface Job {
  readonly key: string;
  /** Destinations in the queue that it serves: while it waits, more of them need not be claimed. */
  readonly destinations: readonly string[];
  run(): Promise<void>;
}

export interface LaneLimits {
  /** Most jobs under way. */
  readonly total: number;
  /** Most jobs under way with the same key. */
  readonly perKey: number;
  /** Most starts with the same key per minute; null for any number. */
  readonly perMinute?: number | null;
}

/** Room for starts: refilled evenly, so that a limit per minute does not mean a burst at every full minute. */
interface Allowance {
  tokens: number;
  at: number;
}

/**
 * Runs jobs, so many at a time altogether and per key, first come first served within a key. A key that is busy does
 * not hold up the others.
 */
export class WorkLane {
  readonly #limits: LaneLimits;
  readonly #now: () => number;
  /** Called when a job ended or was started: there may be room for more. */
  readonly #onRoom: () => void;
  readonly #waiting = new Map<string, Job[]>();
  readonly #running = new Map<string, number>();
  readonly #allowances = new Map<string, Allowance>();
  #active = 0;
  #queued = 0;
  #idle: PromiseWithResolvers<void> | null = null;
  #stopped = false;

  constructor(limits: LaneLimits, now: () => number, onRoom: () => void) {
    this.#limits = limits;
    this.#now = now;
    this.#onRoom = onRoom;
  }

  /** Jobs under way and waiting. */
  get load(): number {
    return this.#active + this.#queued;
  }

  get active(): number {
    return this.#active;
  }

  /** Jobs that could be started at once if their keys were free. */
  get idleSlots(): number {
    return this.#limits.total - this.#active;
  }

  /** Destinations with something waiting: they have all that may run. */
  get crowded(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const list of this.#waiting.values()) {
      for (const job of list) for (const destination of job.destinations) found.add(destination);
    }
    return found;
  }

  add(job: Job): void {
    const list = this.#waiting.get(job.key);
    if (list) list.push(job);
    else this.#waiting.set(job.key, [job]);
    this.#queued += 1;
    this.start();
  }

  /** Starts what may start. To be called again when time has passed, for the sake of limits per minute. */
  start(): void {
    if (this.#stopped) return;
    for (const [key, list] of this.#waiting) {
      while (list.length > 0 && this.#active < this.#limits.total && this.#mayStart(key)) {
        const job = list.shift();
        if (job) this.#begin(job);
      }
      if (list.length === 0) this.#waiting.delete(key);
      if (this.#active >= this.#limits.total) return;
    }
  }

  /** Starts nothing more. Returns the jobs that never ran. */
  stop(): Job[] {
    this.#stopped = true;
    const left = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#queued = 0;
    return left;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#active > 0) {
      this.#idle ??= Promise.withResolvers<void>();
      await this.#idle.promise;
    }
  }

  #mayStart(key: string): boolean {
    if ((this.#running.get(key) ?? 0) >= this.#limits.perKey) return false;
    const perMinute = this.#limits.perMinute ?? null;
    if (perMinute === null) return true;
    const now = this.#now();
    const allowance = this.#allowances.get(key) ?? { tokens: perMinute, at: now };
    const refill = (Math.max(0, now - allowance.at) * perMinute) / 60_000;
    const tokens = Math.min(perMinute, allowance.tokens + refill);
    if (tokens < 1) {
      this.#allowances.set(key, { tokens, at: now });
      return false;
    }
    this.#allowances.set(key, { tokens: tokens - 1, at: now });
    return true;
  }

  #begin(job: Job): void {
    this.#active += 1;
    this.#queued -= 1;
    this.#running.set(job.key, (this.#running.get(job.key) ?? 0) + 1);
    void this.#finish(job);
  }

  async #finish(job: Job): Promise<void> {
    try {
      await job.run();
    } finally {
      this.#active -= 1;
      const left = (this.#running.get(job.key) ?? 1) - 1;
      if (left > 0) this.#running.set(job.key, left);
      else this.#running.delete(job.key);
      this.#forget();
      this.start();
      this.#onRoom();
      if (this.#active === 0) {
        this.#idle?.resolve();
        this.#idle = null;
      }
    }
  }

  /** Full allowances need not be remembered: keeps the map as small as the recent past. */
  #forget(): void {
    const perMinute = this.#limits.perMinute ?? null;
    if (perMinute === null || this.#allowances.size < 1000) return;
    const now = this.#now();
    for (const [key, { tokens, at }] of this.#allowances) {
      if (tokens + ((now - at) * perMinute) / 60_000 >= perMinute) this.#allowances.delete(key);
    }
  }
}
