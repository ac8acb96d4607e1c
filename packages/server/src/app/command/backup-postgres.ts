import { spawn } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import { syncPath } from '../../store/backup/database-copy.ts';
import { copyAppendOnly, copyWhole, sizeOf } from '../../store/backup/file-copy.ts';
import { keyFiles, layout } from '../../store/backup/layout.ts';
import { bypassSetting } from '../../store/engines/postgres/fence.ts';
import type { Config } from '../config/config.ts';
import { databases } from '../databases.ts';
import { exitCode } from '../exit-codes.ts';
import type { House } from '../house.ts';
import { type Exclusive, tryExclusive } from '../nodes/exclusive.ts';
import { type CommandContext, CommandError, withHouse } from './context.ts';
import { interruptSignal, ProgressLine } from './progress.ts';

/** The rows, in the custom format of pg_dump: for pg_restore. */
export const rowsFile = 'rows.dump';
/** Written last: a folder without it is no backup. Another name than that of a copy of files, which it is not. */
export const manifestFile = 'postgres-backup.json';

/** Longest wait for a round of housekeeping to end, ms. */
const pauseWaitMs = 600_000;

async function pauseCollection(house: House): Promise<Exclusive> {
  const giveUpAt = performance.now() + pauseWaitMs;
  for (;;) {
    const lease = await tryExclusive(house, 'collect');
    if (lease) return lease;
    if (performance.now() > giveUpAt) throw new MailError('store.busy', { lock: 'collect' });
    await sleep(1_000);
  }
}

/** How PostgreSQL's programs reach the database of the configuration: the URL as it is, the password apart from it. */
function programTarget(config: Config, house: House): { url: string; environment: NodeJS.ProcessEnv } {
  const channel = databases(config, house.folder, house.log).channel;
  if (!channel || config.store.url === null)
    throw new MailError('store.unavailable', { reason: 'no database' });
  const { target } = channel;
  const url = new URL(config.store.url);
  url.password = '';
  return {
    url: url.href,
    environment: {
      ...process.env,
      PGSSLMODE: target.tls === false ? 'disable' : 'verify-full',
      ...(target.password === null ? {} : { PGPASSWORD: target.password }),
      // The dump is of all accounts, and says so: see `fence.ts`.
      PGOPTIONS: `-c ${bypassSetting}=backup`,
    },
  };
}

/** One snapshot of all rows. */
async function dumpRows(ctx: CommandContext, house: House, file: string, signal: AbortSignal): Promise<void> {
  const { url, environment } = programTarget(house.config, house);
  const schemas = ['system', 'spool', 'records', 'accounts'].map(
    name => `--schema=${house.config.store.schema}_${name}`,
  );
  const options = ['--format=custom', '--enable-row-security', '--no-owner', '--no-privileges', ...schemas];
  const child = spawn('pg_dump', [...options, `--file=${file}`, url], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    said = error instanceof Error ? error.message : String(error);
    return -1;
  });
  if (code === 0) return;
  throw new CommandError(
    ctx.phrases.say('command.backup_pg_dump', { reason: said.trim() }),
    exitCode.failure,
  );
}

/**
 * Backs up an installation whose rows are in PostgreSQL while it works: rows first, in one snapshot, bodies and keys after
 * them, with the collection of bodies held up meanwhile, so that every body that a row names is in the copy. Bodies in a
 * bucket stay there.
 */
export async function backupPostgres(ctx: CommandContext, target: string, withKeys: boolean): Promise<void> {
  await withHouse(ctx, async house => {
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
    const dump = join(target, rowsFile);
    await dumpRows(ctx, house, dump, signal);
    await syncPath(dump);
    done(rowsFile);
    const elsewhere = house.config.store.objects.url !== null;
    for (const name of elsewhere ? [] : (await readdir(house.folder.blobs)).toSorted()) {
      if (!paused.held) throw new MailError('store.busy', { lock: 'collect' });
      const path = join(layout.blobs, name);
      const source = join(house.folder.blobs, name);
      if (name.endsWith('.pack')) await copyAppendOnly(source, join(target, path), signal);
      else if (name === 'installation') await copyWhole(source, join(target, path));
      else continue;
      done(path);
    }
    if (withKeys) {
      for (const path of await keyFiles(house.folder.root)) {
        await copyWhole(join(house.folder.root, path), join(target, path));
        done(path);
      }
    }
    const files: { path: string; size: number }[] = [];
    for (const path of paths) files.push({ path, size: (await sizeOf(join(target, path))) ?? 0 });
    const manifest = { format: 1, kind: 'postgres', startedAt, finishedAt: systemClock.now(), files };
    const draft = join(target, `${manifestFile}.new`);
    await writeFile(draft, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
    await syncPath(draft);
    await rename(draft, join(target, manifestFile));
    await syncPath(target);
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const counts = { files: files.length, bytes };
    const lines = [ctx.phrases.say('command.backup_done', { target, ...counts })];
    if (elsewhere) lines.push(ctx.phrases.say('command.backup_bucket'));
    ctx.print({ target, ...counts }, lines);
  });
}
