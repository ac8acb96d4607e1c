import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountKey } from '../accounts/account-key.ts';
import { restoredMark } from '../accounts/account-state.ts';
import { bodiesInUse } from '../accounts/bodies-in-use.ts';
import type { MovableAccounts } from '../accounts/moving/movable-accounts.ts';
import { openFile } from '../accounts/open-file.ts';
import { makeTemplate, placeTemplate } from '../accounts/places/template.ts';
import type { BlobHash, BlobStore } from '../blob-store.ts';
import { refreshStatistics } from '../engines/postgres/statistics.ts';
import { statement } from '../sql/port.ts';
import { accountTables, copyAccountRows, renumberAccount } from './account-rows.ts';
import { readBodyFile } from './body-file.ts';
import { changeDatabase, syncPath } from './database-copy.ts';
import { copyRowsFromFile } from './database-rows.ts';
import { exportLayout } from './export-account.ts';

export interface ImportOptions {
  readonly accounts: MovableAccounts;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** The account to make. It may have another number, and belong to another tenant, than the one that was exported. */
  readonly account: AccountKey;
  /** Folder of an export. */
  readonly source: string;
  /** Puts the export in the place of what the account has now. No other process may have the account open. */
  readonly replace: boolean;
  readonly signal?: AbortSignal;
}

export interface Imported {
  readonly bodies: number;
  readonly messages: number;
}

const selectBodies = statement(
  `SELECT blob_hash FROM message WHERE account_id = $1
   UNION SELECT blob_hash FROM deleted_message WHERE account_id = $1`,
);

async function requireExport(source: string): Promise<void> {
  const text = await readFile(join(source, exportLayout.manifest), 'utf8').catch(() => '');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'format' in value && value.format === 1) return;
  } catch {
    // Told below.
  }
  throw new MailError('input.invalid', { field: 'source', reason: 'no complete export' });
}

/** Stores and links the bodies. Returns the hashes that are others here than where they come from, by the hex of the old one. */
async function bringBodies(
  options: ImportOptions,
): Promise<{ count: number; renamed: Map<string, Uint8Array> }> {
  const { blobs, account, source, signal } = options;
  const renamed = new Map<string, Uint8Array>();
  let count = 0;
  await using file = await open(join(source, exportLayout.bodies), 'r');
  for await (const body of readBodyFile(file)) {
    signal?.throwIfAborted();
    await using writer = blobs.create(account.tenantId, body.size);
    for await (const chunk of body.chunks) await writer.write(chunk);
    const ref = await writer.seal();
    await blobs.link(account.tenantId, account.accountId, [ref]);
    if (!Buffer.from(ref.hash).equals(body.hash))
      renamed.set(Buffer.from(body.hash).toString('hex'), ref.hash);
    count += 1;
  }
  return { count, renamed };
}

/**
 * What an account says of other people names them by numbers of where the export comes from, which are somebody else's here:
 * rights that were given, subscriptions of others and their private annotations do not come along.
 */
function leaveOthersBehind(database: DatabaseSync, before: number, accountId: number): void {
  database.exec('DELETE FROM folder_subscription; DELETE FROM folder_right');
  database.prepare('DELETE FROM annotation WHERE holder_id NOT IN (0, ?)').run(before);
  database.prepare('UPDATE annotation SET holder_id = ? WHERE holder_id = ?').run(accountId, before);
}

/** Makes the copied rows those of the new account. Returns the number of messages. */
function adapt(path: string, accountId: number, renamed: ReadonlyMap<string, Uint8Array>): number {
  let messages = 0;
  changeDatabase(path, database => {
    const states = database.prepare('SELECT account_id FROM account_state').all();
    if (states.length !== 1)
      throw new MailError('input.invalid', { field: 'source', reason: 'not one account' });
    const rename = database.prepare('UPDATE message SET blob_hash = ? WHERE blob_hash = ?');
    const renameDeleted = database.prepare('UPDATE deleted_message SET blob_hash = ? WHERE blob_hash = ?');
    for (const [old, hash] of renamed) {
      rename.run(hash, Buffer.from(old, 'hex'));
      renameDeleted.run(hash, Buffer.from(old, 'hex'));
    }
    const before = Number(states[0]?.['account_id']);
    if (before !== accountId) leaveOthersBehind(database, before, accountId);
    renumberAccount(database, accountId);
    database.prepare('UPDATE account_state SET clean = 0, boot_id = ?').run(restoredMark);
    messages = Number(database.prepare('SELECT COUNT(*) AS n FROM message').get()?.['n'] ?? 0);
  });
  return messages;
}

/** Brings a file's schema up to date. */
async function upgrade(path: string, now: number): Promise<void> {
  const file = await openFile(path, now);
  await file.database[Symbol.asyncDispose]();
}

