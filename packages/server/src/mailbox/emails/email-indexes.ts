import type { Scope } from '../../access/scope.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import { type MailboxContext, requireRead } from '../context.ts';
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
    requireRead(scope);
    const entry = this.#entry(`${scope.tenantId}/${scope.accountId}`);
    return ctx.accounts.read(scope, async reader => {
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

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? { index: new EmailIndex(), busy: Promise.resolve() };
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
