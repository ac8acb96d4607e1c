import { printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { changedStates, stateChange, type TypeStates } from '@hongyan/formats/jmap/push.ts';
import { usableAccounts } from '../../../access/grants.ts';
import {
  claimPush,
  listPushSubscribers,
  livePushSubscriptions,
  type PushContext,
  type PushSubscription,
  removePushSubscription,
} from '../../../access/push/subscriptions.ts';
import type { VapidKey } from '../../../access/push/vapid-key.ts';
import type { Scope } from '../../../access/scope.ts';
import type { Clock, Timer } from '../../../platform/clock.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { AccountId } from '../../../platform/ids.ts';
import type { Log } from '../../../platform/log.ts';
import { accountIdOf } from '../accounts.ts';
import type { JmapContext } from '../context.ts';
import { typeStates } from '../type-states.ts';
import { encryptPush, maxPushOctets, readPushKeys } from './encryption.ts';
import { type PushOutcome, type PushPostOptions, postPush, readPushUrl } from './post.ts';
import { vapidAuthorization } from './vapid.ts';

/** How often a process looks for subscribers that others added, ms. */
const refreshMs = 30_000;
/** Least time between two pushes to one account's subscriptions, ms. */
const intervalMs = 1_000;
/** Pauses after failures in a row, ms; the last one repeats. */
const retryMs = [5_000, 30_000, 120_000, 600_000] as const;
/** How long a push service keeps what it cannot deliver, s: states are news for a day. */
const ttlSeconds = 86_400;

export interface PushSenderOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly push: PushContext;
  readonly vapid: VapidKey;
  /** Whom a push service can write to about us (RFC 8292 §2.1). */
  readonly contact: string;
  readonly post: PushPostOptions;
}

interface Watched {
  readonly tenantId: number;
  readonly accountId: AccountId;
  readonly subscriptions: Disposable[];
  failures: number;
  timer: Timer | null;
  running: boolean;
  again: boolean;
}

/**
 * Pushes changed states to the subscriptions of members who have any (RFC 8620 §7.2, RFC 8030). All processes watch; who
 * claims a change first sends it. A push that fails is tried again with the states of then.
 */
export class PushSender implements AsyncDisposable {
  readonly #options: PushSenderOptions;
  readonly #watched = new Map<AccountId, Watched>();
  readonly #work = new Set<Promise<void>>();
  #ctx: JmapContext | null = null;
  #timer: Timer | null = null;
  #ended = false;

  constructor(options: PushSenderOptions) {
    this.#options = options;
  }

  /** Begins to watch, with what JMAP works with; once is enough. */
  start(ctx: JmapContext): void {
    if (this.#ctx) return;
    this.#ctx = ctx;
    this.#refreshOften();
  }

  #refreshOften(): void {
    this.#track(this.refresh());
    this.#timer = this.#options.clock.after(refreshMs, () => this.#refreshOften());
  }

