import type { Clock, Timer } from '../platform/clock.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';

/** Tells who listens that an account moved on. A notice only means "read again": losing one is harmless. */
export interface Notifier {
  /** The account is at `modseq` now. Called after the commit. */
  changed(accountId: AccountId, modseq: number): void;
  /** Calls `listener` when the account moved: at once the first time, then at most every 100 ms, with the newest modseq. */
  subscribe(accountId: AccountId, listener: (modseq: number) => void): Disposable;
}

/**
 * Tells about every change to the accounts that this process looks after, whoever listens to them: one process of the
 * group does what is done for an account in the background.
 */
export interface HomeChanges {
  /** Calls `listener` at once with each change; it must be quick and must not throw. */
  onHomeChange(listener: (accountId: AccountId) => void): Disposable;
}

/** Carries notices to and from other processes. At most once: it may lose notices, it never makes them up. */
export interface NotifyTransport {
  publish(accountId: AccountId, modseq: number): void;
  /** Notices of other processes about accounts that this one is interested in or looks after. */
  onRemote(listener: (accountId: AccountId, modseq: number) => void): Disposable;
  /** Whether anyone here listens to the account: others send no notices about it otherwise. */
  setInterest(accountId: AccountId, on: boolean): void;
  /** Whether this process looks after the account: it hears of every change by the others of its group. */
  isHome(accountId: AccountId): boolean;
}

/** Least time between two notices about one account, ms. */
export const noticeIntervalMs = 100;

export interface NotifierOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Null: this process is alone. */
  readonly transport?: NotifyTransport | null;
}

interface Channel {
  readonly listeners: Set<Subscription>;
  /** Newest modseq that is known. */
  latest: number;
  /** Newest modseq that listeners were told. */
  told: number;
  /** Runs while the interval after a notice lasts. */
  pause: Timer | null;
}

/** One listener; a function may subscribe twice. There is one for each client that idles, so it is small. */
class Subscription implements Disposable {
  readonly #notifier: LocalNotifier;
  readonly #accountId: AccountId;
  readonly heard: (modseq: number) => void;

  constructor(notifier: LocalNotifier, accountId: AccountId, heard: (modseq: number) => void) {
    this.#notifier = notifier;
    this.#accountId = accountId;
    this.heard = heard;
  }

  [Symbol.dispose](): void {
    this.#notifier.unsubscribe(this.#accountId, this);
  }
}

class LocalNotifier implements Notifier, HomeChanges, Disposable {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #transport: NotifyTransport | null;
  readonly #channels = new Map<AccountId, Channel>();
  readonly #remote: Disposable | null;
  readonly #home = new Set<(accountId: AccountId) => void>();

  constructor({ clock, log, transport = null }: NotifierOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#transport = transport;
    this.#remote =
      transport?.onRemote((accountId: AccountId, modseq: number) => {
        this.#tellHome(accountId);
        this.#heard(accountId, modseq);
      }) ?? null;
  }

  changed(accountId: AccountId, modseq: number): void {
    this.#transport?.publish(accountId, modseq);
    this.#tellHome(accountId);
    this.#heard(accountId, modseq);
  }

  onHomeChange(listener: (accountId: AccountId) => void): Disposable {
    this.#home.add(listener);
    return { [Symbol.dispose]: () => void this.#home.delete(listener) };
  }

  subscribe(accountId: AccountId, listener: (modseq: number) => void): Disposable {
    let channel = this.#channels.get(accountId);
    if (!channel) {
      channel = { listeners: new Set(), latest: 0, told: 0, pause: null };
      this.#channels.set(accountId, channel);
      this.#transport?.setInterest(accountId, true);
    }
    const subscription = new Subscription(this, accountId, listener);
    channel.listeners.add(subscription);
    return subscription;
  }

  /** Nobody calls this subscription any more; the last one of an account ends the interest in it. */
  unsubscribe(accountId: AccountId, subscription: Subscription): void {
    const channel = this.#channels.get(accountId);
    if (!channel?.listeners.delete(subscription) || channel.listeners.size > 0) return;
    channel.pause?.cancel();
    this.#channels.delete(accountId);
    this.#transport?.setInterest(accountId, false);
  }

  [Symbol.dispose](): void {
    this.#remote?.[Symbol.dispose]();
    for (const [accountId, channel] of this.#channels) {
      channel.pause?.cancel();
      channel.listeners.clear();
      this.#transport?.setInterest(accountId, false);
    }
    this.#channels.clear();
  }

  #tellHome(accountId: AccountId): void {
    if (this.#home.size === 0 || this.#transport?.isHome(accountId) === false) return;
    for (const listener of this.#home) listener(accountId);
  }

  #heard(accountId: AccountId, modseq: number): void {
    const channel = this.#channels.get(accountId);
    if (!channel || modseq <= channel.latest) return;
    channel.latest = modseq;
    if (!channel.pause) this.#tell(channel);
  }

  #tell(channel: Channel): void {
    channel.told = channel.latest;
    channel.pause = this.#clock.after(noticeIntervalMs, () => {
      channel.pause = null;
      if (channel.latest > channel.told) this.#tell(channel);
    });
    for (const listener of channel.listeners) {
      try {
        listener.heard(channel.told);
      } catch (error) {
        // Whoever committed the change must not suffer for a listener.
        this.#log.error('notify.listener_failed', { error });
      }
    }
  }
}

/** Notices inside this process and, through the transport, to and from others. */
export function createNotifier(options: NotifierOptions): Notifier & HomeChanges & Disposable {
  return new LocalNotifier(options);
}
