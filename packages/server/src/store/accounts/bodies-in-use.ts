import type { BlobHash } from '../blob-store.ts';
import type { AccountKey } from './account-key.ts';
import type { AccountStore } from './account-store.ts';
import { forgetReleased, releasedBlobs, usesBlob } from './message-rows.ts';

/**
 * Which of the bodies any message of the account has: what the collector asks before it drops a link. Throws
 * `account.not_found` for an account that is not here, so that a data folder that was not mounted loses no body: only who
 * knows that the account was removed may take that for "none".
 */
export async function bodiesInUse(
  accounts: AccountStore,
  account: AccountKey,
  hashes: readonly BlobHash[],
): Promise<BlobHash[]> {
  return accounts.read(account, async reader => {
    const used: BlobHash[] = [];
    for (const hash of hashes) if (await usesBlob(reader, hash)) used.push(hash);
    return used;
  });
}

/** Whether any message of the account has the body. See `bodiesInUse`. */
export async function stillUses(
  accounts: AccountStore,
  account: AccountKey,
  hash: BlobHash,
): Promise<boolean> {
  return (await bodiesInUse(accounts, account, [hash])).length > 0;
}

/**
 * Hands bodies that were noted as released, and are unused still, to `release`, then forgets the notes; at most `limit`.
 * When `release` fails the notes stay. Returns how many notes went.
 */
export async function takeReleased(
  accounts: AccountStore,
  account: AccountKey,
  limit: number,
  release: (hashes: readonly BlobHash[]) => Promise<void>,
): Promise<number> {
  const { noted, unused } = await accounts.read(account, async reader => {
    const noted = await releasedBlobs(reader, Number.MAX_SAFE_INTEGER, limit);
    const unused: Uint8Array[] = [];
    for (const hash of noted) if (!(await usesBlob(reader, hash))) unused.push(hash);
    return { noted, unused };
  });
  if (noted.length === 0) return 0;
  if (unused.length > 0) await release(unused);
  // Losing this commit only repeats a harmless call.
  await accounts.transact(
    account,
    async tx => {
      for (const hash of noted) await forgetReleased(tx, hash);
    },
    { durability: 'relaxed' },
  );
  return noted.length;
}
