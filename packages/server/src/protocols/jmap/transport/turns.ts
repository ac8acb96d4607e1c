import type { AccountId } from '../../../platform/ids.ts';

/** How many things of a kind an account does at a time. */
export class Turns {
  readonly #most: number;
  readonly #running = new Map<AccountId, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** A turn, to be disposed when done; null when the account has as many as it may. */
  take(accountId: AccountId): Disposable | null {
    const running = this.#running.get(accountId) ?? 0;
    if (running >= this.#most) return null;
    this.#running.set(accountId, running + 1);
    let open = true;
    return {
      [Symbol.dispose]: () => {
        if (!open) return;
        open = false;
        const left = (this.#running.get(accountId) ?? 1) - 1;
        if (left === 0) this.#running.delete(accountId);
        else this.#running.set(accountId, left);
      },
    };
  }
}
