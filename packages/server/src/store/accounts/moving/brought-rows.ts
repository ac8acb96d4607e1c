import { refreshStatistics } from '../../engines/postgres/statistics.ts';
import type { AccountKey } from '../account-key.ts';
import type { Placement } from '../placement.ts';
import type { MovableAccounts } from './movable-accounts.ts';

/** Rows after which the planner is told for the first time; then each time as many have come again as came before. */
const firstRows = 10_000;

/** Counts the rows that a run brings into one place, and tells its planner of them now and then and in the end. */
export class BroughtRows {
  readonly #accounts: Pick<MovableAccounts, 'useAt'>;
  readonly #place: Placement;
  #last: AccountKey | null = null;
  #rows = 0;
  #told = 0;

  constructor(accounts: Pick<MovableAccounts, 'useAt'>, place: Placement) {
    this.#accounts = accounts;
    this.#place = place;
  }

  /** Rows of an account have come, all of them. */
  async add(account: AccountKey, rows: number): Promise<void> {
    this.#last = account;
    this.#rows += rows;
    if (this.#rows >= Math.max(firstRows, 2 * this.#told)) await this.tell();
  }

  /** Tells of what it was not told of yet. Returns false when the server did not take it; see `refreshStatistics`. */
  async tell(): Promise<boolean> {
    const account = this.#last;
    if (account === null || this.#rows === this.#told) return true;
    const done = await this.#accounts.useAt(account, this.#place, ({ database }) =>
      refreshStatistics(database),
    );
    if (done) this.#told = this.#rows;
    return done;
  }
}
