import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { endsById, type PackEnd, packEndsQuery } from '../blobs/check/pack-places.ts';
import { changeDatabase, copyDatabase, syncPath } from './database-copy.ts';
import { copyPack, copyWhole, sizeOf } from './file-copy.ts';
import {
  accountDatabases,
  type BackupFile,
  type BackupManifest,
  type DatabaseDump,
  keyFiles,
  layout,
  packFiles,
  queueTables,
} from './layout.ts';

export interface BackupOptions {
  /** The data folder; the server may be at work on it. */
  readonly data: string;
  /** Where the packs are, if not in its `blobs`. */
  readonly blobs?: string;
  /** Saves the databases of PostgreSQL that accounts were moved to. */
  readonly databases?: (done: (path: string) => void) => Promise<DatabaseDump[]>;
  /** Whether packs may go to a bucket meanwhile: `bodies` is for one that is gone when its turn comes. */
  readonly packsMove?: boolean;
  /** Saves bodies that are in no file, once the rows are saved; returns their paths in the backup. */
  readonly bodies?: (present: ReadonlySet<string>) => Promise<readonly string[]>;
  /** Folder of the backup. With an earlier backup in it, packs are only brought up to date. */
  readonly target: string;
  readonly clock: Clock;
  /** Stops the collection of bodies and the rewriting of packs, in all processes, until it is disposed. */
  readonly pauseCollection: () => Promise<AsyncDisposable>;
  /** Whether the keys go into the backup. Without them it is worthless unless they are kept elsewhere. */
  readonly withKeys: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: (path: string) => void;
}

/**
 * Brings the queue of the first copy into the last one. The queue has to be older than the accounts, so that what was
 * delivered meanwhile is delivered again (and found to be a duplicate) instead of lost; the places of bodies have to be
 * newer than the accounts, so that each body that an account names is found.
 */
function mergeQueue(last: string, first: string): void {
  changeDatabase(last, database => {
    database.exec('COMMIT');
    database.prepare('ATTACH ? AS first').run(first);
    database.exec('BEGIN IMMEDIATE');
    for (const table of queueTables) {
      database.exec(`INSERT OR REPLACE INTO main.${table} SELECT * FROM first.${table}`);
    }
    database.exec('UPDATE blob SET dead_generation = NULL WHERE id IN (SELECT blob_id FROM spool_message)');
  });
}

/**
 * How far each pack is written for good by the copied rows, bytes; null for one that they do not know yet. A file without
 * a row, from before, does not change any more.
 */
function packEndsIn(spool: string): (pack: number) => number | null {
  let last = 0;
  let ends = new Map<number, number>();
  changeDatabase(spool, database => {
    const rows = database.prepare(packEndsQuery).all() as unknown as PackEnd[];
    ends = endsById(rows);
    last = Number(database.prepare("SELECT value FROM counter WHERE name = 'pack'").get()?.['value'] ?? 0);
  });
  return pack => ends.get(pack) ?? (pack > last ? null : Infinity);
}

/**
 * Makes a backup of a data folder while the server works: everything accepted before the call is in it. Each account is a
 * snapshot of its own; the queue carries what an account's snapshot lacks. Durable and complete when it resolves; until
 * then the folder has no manifest and is no backup.
 */
export async function backupData(options: BackupOptions): Promise<BackupManifest> {
  const { data, target, clock, signal = null, progress } = options;
  const startedAt = clock.now();
  await mkdir(target, { recursive: true, mode: 0o700 });
  await rm(join(target, layout.manifest), { force: true });
  await syncPath(target);
  const paths: string[] = [];
  const done = (path: string): void => {
    paths.push(path);
    progress?.(path);
  };
  await using _paused = await options.pauseCollection();
  const database = async (path: string, to = path): Promise<void> => {
    signal?.throwIfAborted();
    await mkdir(dirname(join(target, to)), { recursive: true, mode: 0o700 });
    await copyDatabase(join(data, path), join(target, to));
  };
  const early = `${layout.spool}.early`;
  await database(layout.spool, early);
  await database(layout.system);
  done(layout.system);
  for (const path of await accountDatabases(data)) {
    await database(path);
    done(path);
  }
  const databases = (await options.databases?.(done)) ?? [];
  if ((await sizeOf(join(data, layout.records))) !== null) {
    await database(layout.records);
    done(layout.records);
  }
  await database(layout.spool);
  mergeQueue(join(target, layout.spool), join(target, early));
  await rm(join(target, early), { force: true });
  done(layout.spool);
  // Bodies last: every place that the copied tables name is in the files by now.
  const packs = options.blobs ?? join(data, layout.blobs);
  const ends = packEndsIn(join(target, layout.spool));
  for (const path of await packFiles(data, packs)) {
    const final = ends(Number.parseInt(basename(path), 10));
    // Begun after the rows were copied: nothing in them refers to it.
    if (final === null) continue;
    const source = join(packs, basename(path));
    if (await copyPack(source, join(target, path), final, options.packsMove ?? false, signal)) done(path);
  }
  paths.push(...((await options.bodies?.(new Set(paths))) ?? []));
  if (options.withKeys) {
    for (const path of await keyFiles(data)) {
      await copyWhole(join(data, path), join(target, path));
      done(path);
    }
  }
  await removeStale(target, paths);
  const files: BackupFile[] = [];
  for (const path of paths) files.push({ path, size: (await sizeOf(join(target, path))) ?? 0 });
  const manifest: BackupManifest = {
    format: 1,
    startedAt,
    finishedAt: clock.now(),
    files,
    ...(databases.length > 0 && { databases }),
  };
  const draft = join(target, `${layout.manifest}.new`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
  await syncPath(draft);
  await rename(draft, join(target, layout.manifest));
  await syncPath(target);
  return manifest;
}

/** Removes what an earlier backup in the folder had and this one has not: removed accounts, rewritten packs. */
async function removeStale(target: string, paths: readonly string[]): Promise<void> {
  const current = new Set(paths);
  for (const path of [...(await accountDatabases(target)), ...(await packFiles(target))]) {
    if (!current.has(path)) await rm(join(target, path), { force: true });
  }
}
