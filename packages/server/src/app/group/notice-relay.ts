import type { Notice } from '../../notify/bus-message.ts';
import type { AccountId } from '../../platform/ids.ts';

/** How long a notice is kept for somebody whose interest is still on its way, ms. */
const keepMs = 2_000;

interface Recent {
  readonly modseq: number;
  readonly from: number;
  readonly at: number;
}

/**
 * Hands notices on between the processes of a group: to those that listen to the account, and to the one that looks after
 * it. Notices of the last moment are kept, because a listener's interest and a change elsewhere can cross on the way.
 */
export class NoticeRelay {
  readonly #send: (worker: number, notices: readonly Notice[]) => void;
  readonly #now: () => number;
  readonly #homeOf: (accountId: AccountId) => number | undefined;
  readonly #interest = new Map<AccountId, Set<number>>();
  readonly #recent = new Map<AccountId, Recent>();

  /** `homeOf`: the worker that looks after an account; undefined while there is none. */
  constructor(
    send: (worker: number, notices: readonly Notice[]) => void,
    now: () => number,
    homeOf: (accountId: AccountId) => number | undefined,
  ) {
    this.#send = send;
    this.#now = now;
    this.#homeOf = homeOf;
  }

  /** Notices of one worker, or of other nodes: what those change is indexed there. */
  publish(from: number, notices: readonly Notice[], ours = true): void {
    const byWorker = new Map<number, Notice[]>();
    const at = this.#now();
    for (const notice of notices) {
      const [accountId, modseq] = notice;
      this.#recent.delete(accountId);
      this.#recent.set(accountId, { modseq, from, at });
      const listening = this.#interest.get(accountId);
      const home = ours ? this.#homeOf(accountId) : undefined;
      const told = home === undefined || listening?.has(home) ? [] : [home];
      for (const worker of [...(listening ?? []), ...told]) {
        if (worker === from) continue;
        const list = byWorker.get(worker);
        if (list) list.push(notice);
        else byWorker.set(worker, [notice]);
      }
    }
    for (const [worker, list] of byWorker) this.#send(worker, list);
    this.#forgetOld(at);
  }

  /** A worker begins or ends listening to an account. */
  setInterest(worker: number, accountId: AccountId, on: boolean): void {
    const workers = this.#interest.get(accountId);
    if (!on) {
      workers?.delete(worker);
      if (workers?.size === 0) this.#interest.delete(accountId);
      return;
    }
    if (workers) workers.add(worker);
    else this.#interest.set(accountId, new Set([worker]));
    const recent = this.#recent.get(accountId);
    if (recent && recent.from !== worker && this.#now() - recent.at <= keepMs) {
      this.#send(worker, [[accountId, recent.modseq]]);
    }
  }

  /** A worker is gone. */
  remove(worker: number): void {
    for (const [accountId, workers] of this.#interest) {
      workers.delete(worker);
      if (workers.size === 0) this.#interest.delete(accountId);
    }
  }

  /** Accounts that somebody listens to. */
  accounts(): Iterable<AccountId> {
    return this.#interest.keys();
  }

  /** Accounts that are remembered or listened to; for tests. */
  get size(): number {
    return this.#interest.size + this.#recent.size;
  }

  #forgetOld(now: number): void {
    for (const [accountId, { at }] of this.#recent) {
      if (now - at <= keepMs) return;
      this.#recent.delete(accountId);
    }
  }
}
