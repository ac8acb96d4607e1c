import { noteRestored } from '../../../personal/snoozing/after-restore.ts';
import { systemClock } from '../../../platform/clock.ts';
import { exportAccount } from '../../../store/backup/export-account.ts';
import { importAccount } from '../../../store/backup/import-account.ts';
import { dataFolder } from '../../data-folder.ts';
import { lockDataFolder } from '../../data-lock.ts';
import { type ExitCode, exitCode } from '../../exit-codes.ts';
import { type CommandContext, CommandError } from '../context.ts';
import { interruptSignal } from '../progress.ts';
import { commandScope, requireUser, withHouse } from '../with-house.ts';
import { requireNoNodes } from './restore-databases.ts';

/** Saves one account with its bodies, wherever both are. */
export async function backupAccount(
  ctx: CommandContext,
  target: string,
  address: string,
): Promise<ExitCode | undefined> {
  return withHouse(ctx, async house => {
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
    const lines = [ctx.phrases.say('command.backup_account_done', { target, address, bodies })];
    if (missing.length > 0)
      lines.push(ctx.phrases.say('command.backup_bodies_missing', { count: missing.length }));
    ctx.print({ target, bodies, missing }, lines);
    return missing.length > 0 ? exitCode.findings : undefined;
  });
}

/** What the account has now is taken away under whoever has it open: no server may run. */
async function requireNoServer(ctx: CommandContext): Promise<void> {
  const lock = lockDataFolder(dataFolder(ctx.config().data), 'tool', systemClock.now());
  if (lock.kind === 'taken') {
    throw new CommandError(ctx.phrases.say('command.server_running'), exitCode.failure);
  }
  lock.lock[Symbol.dispose]();
  await requireNoNodes(ctx);
}

/** Makes an account from a copy of one, wherever its rows are to be. */
export async function restoreAccount(
  ctx: CommandContext,
  source: string,
  address: string,
  replace: boolean,
): Promise<ExitCode | undefined> {
  if (replace) await requireNoServer(ctx);
  return withHouse(ctx, async house => {
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
    return undefined;
  });
}
