import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import { copyDatabase, syncPath } from '../../../store/backup/database-copy.ts';
import { copyPack, copyWhole, sizeOf } from '../../../store/backup/file-copy.ts';
import { accountDatabases, keyFiles, layout, packFiles, queueTables } from '../../../store/backup/layout.ts';
import { packEnds } from '../../../store/blobs/check/pack-places.ts';
import type { ExitCode } from '../../exit-codes.ts';
import type { House } from '../../house.ts';
import { type Exclusive, tryExclusive } from '../../nodes/exclusive.ts';
import type { CommandContext } from '../context.ts';
import { interruptSignal, ProgressLine } from '../progress.ts';
import { withHouse } from '../with-house.ts';
import { manifestFile, type PostgresManifest, rowsFile } from './postgres-manifest.ts';
import { dumpRows, dumpTables, presentSchemas, rowServers } from './postgres-programs.ts';
import { bodiesReport, saveBucket } from './save-bodies.ts';

/** Longest wait for a round of housekeeping to end, ms. */
const pauseWaitMs = 600_000;

/** Keeps all processes on the rows from collecting bodies until it is disposed. */
export async function pauseCollection(house: House): Promise<Exclusive> {
  const giveUpAt = performance.now() + pauseWaitMs;
  for (;;) {
    const lease = await tryExclusive(house, 'collect');
    if (lease) return lease;
    if (performance.now() > giveUpAt) throw new MailError('store.busy', { lock: 'collect' });
    await sleep(1_000);
  }
}

interface Saving {
  readonly ctx: CommandContext;
  readonly house: House;
  readonly target: string;
  readonly signal: AbortSignal;
  readonly done: (path: string) => void;
}

/** Databases of `[[store.databases]]`, each in one snapshot. Returns their dumps by name. */
export async function saveOtherDatabases(saving: Saving): Promise<{ name: string; file: string }[]> {
  const { ctx, house, target, signal, done } = saving;
  const saved: { name: string; file: string }[] = [];
  for (const server of rowServers(house.config).filter(({ name }) => name !== 'main')) {
    const schemas = await presentSchemas(server);
    // Nothing was ever moved there.
    if (schemas.length === 0) continue;
    const file = rowsFile(server.name);
    await dumpRows(ctx, server, schemas, join(target, file), signal);
    await syncPath(join(target, file));
    done(file);
    saved.push({ name: server.name, file });
  }
  return saved;
}

/**
 * The rows. Accounts elsewhere are not in the snapshot of the main database: the queue is saved before them, so that what
 * was delivered to them meanwhile is delivered again instead of lost, and the places of bodies after them.
 */
async function saveRows(saving: Saving): Promise<Pick<PostgresManifest, 'databases' | 'queue'>> {
  const { ctx, house, target, signal, done } = saving;
  const main = rowServers(house.config).find(({ name }) => name === 'main');
  if (!main) throw new MailError('store.unavailable', { reason: 'no database' });
  const files = await accountDatabases(house.folder.root);
  let queue: string | null = null;
  if (files.length > 0 || house.config.store.databases.length > 0) {
    queue = 'queue.dump';
    const tables = queueTables.map(table => `${house.config.store.schema}_spool.${table}`);
    await dumpTables(ctx, main, tables, join(target, queue), signal);
    await syncPath(join(target, queue));
    done(queue);
  }
  const others = await saveOtherDatabases(saving);
  for (const path of files) {
    signal.throwIfAborted();
    await mkdir(dirname(join(target, path)), { recursive: true, mode: 0o700 });
    await copyDatabase(join(house.folder.root, path), join(target, path));
    done(path);
  }
  const file = rowsFile('main');
  await dumpRows(ctx, main, main.schemas, join(target, file), signal);
  await syncPath(join(target, file));
  done(file);
  return { databases: [{ name: 'main', file }, ...others], queue };
}

/** Removes what an earlier backup in the folder had and this one has not. */
async function removeStale(target: string, paths: readonly string[]): Promise<void> {
  const current = new Set(paths);
  const dumps = (await readdir(target)).filter(name => name.endsWith('.dump'));
  for (const path of [...dumps, ...(await accountDatabases(target)), ...(await packFiles(target))]) {
    if (!current.has(path)) await rm(join(target, path), { force: true });
  }
}

async function writeManifest(target: string, manifest: PostgresManifest): Promise<void> {
  const draft = join(target, `${manifestFile}.new`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
  await syncPath(draft);
  await rename(draft, join(target, manifestFile));
  await syncPath(target);
}

/**
 * Backs up an installation whose rows are in PostgreSQL while it works: rows first, bodies and keys after them, with the
 * collection of bodies held up meanwhile, so that every body that a row names is in the copy. Bodies in a bucket stay
 * there unless they are wanted; whether all are there is looked up and told.
 */
export async function backupPostgres(
  ctx: CommandContext,
  target: string,
  flags: { readonly keys: boolean; readonly bucket: boolean },
): Promise<ExitCode | undefined> {
  return withHouse(ctx, async house => {
    using signal = interruptSignal();
    using line = new ProgressLine(ctx);
    const startedAt = systemClock.now();
    await mkdir(target, { recursive: true, mode: 0o700 });
    await rm(join(target, manifestFile), { force: true });
    await using paused = await pauseCollection(house);
    const paths: string[] = [];
    const done = (path: string): void => {
      paths.push(path);
      line.update(path, { path });
    };
    const rows = await saveRows({ ctx, house, target, signal, done });
    const names = (await readdir(house.folder.blobs).catch((): string[] => [])).toSorted();
    // After the names: a pack has its row before its file.
    const ends = await packEnds(house.spool.database);
    for (const name of names) {
      if (!paused.held) throw new MailError('store.busy', { lock: 'collect' });
      const path = join(layout.blobs, name);
      const source = join(house.folder.blobs, name);
      const final = ends.get(Number.parseInt(name, 10)) ?? Infinity;
      if (name.endsWith('.pack')) {
        // One that has gone to the bucket meanwhile is looked for there, below.
        if (!(await copyPack(source, join(target, path), final, house.spool.objects !== null, signal)))
          continue;
      } else if (name === layout.installation) await copyWhole(source, join(target, path));
      else continue;
      done(path);
    }
    const bodies = await saveBucket(house, target, new Set(paths), {
      copy: flags.bucket,
      signal,
      progress: done,
    });
    if (!paused.held) throw new MailError('store.busy', { lock: 'collect' });
    if (flags.keys) {
      for (const path of await keyFiles(house.folder.root)) {
        await copyWhole(join(house.folder.root, path), join(target, path));
        done(path);
      }
    }
    await removeStale(target, paths);
    const files: { path: string; size: number }[] = [];
    for (const path of paths) files.push({ path, size: (await sizeOf(join(target, path))) ?? 0 });
    const { schema, objects } = house.config.store;
    await writeManifest(target, {
      format: 2,
      kind: 'postgres',
      startedAt,
      finishedAt: systemClock.now(),
      schema,
      ...rows,
      bodies: bodies.where,
      bucket: objects.url === null ? null : `${objects.bucket}/${objects.prefix}`,
      files,
    });
    const counts = { files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) };
    const { lines, code } = bodiesReport(ctx, house, bodies);
    ctx.print({ target, ...counts, bodies: bodies.where, packs: bodies.packs, missing: bodies.short }, [
      ctx.phrases.say('command.backup_done', { target, ...counts }),
      ...lines,
    ]);
    return code;
  });
}
