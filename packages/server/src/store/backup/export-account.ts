import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountKey } from '../accounts/account-key.ts';
import type { MovableAccounts } from '../accounts/moving/movable-accounts.ts';
import type { BlobStore } from '../blob-store.ts';
import { accountTables } from './account-rows.ts';
import { BodyFileWriter } from './body-file.ts';
import { changeDatabase, copyDatabase, syncPath } from './database-copy.ts';
import { copyRowsToFile } from './database-rows.ts';

/** Files of an exported account. */
export const exportLayout = { rows: 'account.db', bodies: 'bodies.bin', manifest: 'account.json' } as const;

export interface ExportManifest {
  readonly format: 1;
  readonly accountId: number;
  readonly exportedAt: number;
  readonly bodies: number;
  /** Bodies that could not be read, as hex of their hash. The export goes on without them. */
  readonly missing: readonly string[];
}

export interface ExportOptions {
  readonly accounts: MovableAccounts;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly account: AccountKey;
  /** Folder to write to; made if missing. Files of an earlier export in it are replaced. */
  readonly target: string;
  readonly signal?: AbortSignal;
}

/** Notes that only mean something where they were made. */
const localTables = ['released_blob', 'upload'];

/** Takes everything out of a copy that is not this account's. */
function keepOnly(path: string, accountId: number): void {
  let others = 0;
  changeDatabase(path, database => {
    for (const table of accountTables(database)) {
      const removed = database.prepare(`DELETE FROM "${table}" WHERE account_id <> ?`).run(accountId);
      others += Number(removed.changes);
      if (localTables.includes(table)) database.exec(`DELETE FROM "${table}"`);
    }
  });
  // What was removed must not be found in free pages by whoever gets the file.
  if (others > 0) {
    const database = new DatabaseSync(path);
    try {
      database.exec('VACUUM');
    } finally {
      database.close();
    }
  }
}

async function writeBodies(
  options: ExportOptions,
  rows: string,
): Promise<{ bodies: number; missing: string[] }> {
  const { blobs, account, target, signal } = options;
  const missing: string[] = [];
  let bodies = 0;
  const path = join(target, exportLayout.bodies);
  await using file = await open(path, 'w', 0o600);
  const writer = new BodyFileWriter(file);
  await writer.begin();
  const database = new DatabaseSync(rows, { readOnly: true });
  try {
    const query = database.prepare(
      `SELECT blob_hash, MAX(blob_size) FROM (
         SELECT blob_hash, blob_size FROM message UNION ALL SELECT blob_hash, blob_size FROM deleted_message)
       GROUP BY blob_hash`,
    );
    query.setReturnArrays(true);
    for (const row of query.iterate() as unknown as Iterable<[Uint8Array, number]>) {
      signal?.throwIfAborted();
      const [hash, size] = row;
      try {
        // Asked before anything of it is written, so that a missing body leaves no half of a record.
        await blobs.readRange(account.tenantId, hash, 0, 1);
      } catch (error) {
        if (!isMailError(error, 'message.not_found') && !isMailError(error, 'store.corrupt')) throw error;
        missing.push(Buffer.from(hash).toString('hex'));
        continue;
      }
      await writer.add({ hash, size }, blobs.stream(account.tenantId, hash));
      bodies += 1;
    }
  } finally {
    database.close();
  }
  await file.sync();
  return { bodies, missing };
}

/**
 * Writes one account with all its bodies into a folder, while it is in use: a snapshot of its rows, then what they refer to.
 * Complete and durable when it resolves; the manifest comes last. Throws `account.not_found`.
 */
export async function exportAccount(options: ExportOptions): Promise<ExportManifest> {
  const { accounts, account, target, clock } = options;
  // Opening brings the schema up to date.
  await accounts.read(account, reader => reader.state());
  await mkdir(target, { recursive: true, mode: 0o700 });
  await rm(join(target, exportLayout.manifest), { force: true });
  const exportedAt = clock.now();
  const rows = join(target, exportLayout.rows);
  const placement = await accounts.placementOf(account);
  if (placement.kind === 'postgres') {
    await copyRowsToFile(accounts, account, placement, rows, options.signal ?? null);
  } else {
    await copyDatabase(await accounts.path(account), rows);
  }
  keepOnly(rows, account.accountId);
  const { bodies, missing } = await writeBodies(options, rows);
  const manifest: ExportManifest = { format: 1, accountId: account.accountId, exportedAt, bodies, missing };
  const draft = join(target, `${exportLayout.manifest}.new`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
  await syncPath(draft);
  await rename(draft, join(target, exportLayout.manifest));
  await syncPath(target);
  return manifest;
}
