import type { AccountId, TenantId } from '../../../platform/ids.ts';
import type { BlobHash } from '../../blob-store.ts';
import { statement } from '../../sql/port.ts';
import { linkBlob, recordExisting } from '../blob-rows.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';

const find = statement(
  `SELECT l.account_id AS linked FROM blob b
   LEFT JOIN blob_link l ON l.blob_id = b.id AND l.account_id = $3 WHERE b.tenant_id = $1 AND b.hash = $2`,
);

export interface AccountBodies {
  /** Used by the account, but not in the store: these messages have lost their text. */
  readonly missing: readonly BlobHash[];
  /** In the store, but without the account's link: they may be collected while in use. */
  readonly unlinked: readonly BlobHash[];
}

/**
 * Checks that the store has what an account uses, and knows that it does. `hashes`: bodies of the account's messages, at
 * most some thousand in one call. With `repair` missing links are made; a missing body can come back only by
 * `verifyBlobs` with `rescan`.
 */
export async function checkAccountBodies(
  store: PackBlobStore,
  tenantId: TenantId,
  accountId: AccountId,
  hashes: readonly BlobHash[],
  repair: boolean,
): Promise<AccountBodies> {
  const { database } = store.internals.context;
  const missing: BlobHash[] = [];
  const unlinked: BlobHash[] = [];
  await database.read(async reader => {
    for (const hash of hashes) {
      const row = await reader.get<{ linked: number | null }>(find, tenantId, hash, accountId);
      if (!row) missing.push(hash);
      else if (row.linked === null) unlinked.push(hash);
    }
  });
  if (repair && unlinked.length > 0) {
    await database.transact(async tx => {
      for (const hash of unlinked) {
        await linkBlob(tx, await recordExisting(tx, tenantId, hash), accountId);
      }
    });
  }
  return { missing, unlinked };
}
