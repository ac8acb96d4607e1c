import type { Notice } from '../../notify/bus-message.ts';
import type { NotifyTransport } from '../../notify/notifier.ts';
import type { AccountId } from '../../platform/ids.ts';
import { homeNumber } from './home.ts';
import type { ToPrimary } from './messages.ts';

/** Least time between two messages with notices, ms. The first goes at once. */
const noticePauseMs = 20;

/** Notices to and from the other processes, through the primary. Those that come close together go in one message. */
export class WorkerTransport implements NotifyTransport {
  readonly #send: (message: ToPrimary) => void;
  readonly #listeners = new Set<(accountId: AccountId, modseq: number) => void>();
  readonly #outgoing = new Map<AccountId, number>();
  #flushedAt = -noticePauseMs;
  #number = 1;
  #processes = 1;

  constructor(send: (message: ToPrimary) => void) {
    this.#send = send;
  }

  /** Says which worker this is, from 1, and among how many. */
  place(number: number, processes: number): void {
    this.#number = number;
    this.#processes = processes;
  }

  isHome(accountId: AccountId): boolean {
    return homeNumber(accountId, this.#processes) === this.#number;
  }

  publish(accountId: AccountId, modseq: number): void {
    if (this.#outgoing.size === 0) {
      const waitMs = this.#flushedAt + noticePauseMs - performance.now();
      if (waitMs > 0) setTimeout(() => this.#flush(), waitMs);
      else setImmediate(() => this.#flush());
    }
    this.#outgoing.set(accountId, Math.max(modseq, this.#outgoing.get(accountId) ?? 0));
  }

  onRemote(listener: (accountId: AccountId, modseq: number) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  setInterest(accountId: AccountId, on: boolean): void {
    this.#send({ type: 'interest', accountId, on });
  }

  /** Notices that came from the primary. */
  received(notices: readonly Notice[]): void {
    for (const [accountId, modseq] of notices) {
      for (const listener of this.#listeners) listener(accountId, modseq);
    }
  }

  #flush(): void {
    const notices = [...this.#outgoing];
    this.#outgoing.clear();
    this.#flushedAt = performance.now();
    this.#send({ type: 'notices', notices });
  }
}