/**
 * Puts the draft where the account's file is, in one step: whatever stops in between leaves the one or the other. Throws
 * `store.busy` when this process has it open. The log of changes beside the old file must not be played into the new one,
 * so it goes first; what it holds is in the file by then, unless that is damaged and to be replaced for it.
 */
async function replaceFile({ accounts, account }: ImportOptions, draft: string, path: string): Promise<void> {
  if (!(await accounts.release(account))) throw new MailError('store.busy', { account: account.accountId });
  try {
    const old = new DatabaseSync(path, { timeout: 15_000 });
    try {
      old.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      old.close();
    }
  } catch {
    // Damaged: nothing of it is wanted any more.
  }
  for (const suffix of ['-wal', '-shm']) await rm(path + suffix, { force: true });
  await rename(draft, path);
  await syncPath(dirname(path));
}

async function placeFile(options: ImportOptions, draft: string, path: string): Promise<void> {
  const { account, replace } = options;
  if (replace && existsSync(path)) return replaceFile(options, draft, path);
  try {
    await link(draft, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new MailError('conflict.exists', { account: account.accountId });
    }
    throw error;
  }
  await syncPath(dirname(path));
}

async function placeRows(options: ImportOptions, draft: string, path: string): Promise<void> {
  const { account, clock, replace } = options;
  if (!existsSync(path)) placeTemplate(path, await makeTemplate(dirname(path), clock.now()));
  await upgrade(path, clock.now());
  const database = new DatabaseSync(path, { timeout: 15_000 });
  try {
    database.exec('PRAGMA synchronous = FULL');
    database.prepare('ATTACH ? AS brought').run(draft);
    database.exec('BEGIN IMMEDIATE');
    const present = database
      .prepare('SELECT 1 FROM main.account_state WHERE account_id = ?')
      .get(account.accountId);
    if (present && !replace) throw new MailError('conflict.exists', { account: account.accountId });
    for (const table of accountTables(database)) {
      database.prepare(`DELETE FROM main."${table}" WHERE account_id = ?`).run(account.accountId);
    }
    copyAccountRows(database, 'brought', account.accountId);
    database.exec('COMMIT');
  } finally {
    // Rolls back what was not committed.
    database.close();
  }
}

/** Bodies that the account has before it is replaced. */
async function presentBodies({ accounts, account }: ImportOptions): Promise<BlobHash[]> {
  if (!(await accounts.exists(account))) return [];
  const rows = await accounts.read(account, reader => reader.arrays(selectBodies, account.accountId));
  return rows.map(row => row[0] as Uint8Array);
}

/** Tells the blob store which of them the account has no more. */
async function releaseBefore(
  { accounts, account, blobs }: ImportOptions,
  before: readonly BlobHash[],
): Promise<void> {
  for (let at = 0; at < before.length; at += 500) {
    const slice = before.slice(at, at + 500);
    const used = new Set(
      (await bodiesInUse(accounts, account, slice)).map(hash => Buffer.from(hash).toString('hex')),
    );
    const unused = slice.filter(hash => !used.has(Buffer.from(hash).toString('hex')));
    if (unused.length > 0) await blobs.release(account.tenantId, account.accountId, unused);
  }
}

/**
 * Makes an account from an export: bodies first, then the rows, all at once. The first write raises the epoch, so that
 * clients that knew the account compare everything. Throws `conflict.exists` when the account has rows and `replace` is not
 * set, `input.invalid` for a folder without a complete export, `store.corrupt` for damaged bodies.
 */
export async function importAccount(options: ImportOptions): Promise<Imported> {
  const { accounts, account, source, clock, replace, signal = null } = options;
  await requireExport(source);
  if (!replace && (await accounts.exists(account))) {
    throw new MailError('conflict.exists', { account: account.accountId });
  }
  const before = replace ? await presentBodies(options) : [];
  const { count, renamed } = await bringBodies(options);
  const placement = await accounts.placementOf(account);
  const inDatabase = placement.kind === 'postgres';
  const path = inDatabase ? null : await accounts.path(account);
  const folder = path === null ? await mkdtemp(join(tmpdir(), 'hongyan-import-')) : dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.import-${randomUUID()}`);
  try {
    await copyFile(join(source, exportLayout.rows), draft);
    await upgrade(draft, clock.now());
    const messages = adapt(draft, account.accountId, renamed);
    if (path === null) {
      await copyRowsFromFile(accounts, account, placement, draft, replace, signal);
      await accounts.useAt(account, placement, ({ database }) => refreshStatistics(database));
    } else {
      await syncPath(draft);
      await (placement.kind === 'shard' ? placeRows : placeFile)(options, draft, path);
    }
    await releaseBefore(options, before);
    return { bodies: count, messages };
  } finally {
    for (const suffix of ['', '-wal', '-shm']) await rm(draft + suffix, { force: true });
    if (inDatabase) await rm(folder, { recursive: true, force: true });
  }
}
