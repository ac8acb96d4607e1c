import type { SqlTransaction } from '../../sql/port.ts';
import type { AccountKey } from '../account-key.ts';
import type { AccountState } from '../account-state.ts';
import type { AccountStore } from '../account-store.ts';
import type { OpenFile } from '../open-file.ts';
import type { Placement } from '../placement.ts';

/** What moving accounts needs beyond the doors to their data. */
export interface MovableAccounts extends AccountStore {
  /** Runs `work` with the database of a placement, whether or not the account lives there. `make`: makes a missing file. */
  useAt<T>(
    account: AccountKey,
    placement: Placement,
    work: (file: OpenFile) => Promise<T>,
    make?: boolean,
  ): Promise<T>;
  /** Where the account is now, or would be made if it is nowhere. */
  placementOf(account: AccountKey): Promise<Placement>;
  /** Where the account really is, beginning at `placement` and following marks; null when it is nowhere. */
  whereabouts(account: AccountKey, placement: Placement): Promise<Placement | null>;
  /**
   * Holds the account in its place, runs `work` there, and marks it as moved to `to` in the same transaction: from its
   * commit on everybody goes there.
   */
  seal(
    account: AccountKey,
    from: Placement,
    to: Placement,
    work: (tx: SqlTransaction, state: AccountState) => Promise<void>,
  ): Promise<void>;
  /** Of some places those with a copy of the account that is marked as moved away; its own file is always looked at. */
  leftBehind(account: AccountKey, here: Placement, places: readonly Placement[]): Promise<Placement[]>;
  /** Removes a copy of the account that is marked as moved away. */
  removeFrom(account: AccountKey, placement: Placement): Promise<void>;
}
