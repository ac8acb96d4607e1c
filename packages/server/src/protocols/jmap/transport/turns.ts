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
    return new Turn(this.#running, accountId);
  }
}

/** A turn that is being used; disposing it twice is harmless. */
class Turn implements Disposable {
  #running: Map<AccountId, number> | null;
  readonly #accountId: AccountId;

  constructor(running: Map<AccountId, number>, accountId: AccountId) {
    this.#running = running;
    this.#accountId = accountId;
  }

  [Symbol.dispose](): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    const left = (running.get(this.#accountId) ?? 1) - 1;
    if (left === 0) running.delete(this.#accountId);
    else running.set(this.#accountId, left);
  }
}
