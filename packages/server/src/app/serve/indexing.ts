import { statSync } from 'node:fs';
import type { Timer } from '../../platform/clock.ts';
import type { AccountId } from '../../platform/ids.ts';
import { defaultIndexLimits } from '../../search/context.ts';
import { Indexer } from '../../search/indexer.ts';
import type { AccountKey } from '../../store/accounts/account-key.ts';
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

/** Keeps the word indexes up to date: what changes in this process at once, what was changed otherwise by going round. */
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
      (await everyAccount(system)).map(({ tenant_id: tenantId, id: accountId }) => ({ tenantId, accountId })),
  });
  const changes = notifier.onLocalChange(accountId => indexer.changed(accountId));
  /** When the files of accounts were last written, as the last round saw it, ms. */
  const seen = new Map<AccountId, number>();
  const moved = async (account: AccountKey): Promise<boolean> => {
    const path = await accounts.path(account);
    const written = Math.max(writtenAt(path), writtenAt(`${path}-wal`));
    if (written === (seen.get(account.accountId) ?? 0)) return false;
    seen.set(account.accountId, written);
    return true;
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
