import { statSync } from 'node:fs';
import type { Timer } from '../../platform/clock.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { defaultIndexLimits } from '../../search/context.ts';
import { Indexer } from '../../search/indexer.ts';
import type { AccountKey } from '../../store/accounts/account-key.ts';
import type { AccountStore } from '../../store/accounts/account-store.ts';
import { everyAccount } from '../../store/system/accounts.ts';
import { tryFileLock } from '../file-lock.ts';
import type { House } from '../house.ts';

/** When one process of the group looks at all accounts, ms: after the start, then every so often. */
const firstMs = 2_000;
const everyMs = 5 * 60_000;

/** When a file was written, ms; 0 for none. */
function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The change counter of an account; 0 for none, as for a file that is not there. */
async function changedIn(accounts: AccountStore, account: AccountKey): Promise<number> {
  try {
    return (await accounts.read(account, reader => reader.state())).modseq;
  } catch (error) {
    if (isMailError(error, 'account.not_found')) return 0;
    throw error;
  }
}

/** Keeps the word indexes up to date: of the accounts that this process looks after at once, of others by going round. */
export function startIndexing(house: House): AsyncDisposable & { readonly indexer: Indexer } {
  const { accounts, clock, log, mailbox, search, system, folder, notifier } = house;
  const indexer = new Indexer({
    accounts,
    blobs: mailbox.blobs,
    search,
    clock,
    log,
    limits: defaultIndexLimits,
    everyAccount: async () =>
      (await everyAccount(system.look('provider'))).map(({ tenant_id: tenantId, id: accountId }) => ({
        tenantId,
        accountId,
      })),
  });
  const changes = notifier.onHomeChange(accountId => indexer.changed(accountId));
  /** When the accounts' files were last written, ms (0 where there is no file), and their change counters, as last seen. */
  const seen = new Map<AccountId, { readonly written: number; readonly modseq: number }>();
  const written = async (account: AccountKey): Promise<number> => {
    try {
      const path = await accounts.path(account);
      return Math.max(writtenAt(path), writtenAt(`${path}-wal`));
    } catch (error) {
      if (isMailError(error, 'store.unavailable')) return 0;
      throw error;
    }
  };
  const moved = async (account: AccountKey): Promise<boolean> => {
    const before = seen.get(account.accountId);
    const at = await written(account);
    if (at !== 0 && at === before?.written) return false;
    // Somebody else may have written to a shared file.
    const modseq = await changedIn(accounts, account);
    seen.set(account.accountId, { written: at, modseq });
    return modseq !== (before?.modseq ?? 0);
  };
  let round: Disposable | null = null;
  let timer: Timer | null = null;
  const schedule = (delayMs: number): void => {
    timer = clock.after(delayMs, () => {
      // Whoever gets it first keeps it for as long as it lives.
      round ??= tryFileLock(folder.indexLock);
      if (round)
        indexer.catchUp(moved).catch((error: unknown) => log.error('search.round_failed', { error }));
      schedule(everyMs);
    });
  };
  schedule(firstMs);
  return {
    indexer,
    async [Symbol.asyncDispose]() {
      timer?.cancel();
      changes[Symbol.dispose]();
      await indexer[Symbol.asyncDispose]();
      round?.[Symbol.dispose]();
    },
  };
}