  /** A subscription was verified: what changes from now on is pushed. */
  async begin(subscription: PushSubscription): Promise<void> {
    const states = await this.#states(subscription.tenantId, subscription.accountId);
    await claimPush(this.#options.push, subscription, JSON.stringify(Object.fromEntries(states)));
    await this.refresh();
  }

  /** Looks who has subscriptions now. */
  async refresh(): Promise<void> {
    try {
      const subscribers = await listPushSubscribers(this.#options.push);
      const present = new Set(subscribers.map(({ accountId }) => accountId));
      for (const watched of this.#watched.values()) {
        if (!present.has(watched.accountId)) this.#forget(watched);
      }
      for (const { tenantId, accountId } of subscribers) {
        if (!this.#watched.has(accountId) && !this.#ended) await this.#watch(tenantId, accountId);
      }
    } catch (error) {
      if (!this.#ended) this.#options.log.warn('jmap.push_subscribers_unread', { error });
    }
  }

  /** A client has to show the code that is in here (RFC 8620 §7.2.2). */
  verify(subscription: PushSubscription): void {
    const message = {
      '@type': 'PushVerification',
      pushSubscriptionId: printId('p', subscription.id),
      verificationCode: subscription.code,
    };
    this.#track(this.#verifySoon(subscription, message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    for (const watched of this.#watched.values()) this.#forget(watched);
    await Promise.all(this.#work);
  }

  async #verifySoon(subscription: PushSubscription, message: JsonObject): Promise<void> {
    const outcome = await this.#post(subscription, message);
    if (outcome.kind !== 'sent') this.#options.log.info('jmap.push_unverified', { outcome: outcome.kind });
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  async #watch(tenantId: number, accountId: AccountId): Promise<void> {
    if (!this.#ctx) return;
    const { mailboxes, directory } = this.#ctx;
    const watched: Watched = {
      tenantId,
      accountId,
      subscriptions: [],
      failures: 0,
      timer: null,
      running: false,
      again: false,
    };
    this.#watched.set(accountId, watched);
    const principal = { kind: 'account', tenantId, accountId, login: '' } as const;
    for (const { scope } of await usableAccounts(directory, principal)) {
      if (!scope.rights.read) continue;
      const look = (): void => this.#look(watched);
      watched.subscriptions.push(mailboxes.notifier.subscribe(scope.accountId, look));
    }
    this.#look(watched);
  }

  #forget(watched: Watched): void {
    watched.timer?.cancel();
    for (const subscription of watched.subscriptions) subscription[Symbol.dispose]();
    this.#watched.delete(watched.accountId);
  }

  #look(watched: Watched): void {
    if (this.#ended) return;
    if (watched.running || watched.timer) {
      watched.again = true;
      return;
    }
    watched.running = true;
    watched.again = false;
    this.#track(this.#push(watched));
  }

  async #push(watched: Watched): Promise<void> {
    let pauseMs: number = intervalMs;
    try {
      const waitMs = await this.#pushAll(watched);
      if (waitMs === null) watched.failures = 0;
      else {
        pauseMs = Math.max(waitMs, retryMs[Math.min(watched.failures, retryMs.length - 1)] ?? intervalMs);
        watched.failures += 1;
        watched.again = true;
      }
    } catch (error) {
      if (!this.#ended) this.#options.log.warn('jmap.push_failed', { account: watched.accountId, error });
    }
    watched.running = false;
    if (this.#ended || !this.#watched.has(watched.accountId)) return;
    watched.timer = this.#options.clock.after(pauseMs, () => {
      watched.timer = null;
      if (watched.again) this.#look(watched);
    });
  }

  /** Null when all went well, else how long a push service wants us to wait at least, ms. */
  async #pushAll({ tenantId, accountId }: Watched): Promise<number | null> {
    const { push } = this.#options;
    const subscriptions = await livePushSubscriptions(push, tenantId, accountId);
    if (subscriptions.length === 0) return null;
    const states = await this.#states(tenantId, accountId);
    let waitMs: number | null = null;
    for (const subscription of subscriptions) {
      const changed = changedSince(subscription, states);
      const told = JSON.stringify(Object.fromEntries(states));
      if (told === subscription.told || !(await claimPush(push, subscription, told)) || !changed) continue;
      const outcome = await this.#post(subscription, stateChange(changed));
      if (outcome.kind === 'gone') await removePushSubscription(push, subscription);
      else if (outcome.kind === 'refused') {
        this.#options.log.info('jmap.push_refused', { status: outcome.status });
      } else if (outcome.kind === 'later') {
        // Given back, so that the next look finds the same change.
        await claimPush(push, { ...subscription, told }, subscription.told);
        waitMs = Math.max(waitMs ?? 0, outcome.afterMs ?? 0);
      }
    }
    return waitMs;
  }

  async #states(tenantId: number, accountId: AccountId): Promise<Map<string, TypeStates>> {
    const principal = { kind: 'account', tenantId, accountId, login: '' } as const;
    const states = new Map<string, TypeStates>();
    if (!this.#ctx) return states;
    for (const { scope } of await usableAccounts(this.#ctx.directory, principal)) {
      if (scope.rights.read) await this.#add(this.#ctx, states, scope);
    }
    return states;
  }

  async #add(ctx: JmapContext, states: Map<string, TypeStates>, scope: Scope): Promise<void> {
    try {
      states.set(accountIdOf(scope), await typeStates(ctx, scope));
    } catch (error) {
      // Somebody else's account that went away meanwhile.
      if (!isMailError(error, 'account.not_found')) throw error;
    }
  }

  async #post(subscription: PushSubscription, message: JsonObject): Promise<PushOutcome> {
    const { clock, vapid, contact, post } = this.#options;
    const url = readPushUrl(subscription.url, post);
    if (!url) return { kind: 'gone' };
    const text = Buffer.from(JSON.stringify(message));
    const keys = subscription.keys && readPushKeys(subscription.keys);
    if (subscription.keys && (!keys || text.length > maxPushOctets)) return { kind: 'refused', status: 0 };
    const headers = {
      ttl: String(ttlSeconds),
      urgency: 'normal',
      authorization: vapidAuthorization(vapid, url, contact, clock.now()),
      // The type is that of what was encrypted (RFC 8620 §7.2, RFC 9110 §8.4).
      'content-type': 'application/json',
      ...(keys ? { 'content-encoding': 'aes128gcm' } : {}),
    };
    return postPush(url, headers, keys ? encryptPush(keys, text) : text, post);
  }
}

/** What a subscription is to be told; null: nothing. */
function changedSince(
  { told, types }: PushSubscription,
  states: ReadonlyMap<string, TypeStates>,
): Map<string, TypeStates> | null {
  const before = new Map(Object.entries(JSON.parse(told) as Record<string, TypeStates>));
  const changed = new Map<string, TypeStates>();
  for (const [id, now] of states) {
    const entries = Object.entries(changedStates(before.get(id) ?? {}, now) ?? {}).filter(
      ([type]) => types === null || types.includes(type),
    );
    if (entries.length > 0) changed.set(id, objectOf(entries));
  }
  return changed.size === 0 ? null : changed;
}
