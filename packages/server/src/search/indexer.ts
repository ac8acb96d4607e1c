import { systemScope } from '../access/scope.ts';
import type { Timer } from '../platform/clock.ts';
import { isMailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import type { AccountKey } from '../store/accounts/account-key.ts';
import type { SearchContext } from './context.ts';
import { IndexThread } from './thread/index-thread.ts';
import { updateIndex } from './update-index.ts';

/** Batches of one account before the next one has its turn. */
const maxBatches = 5;

export interface IndexerOptions extends SearchContext {
  /** Every account there is: where the indexer finds the company of one that changed, and what it catches up with. */
  readonly everyAccount: () => Promise<readonly AccountKey[]>;
}

/**
 * Keeps the indexes of this process up to date: those of accounts that it is told of, one after the other, in a thread
 * that stands back. Several processes may be at it; who comes second finds the work done.
 */
export class Indexer implements AsyncDisposable {
  readonly #options: IndexerOptions;
  readonly #thread: IndexThread;
  readonly #stop = new AbortController();
  /** Accounts that changed, in the order of their first change since they were last looked at. */
  readonly #waiting = new Set<AccountId>();
  readonly #resting = new Map<AccountId, Timer>();
  #tenants = new Map<AccountId, AccountKey>();
  /** Whether the last round left something undone. */
  #backlog = false;
  /** When the last round began, on the monotonic clock. */
  #roundAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;

  constructor(options: IndexerOptions) {
    this.#options = options;
    const { clock, limits } = options;
    this.#thread = new IndexThread({
      clock,
      jobMs: limits.jobMs,
      idleMs: limits.idleMs,
      heapMiB: limits.heapMiB,
    });
  }

  /** Accounts that wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The account changed: it is looked at soon. Costs next to nothing. */
  changed(accountId: AccountId): void {
    if (this.#stop.signal.aborted || this.#resting.has(accountId)) return;
    this.#waiting.add(accountId);
    this.#schedule();
  }

  /** A round after a while; while one is under way, the next follows it. */
  #schedule(): void {
    if (this.#running || this.#waiting.size === 0 || this.#stop.signal.aborted) return;
    const { delayMs, pauseMs, roundMs } = this.#options.limits;
    const rest = this.#roundAt + roundMs - performance.now();
    this.#timer ??= this.#options.clock.after(this.#backlog ? pauseMs : Math.max(delayMs, rest), () =>
      this.#wake(),
    );
  }

  /** Puts every account that `wanted` says on the list: nobody tells what changed before a start, or elsewhere. */
  async catchUp(wanted: (account: AccountKey) => Promise<boolean> = async () => true): Promise<void> {
    for (const account of await this.#accounts()) if (await wanted(account)) this.changed(account.accountId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    for (const timer of this.#resting.values()) timer.cancel();
    this.#waiting.clear();
    await this.#running;
    await this.#thread[Symbol.asyncDispose]();
  }

  #wake(): void {
    this.#timer = null;
    this.#roundAt = performance.now();
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
      this.#schedule();
    });
  }

  async #work(): Promise<void> {
    // What changes meanwhile is for the next round: a busy account is indexed now and then, not after each mail.
    const round = [...this.#waiting];
    this.#waiting.clear();
    this.#backlog = false;
    for (const accountId of round) {
      if (this.#stop.signal.aborted) return;
      try {
        const account = await this.#find(accountId);
        if (account) await this.#update(account);
      } catch (error) {
        // Made at its first use, or removed: nothing to index. What was written while it was removed must not stay.
        if (isMailError(error, 'account.not_found')) {
          await this.#discard(accountId);
          continue;
        }
        this.#options.log.warn('search.index_failed', { account: accountId, error });
        this.#rest(accountId);
      }
    }
  }

  async #update({ tenantId, accountId }: AccountKey): Promise<void> {
    const scope = systemScope(tenantId, accountId, 'search index');
    const { messages, more } = await updateIndex(this.#options, this.#thread, scope, {
      signal: this.#stop.signal,
      maxBatches,
    });
    if (messages > 0) this.#options.log.debug('search.indexed', { account: accountId, messages });
    // To the end of the line: one large import does not keep the others' new mail waiting.
    if (!more) return;
    this.#backlog = true;
    this.changed(accountId);
  }

  /** Throws away the index of an account that is no more. */
  async #discard(accountId: AccountId): Promise<void> {
    const account = this.#tenants.get(accountId);
    if (account) await this.#options.search.remove(account);
  }

  /** Leaves an account alone for a while: a full disk does not get better by being asked again. */
  #rest(accountId: AccountId): void {
    const { clock, limits } = this.#options;
    this.#resting.set(
      accountId,
      clock.after(limits.retryMs, () => {
        this.#resting.delete(accountId);
        this.changed(accountId);
      }),
    );
  }

  async #accounts(): Promise<readonly AccountKey[]> {
    const accounts = await this.#options.everyAccount();
    this.#tenants = new Map(accounts.map(account => [account.accountId, account]));
    return accounts;
  }

  async #find(accountId: AccountId): Promise<AccountKey | undefined> {
    if (!this.#tenants.has(accountId)) await this.#accounts();
    return this.#tenants.get(accountId);
  }
}
