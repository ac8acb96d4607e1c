import type { Scope } from '../../access/scope.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import type { MailboxContext } from '../context.ts';
import { readableFolders, requireReach } from '../sharing/rights.ts';
import { EmailIndex } from './email-index.ts';

/** Filings of all accounts that are kept in memory together; some 150 octets each. */
const defaultMaxRows = 1_000_000;

interface Entry {
  readonly index: EmailIndex;
  /** Updates run one after the other. */
  busy: Promise<void>;
}

/** The email indexes of the accounts that were asked for last. One per process. */
export class EmailIndexes {
  readonly #entries = new Map<string, Entry>();
  readonly #maxRows: number;

  constructor(maxRows: number = defaultMaxRows) {
    this.#maxRows = maxRows;
  }

  /**
   * Runs `work` in one snapshot of the account, with the index at that snapshot or a newer one. The index must not be
   * used once `work` has waited for anything: take what is needed at once.
   */
  async read<T>(
    ctx: MailboxContext,
    scope: Scope,
    work: (index: EmailIndex, reader: AccountReader) => Promise<T>,
  ): Promise<T> {
    requireReach(scope, 'read');
    return ctx.accounts.read(scope, async reader => {
      // Whoever sees some folders only has an index of these: nothing else can be asked about.
      const only = await readableFolders(reader, scope);
      const account = `${scope.tenantId}/${scope.accountId}`;
      const entry =
        only === null ? this.#entry(account, null) : this.#entry(`${account}/${only.join(',')}`, only);
      const turn = entry.busy.then(
        () => entry.index.update(reader),
        () => entry.index.update(reader),
      );
      entry.busy = turn;
      await turn;
      this.#evict(entry);
      return work(entry.index, reader);
    });
  }

  #entry(key: string, only: readonly number[] | null): Entry {
    const fresh = (): Entry => ({
      index: new EmailIndex(only === null ? null : new Set(only)),
      busy: Promise.resolve(),
    });
    const entry = this.#entries.get(key) ?? fresh();
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Drops what was used longest ago until the rest fits. */
  #evict(keep: Entry): void {
    let rows = 0;
    for (const entry of this.#entries.values()) rows += entry.index.rows;
    for (const [key, entry] of this.#entries) {
      if (rows <= this.#maxRows) return;
      if (entry === keep) continue;
      rows -= entry.index.rows;
      this.#entries.delete(key);
    }
  }
}
