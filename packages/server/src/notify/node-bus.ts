import type { Clock, Timer } from '../platform/clock.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { newestChanges } from '../store/nodes/node-rows.ts';
import type { MessageChannel } from '../store/sql/channel-port.ts';
import { decodeNews, encodeNews, type FailedSignIn, type Notice, type WorkTopic } from './bus-message.ts';
import type { NotifyTransport } from './notifier.ts';

/** Least time between two sends of a node, ms; the first goes at once. */
export const sendPauseMs = 20;
/** How often a node looks by itself at the accounts somebody listens to, ms: so late is a change whose notice was lost. */
export const lookMs = 10_000;
/** Accounts in one look. */
const lookPage = 1_000;
/** Notices and sign-ins kept for a connection that is away; beyond that the looks of the others have to do. */
const mostWaiting = 10_000;

export interface NodeBusOptions {
  readonly channel: MessageChannel;
  /** Different for every start of every node. */
  readonly sender: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What reaches this node from the others. */
export interface BusListener {
  notices?(notices: readonly Notice[]): void;
  work?(topic: WorkTopic): void;
  failure?(address: string, login: string): void;
}

/** How much went over the bus since the start. */
export interface BusCounts {
  sent: number;
  received: number;
  dropped: number;
  /** Changes that were found by looking, not heard. */
  found: number;
}

/** News between nodes on one database: batched, at most once, with a look at the store every so often as safety net. */
export class NodeBus implements NotifyTransport, Disposable {
  readonly #options: NodeBusOptions;
  readonly #listeners = new Set<BusListener>();
  readonly #channelled: Disposable;
  readonly #interest = new Map<AccountId, number>();
  readonly #notices = new Map<AccountId, number>();
  readonly #work = new Set<WorkTopic>();
  #failures: FailedSignIn[] = [];
  #interested: () => Iterable<AccountId> = () => this.#interest.keys();
  /** Newest modseq of accounts that are looked at, as told last. */
  #seen = new Map<AccountId, number>();
  #sending = false;
  #sentAt = -sendPauseMs;
  #looking: Promise<void> | null = null;
  #timer: Timer | null = null;
  #ended = false;
  readonly counts: BusCounts = { sent: 0, received: 0, dropped: 0, found: 0 };

  constructor(options: NodeBusOptions) {
    this.#options = options;
    this.#channelled = options.channel.listen({
      message: text => this.#received(text),
      up: () => {
        // What was said meanwhile is lost: look, and say what was kept.
        this.#flushSoon();
        void this.look();
      },
    });
    this.#schedule();
  }

  /** Whether it is connected. */
  get up(): boolean {
    return this.#options.channel.up;
  }

  listen(listener: BusListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Whose accounts to look at, where somebody else keeps the list of them. */
  lookAt(accounts: () => Iterable<AccountId>): void {
    this.#interested = accounts;
  }

  publish(accountId: AccountId, modseq: number): void {
    this.#notices.set(accountId, Math.max(modseq, this.#notices.get(accountId) ?? 0));
    this.#flushSoon();
  }

  onRemote(listener: (accountId: AccountId, modseq: number) => void): Disposable {
    return this.listen({
      notices: notices => {
        for (const [accountId, modseq] of notices) listener(accountId, modseq);
      },
    });
  }

  setInterest(accountId: AccountId, on: boolean): void {
    if (on) this.#interest.set(accountId, 1);
    else this.#interest.delete(accountId);
  }

  /** Where the bus itself is the transport, the process is alone on its node. */
  isHome(): boolean {
    return true;
  }

  /** There is new work that this node does not do itself. */
  work(topic: WorkTopic): void {
    this.#work.add(topic);
    this.#flushSoon();
  }

  /** A sign-in failed here: attempts on several nodes count together. */
  failed(address: string, login: string): void {
    this.#failures.push([address, login]);
    this.#flushSoon();
  }

  /** Looks at the accounts that somebody listens to, and tells what moved since the last look. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: unknown) => {
        if (!this.#ended) this.#options.log.warn('node.look_failed', { error });
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#channelled[Symbol.dispose]();
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    if (!this.up || this.#ended) return;
    const accounts = [...this.#interested()];
    const seen = new Map<AccountId, number>();
    for (let at = 0; at < accounts.length; at += lookPage) {
      const newest = await newestChanges(this.#options.channel, accounts.slice(at, at + lookPage));
      const moved: Notice[] = [];
      for (const [accountId, modseq] of newest) {
        seen.set(accountId, modseq);
        const before = this.#seen.get(accountId);
        if (before === modseq) continue;
        if (before !== undefined) this.counts.found += 1;
        moved.push([accountId, modseq]);
      }
      if (moved.length > 0) this.#tell(moved);
    }
    this.#seen = seen;
  }

  #tell(notices: readonly Notice[]): void {
    for (const [accountId, modseq] of notices) {
      if (this.#seen.has(accountId)) this.#seen.set(accountId, modseq);
    }
    for (const listener of this.#listeners) listener.notices?.(notices);
  }

  #received(text: string): void {
    const message = decodeNews(text);
    if (!message || message.from === this.#options.sender) return;
    this.counts.received += 1;
    if (message.notices.length > 0) this.#tell(message.notices);
    for (const listener of this.#listeners) {
      for (const topic of message.work) listener.work?.(topic);
      for (const [address, login] of message.failures) listener.failure?.(address, login);
    }
  }

  #flushSoon(): void {
    if (this.#notices.size + this.#failures.length > mostWaiting) {
      this.counts.dropped += this.#notices.size + this.#failures.length;
      this.#notices.clear();
      this.#failures = [];
    }
    if (this.#sending || this.#ended || !this.up) return;
    this.#sending = true;
    const waitMs = this.#sentAt + sendPauseMs - performance.now();
    if (waitMs > 0) setTimeout(() => void this.#flush(), waitMs).unref();
    else setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const news = {
      notices: [...this.#notices],
      work: [...this.#work],
      failures: this.#failures,
    };
    this.#notices.clear();
    this.#work.clear();
    this.#failures = [];
    this.#sentAt = performance.now();
    const messages = encodeNews(this.#options.sender, news);
    if (messages.length > 0) {
      if (await this.#options.channel.send(messages)) this.counts.sent += messages.length;
      else this.#keep(news);
    }
    this.#sending = false;
    if (this.#notices.size + this.#work.size + this.#failures.length > 0) this.#flushSoon();
  }

  /** What could not be sent waits for the connection; newer news stands. */
  #keep({ notices, work, failures }: Parameters<typeof encodeNews>[1]): void {
    for (const [accountId, modseq] of notices)
      this.#notices.set(accountId, Math.max(modseq, this.#notices.get(accountId) ?? 0));
    for (const topic of work) this.#work.add(topic);
    this.#failures = [...failures, ...this.#failures].slice(-mostWaiting);
  }

  #schedule(): void {
    // With chance: nodes that were started together do not ask together.
    this.#timer = this.#options.clock.after(lookMs * (0.75 + Math.random() / 2), () => {
      void this.look().finally(() => {
        if (!this.#ended) this.#schedule();
      });
    });
  }
}
