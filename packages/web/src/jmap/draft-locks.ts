/** A lock that this tab has, or waits for. */
interface Held {
  readonly letGo: () => void;
  /** Settles when the browser has it back. */
  readonly gone: Promise<unknown>;
}

/**
 * Which drafts are being written in this tab (Web Locks): what is open in one is not taken up by another as left behind.
 * The browser lets go of them when the tab is closed, however that happens.
 */
export class DraftLocks {
  readonly #locks: LockManager | undefined;
  readonly #prefix: string;
  readonly #held = new Map<string, Held>();
  /** Composers that write a draft: one may open before the one before it has saved. */
  readonly #writers = new Map<string, number>();
  readonly #returning = new Map<string, Promise<unknown>>();

  /** `locks`: the browser's; without them (an insecure address) every draft is free. */
  constructor(accountId: string, locks: LockManager | undefined = globalThis.navigator.locks) {
    this.#prefix = `hongyan.draft.${accountId}.`;
    this.#locks = locks;
  }

  /** Takes a draft for this tab, for a composer that will `hold` it. False: it is being written in another. */
  async take(key: string): Promise<boolean> {
    // What this tab is giving back is not written in another.
    await this.#returning.get(key);
    if (!this.#locks || this.#held.has(key)) return true;
    return this.#request(this.#locks, key, true);
  }

  /** A composer writes a draft until `release`: takes it as soon as no other tab has it. */
  hold(key: string): void {
    this.#writers.set(key, (this.#writers.get(key) ?? 0) + 1);
    if (this.#locks && !this.#held.has(key)) void this.#request(this.#locks, key, false);
  }

  /** Gives a draft back, once nobody here writes it. */
  release(key: string): void {
    const left = (this.#writers.get(key) ?? 0) - 1;
    if (left > 0) {
      this.#writers.set(key, left);
      return;
    }
    this.#writers.delete(key);
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    const gone = held.gone.finally(() => this.#returning.get(key) === gone && this.#returning.delete(key));
    this.#returning.set(key, gone);
    held.letGo();
  }

  #request(locks: LockManager, key: string, ifAvailable: boolean): Promise<boolean> {
    const until = Promise.withResolvers<void>();
    const abort = new AbortController();
    const granted = Promise.withResolvers<boolean>();
    let refused = false;
    const gone = locks
      .request(
        `${this.#prefix}${key}`,
        ifAvailable ? { ifAvailable } : { signal: abort.signal },
        (lock): Promise<void> | undefined => {
          refused = lock === null;
          granted.resolve(!refused);
          if (!refused) return until.promise;
          this.#held.delete(key);
          return undefined;
        },
      )
      // Given up while it was waited for, or a browser that lends none: nobody is kept from writing.
      .catch(() => granted.resolve(true));
    const letGo = (): void => {
      abort.abort();
      until.resolve();
    };
    // Some answer at once.
    if (!refused) this.#held.set(key, { letGo, gone });
    return granted.promise;
  }
}
