import type { Clock, Timer } from '../platform/clock.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { newestRevocation, revocationsKept, revocationsSince } from '../store/system/sign-in/revocations.ts';

/** Something that is open because somebody signed in. */
export interface Held {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  /** Whether what it was opened with is good still. */
  readonly holds: () => Promise<boolean>;
  /** Closes it. Called once. */
  readonly cut: () => void;
}

/**
 * Closes what was opened with something that is not good any more: a revoked client password, an ended session, an old
 * password, a disabled account.
 */
export interface Revocations {
  /** Closes what is open when its time has come; dispose when it is closed anyway. */
  watch(held: Held): Disposable;
  /** Something was taken away and is on disk: looks now, here and in the other processes. */
  announce(): void;
}

/** How often a process looks for what others took away without saying so (the command line), ms. */
export const revocationPollMs = 1_000;

/** Carries notices between the processes; the notifier of accounts' changes is one. */
export interface RevocationNotices {
  subscribe(accountId: AccountId, listener: (newest: number) => void): Disposable;
  changed(accountId: AccountId, newest: number): void;
}

/** Notices about revocations travel under the number that no account has. */
const channel: AccountId = 0;

export interface RevocationOptions {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Null: this process is alone. */
  readonly notifier: RevocationNotices | null;
}

/** Watches the store's list of revocations. One per process; asks the store nothing while nothing is open. */
export function createRevocations(options: RevocationOptions): Revocations & Disposable {
  return new WatchedRevocations(options);
}

/** For tools that hold nothing open. */
export const noRevocations: Revocations = {
  watch: () => ({ [Symbol.dispose]: () => undefined }),
  announce: () => undefined,
};

class WatchedRevocations implements Revocations, Disposable {
  readonly #options: RevocationOptions;
  readonly #held = new Map<string, Set<Held>>();
  readonly #subscription: Disposable | null;
  #seen: number | null = null;
  #timer: Timer | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #ended = false;

  constructor(options: RevocationOptions) {
    this.#options = options;
    this.#subscription = options.notifier?.subscribe(channel, () => void this.#look()) ?? null;
  }

  watch(held: Held): Disposable {
    const key = `${held.tenantId}/${held.accountId}`;
    const set = this.#held.get(key);
    if (set) set.add(held);
    else this.#held.set(key, new Set([held]));
    this.#schedule();
    // It may have been taken away between the look that let it in and now.
    void this.#check(held);
    return { [Symbol.dispose]: () => this.#forget(held) };
  }

  announce(): void {
    void this.#look().then(() => {
      if (this.#seen !== null && !this.#ended) this.#options.notifier?.changed(channel, this.#seen);
    });
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#subscription?.[Symbol.dispose]();
    this.#held.clear();
  }

  #forget(held: Held): void {
    const key = `${held.tenantId}/${held.accountId}`;
    const set = this.#held.get(key);
    set?.delete(held);
    if (set?.size === 0) this.#held.delete(key);
  }

  #schedule(): void {
    if (this.#timer !== null || this.#ended || this.#held.size === 0) return;
    this.#timer = this.#options.clock.after(revocationPollMs, () => {
      this.#timer = null;
      void this.#look().then(() => this.#schedule());
    });
  }

  /** Looks at what is new; whoever asks meanwhile gets another look. */
  #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#lookOnce()
      .catch((error: unknown) => {
        if (!this.#ended) this.#options.log.error('access.revocations_unread', { error });
      })
      .finally(() => {
        this.#looking = null;
        if (!this.#again) return;
        this.#again = false;
        void this.#look();
      });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    if (this.#ended) return;
    const { database } = this.#options;
    if (this.#seen === null) {
      this.#seen = await newestRevocation(database.shared);
      return this.#checkAll();
    }
    const newest = await newestRevocation(database.shared);
    if (newest - this.#seen >= revocationsKept) {
      this.#seen = newest;
      return this.#checkAll();
    }
    while (this.#seen < newest && !this.#ended) {
      const rows = await revocationsSince(database.shared, this.#seen);
      const last = rows.at(-1);
      if (!last) break;
      for (const row of rows) {
        if (row.account_id === 0) await this.#checkTenant(row.tenant_id);
        else await this.#checkKey(`${row.tenant_id}/${row.account_id}`);
      }
      this.#seen = last.id;
    }
  }

  async #checkAll(): Promise<void> {
    for (const key of this.#held.keys()) await this.#checkKey(key);
  }

  async #checkTenant(tenantId: TenantId): Promise<void> {
    for (const key of this.#held.keys()) if (key.startsWith(`${tenantId}/`)) await this.#checkKey(key);
  }

  async #checkKey(key: string): Promise<void> {
    for (const held of this.#held.get(key) ?? []) await this.#check(held);
  }

  async #check(held: Held): Promise<void> {
    try {
      if ((await held.holds()) || this.#ended) return;
      if (!this.#held.get(`${held.tenantId}/${held.accountId}`)?.has(held)) return;
      this.#forget(held);
      held.cut();
    } catch (error) {
      if (!this.#ended) this.#options.log.error('access.revocation_unchecked', { error });
    }
  }
}
