import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { noteRestored } from '../../personal/snoozing/after-restore.ts';
import { systemClock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import { backupData } from '../../store/backup/backup-data.ts';
import { exportAccount } from '../../store/backup/export-account.ts';
import { importAccount } from '../../store/backup/import-account.ts';
import { restoreData } from '../../store/backup/restore-data.ts';
import { dataFolder } from '../data-folder.ts';
import { lockDataFolder } from '../data-lock.ts';
import { exitCode } from '../exit-codes.ts';
import { tryFileLock } from '../file-lock.ts';
import { backupPostgres } from './backup-postgres.ts';
import { type CommandContext, CommandError, commandScope, requireUser, withHouse } from './context.ts';
import type { CommandBuilder } from './program.ts';
import { interruptSignal, ProgressLine } from './progress.ts';

interface BackupFlags {
  readonly account?: string;
  readonly keys?: boolean;
}

interface RestoreFlags {
  readonly account?: string;
  readonly replace?: boolean;
}

/** Longest wait for a round of housekeeping to end, ms. */
const pauseWaitMs = 600_000;

/** Keeps all processes from collecting bodies until it is disposed. */
async function pauseCollection(data: string): Promise<AsyncDisposable> {
  const giveUpAt = performance.now() + pauseWaitMs;
  for (;;) {
    const lock = tryFileLock(dataFolder(data).collectLock);
    if (lock) return { [Symbol.asyncDispose]: async () => lock[Symbol.dispose]() };
    if (performance.now() > giveUpAt) throw new MailError('store.busy', { lock: 'collect' });
    await sleep(200);
  }
}

/** Restoring rows into PostgreSQL, and copies of single accounts, are not for these commands. */
function requireFiles(ctx: CommandContext): void {
  if (ctx.config().store.url !== null) {
    throw new CommandError(ctx.phrases.say('command.backup_postgres'), exitCode.failure);
  }
}

async function backupAll(ctx: CommandContext, target: string, withKeys: boolean): Promise<void> {
  if (ctx.config().store.url !== null) return backupPostgres(ctx, target, withKeys);
  const { data } = ctx.config();
  using signal = interruptSignal();
  using line = new ProgressLine(ctx);
  const manifest = await backupData({
    data,
    target,
    clock: systemClock,
    pauseCollection: () => pauseCollection(data),
    withKeys,
    signal,
    progress: path => line.update(path, { path }),
  });
  const bytes = manifest.files.reduce((sum, file) => sum + file.size, 0);
  const counts = { files: manifest.files.length, bytes };
  ctx.print({ target, ...counts }, [ctx.phrases.say('command.backup_done', { target, ...counts })]);
}

async function backupAccount(ctx: CommandContext, target: string, address: string): Promise<void> {
  requireFiles(ctx);
  await withHouse(ctx, async house => {
    const user = await requireUser(house, await commandScope(ctx, house), address);
    await house.mailboxes.ensure(user.tenantId, user.accountId);
    using signal = interruptSignal();
    const { bodies, missing } = await exportAccount({
      accounts: house.accounts,
      blobs: house.spool.blobs,
      clock: house.clock,
      account: user,
      target,
      signal,
    });
    ctx.print({ target, bodies, missing }, [
      ctx.phrases.say('command.backup_account_done', { target, address, bodies }),
    ]);
  });
}

async function restoreAll(ctx: CommandContext, source: string): Promise<void> {
  requireFiles(ctx);
  const { data } = ctx.config();
  using signal = interruptSignal();
  using line = new ProgressLine(ctx);
  const manifest = await restoreData({ source, data, signal, progress: path => line.update(path, { path }) });
  ctx.print({ data, files: manifest.files.length }, [
    ctx.phrases.say('command.restore_done', { data, files: manifest.files.length }),
  ]);
}

async function restoreAccount(
  ctx: CommandContext,
  source: string,
  address: string,
  replace: boolean,
): Promise<void> {
  requireFiles(ctx);
  if (replace) {
    // What the account has now is taken away under whoever has it open: no server may run.
    const lock = lockDataFolder(dataFolder(ctx.config().data), 'tool', systemClock.now());
    if (lock.kind === 'taken') {
      throw new CommandError(ctx.phrases.say('command.server_running'), exitCode.failure);
    }
    lock.lock[Symbol.dispose]();
  }
  await withHouse(ctx, async house => {
    const user = await requireUser(house, await commandScope(ctx, house), address);
    using signal = interruptSignal();
    const { bodies, messages } = await importAccount({
      accounts: house.accounts,
      blobs: house.spool.blobs,
      clock: house.clock,
      account: user,
      source,
      replace,
      signal,
    });
    await noteRestored({ accounts: house.accounts, database: house.system }, user);
    ctx.print({ address, bodies, messages }, [
      ctx.phrases.say('command.restore_account_done', { address, messages }),
    ]);
  });
}

export function addBackupCommands(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('backup <target>')
    .description(phrases.say('help.backup'))
    .option('--account <address>', phrases.say('help.backup.account'))
    .option('--no-keys', phrases.say('help.backup.no_keys'))
    .action((target: string, flags: BackupFlags, command: Command) =>
      run(command, async ctx => {
        if (flags.account === undefined) await backupAll(ctx, target, flags.keys !== false);
        else await backupAccount(ctx, target, flags.account);
        return undefined;
      }),
    );
  program
    .command('restore <source>')
    .description(phrases.say('help.restore'))
    .option('--account <address>', phrases.say('help.restore.account'))
    .option('--replace', phrases.say('help.restore.replace'))
    .action((source: string, flags: RestoreFlags, command: Command) =>
      run(command, async ctx => {
        if (flags.account === undefined) await restoreAll(ctx, source);
        else await restoreAccount(ctx, source, flags.account, flags.replace === true);
        return undefined;
      }),
    );
}
