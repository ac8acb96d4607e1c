import type { Command } from 'commander';
import { systemClock } from '../../../platform/clock.ts';
import { backupData } from '../../../store/backup/backup-data.ts';
import { readManifest, requireEmpty, restoreData, restoreFiles } from '../../../store/backup/restore-data.ts';
import { checkPackPlaces } from '../../../store/blobs/check/pack-places.ts';
import { type ExitCode, exitCode } from '../../exit-codes.ts';
import { type CommandContext, CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { interruptSignal, ProgressLine } from '../progress.ts';
import { withHouse } from '../with-house.ts';
import { backupAccount, restoreAccount } from './one-account.ts';
import { readPostgresManifest } from './postgres-manifest.ts';
import { dumpPath, markEverything, requireNoNodes, restoreDatabases } from './restore-databases.ts';
import { bodiesReport, type SavedBodies, saveBucket } from './save-bodies.ts';
import { backupPostgres, pauseCollection, saveOtherDatabases } from './save-postgres.ts';

interface BackupFlags {
  readonly account?: string;
  readonly keys?: boolean;
  readonly withBucket?: boolean;
}

interface RestoreFlags {
  readonly account?: string;
  readonly replace?: boolean;
}

/** An installation on files; accounts and bodies that are elsewhere come along. */
async function backupFiles(
  ctx: CommandContext,
  target: string,
  flags: BackupFlags,
): Promise<ExitCode | undefined> {
  return withHouse(ctx, async house => {
    using signal = interruptSignal();
    using line = new ProgressLine(ctx);
    const progress = (path: string): void => line.update(path, { path });
    let bodies: SavedBodies | null = null;
    const manifest = await backupData({
      data: house.folder.root,
      blobs: house.folder.blobs,
      target,
      clock: systemClock,
      pauseCollection: () => pauseCollection(house),
      withKeys: flags.keys !== false,
      signal,
      progress,
      packsMove: house.spool.objects !== null,
      databases: done => saveOtherDatabases({ ctx, house, target, signal, done }),
      bodies: async present => {
        const options = { copy: flags.withBucket === true, signal, progress };
        bodies = await saveBucket(house, target, present, options);
        return bodies.paths;
      },
    });
    const bytes = manifest.files.reduce((sum, file) => sum + file.size, 0);
    const counts = { files: manifest.files.length, bytes };
    const saved = bodies as SavedBodies | null;
    const { lines, code } = saved ? bodiesReport(ctx, house, saved) : { lines: [], code: undefined };
    ctx.print({ target, ...counts, bodies: saved?.where, packs: saved?.packs, missing: saved?.short }, [
      ctx.phrases.say('command.backup_done', { target, ...counts }),
      ...lines,
    ]);
    return code;
  });
}

/** Looks whether every body of what was restored can be there. */
async function checkRestored(ctx: CommandContext, files: number): Promise<ExitCode | undefined> {
  return withHouse(ctx, async house => {
    const { packs, short } = await checkPackPlaces(house.spool.blobs);
    const { data } = house.config;
    const lines = [ctx.phrases.say('command.restore_done', { data, files })];
    const first = short[0]?.pack ?? 0;
    if (short.length > 0)
      lines.push(ctx.phrases.say('command.backup_packs_missing', { count: short.length, packs, first }));
    ctx.print({ data, files, packs, missing: short }, lines);
    return short.length > 0 ? exitCode.findings : undefined;
  });
}

async function restoreAll(ctx: CommandContext, source: string): Promise<ExitCode | undefined> {
  const { data, store } = ctx.config();
  using signal = interruptSignal();
  let count = 0;
  {
    using line = new ProgressLine(ctx);
    const progress = (path: string): void => line.update(path, { path });
    const blobs = store.blobs === null ? {} : { blobs: store.blobs };
    await requireEmpty(data, 'data');
    if (store.url === null) {
      const manifest = await readManifest(source);
      count = manifest.files.length;
      const dumps = (manifest.databases ?? []).map(({ name, file }) => ({
        name,
        file: dumpPath(source, file),
      }));
      await restoreDatabases(ctx, dumps, null, signal, async () => {
        await restoreData({ source, data, signal, progress, ...blobs });
      });
    } else {
      const manifest = await readPostgresManifest(source);
      if (manifest.schema !== store.schema) {
        const values = { schema: manifest.schema };
        throw new CommandError(ctx.phrases.say('command.restore_schema', values), exitCode.usage);
      }
      count = manifest.files.length;
      const dumps = manifest.databases.map(({ name, file }) => ({ name, file: dumpPath(source, file) }));
      const queue = manifest.queue === null ? null : dumpPath(source, manifest.queue);
      const files = manifest.files.map(({ path }) => path).filter(path => !path.endsWith('.dump'));
      await restoreDatabases(ctx, dumps, queue, signal, () =>
        restoreFiles({ source, data, ...blobs }, files, progress, signal),
      );
    }
  }
  return checkRestored(ctx, count);
}

async function markRestored(ctx: CommandContext): Promise<undefined> {
  await requireNoNodes(ctx);
  const accounts = await markEverything(ctx);
  ctx.print({ accounts }, [ctx.phrases.say('command.marked_restored', { accounts })]);
}

export function addBackupCommands(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('backup <target>')
    .description(phrases.say('help.backup'))
    .option('--account <address>', phrases.say('help.backup.account'))
    .option('--no-keys', phrases.say('help.backup.no_keys'))
    .option('--with-bucket', phrases.say('help.backup.with_bucket'))
    .action((target: string, flags: BackupFlags, command: Command) =>
      run(command, async ctx => {
        if (flags.account !== undefined) return backupAccount(ctx, target, flags.account);
        if (ctx.config().store.url === null) return backupFiles(ctx, target, flags);
        const wanted = { keys: flags.keys !== false, bucket: flags.withBucket === true };
        return backupPostgres(ctx, target, wanted);
      }),
    );
  program
    .command('restore <source>')
    .description(phrases.say('help.restore'))
    .option('--account <address>', phrases.say('help.restore.account'))
    .option('--replace', phrases.say('help.restore.replace'))
    .action((source: string, flags: RestoreFlags, command: Command) =>
      run(command, async ctx =>
        flags.account === undefined
          ? restoreAll(ctx, source)
          : restoreAccount(ctx, source, flags.account, flags.replace === true),
      ),
    );
  program
    .command('mark-restored')
    .description(phrases.say('help.mark_restored'))
    .action((_flags: object, command: Command) => run(command, markRestored));
}
