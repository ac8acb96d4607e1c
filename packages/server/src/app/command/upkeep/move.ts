import type { Command } from 'commander';
import { isMailError, MailError } from '../../../platform/errors.ts';
import type { AccountKey } from '../../../store/accounts/account-key.ts';
import { BroughtRows } from '../../../store/accounts/moving/brought-rows.ts';
import {
  type MoveContext,
  type MoveResult,
  moveAccount,
} from '../../../store/accounts/moving/move-account.ts';
import { placementText, readPlacementText } from '../../../store/accounts/moving/moved-mark.ts';
import type { Placement } from '../../../store/accounts/placement.ts';
import { checkAccount } from '../../../store/checker/check-account.ts';
import { KeptLease } from '../../../store/nodes/kept-lease.ts';
import { everyAccount } from '../../../store/system/accounts.ts';
import { readPlacement, writePlacement } from '../../../store/system/placements.ts';
import { exitCode } from '../../exit-codes.ts';
import type { House } from '../../house.ts';
import { type CommandContext, CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { interruptSignal, ProgressLine } from '../progress.ts';
import { commandScope, requireUser, withHouse } from '../with-house.ts';

interface MoveFlags {
  readonly to: string;
}

interface Moved extends MoveResult {
  readonly account: AccountKey;
}

function placementOf(ctx: CommandContext, text: string): Placement {
  const placement = readPlacementText(text);
  if (!placement)
    throw new CommandError(ctx.phrases.say('command.move_place', { place: text }), exitCode.usage);
  return placement;
}

/** Moves one account; only one process at a time does it. */
async function move(
  ctx: CommandContext,
  house: House,
  account: AccountKey,
  to: Placement,
  line: ProgressLine,
  signal: AbortSignal,
  done: number,
): Promise<MoveResult> {
  const { accounts, system, clock } = house;
  await using lease = new KeptLease({ database: system, clock }, `move account ${account.accountId}`);
  if (!(await lease.take())) throw new MailError('store.busy', { account: account.accountId });
  const context: MoveContext = {
    accounts,
    placementOf: async key =>
      (await readPlacement(system.of(key.tenantId), key)) ?? (await house.usualPlacement(key)),
    setPlacement: (key, placement) =>
      system.of(key.tenantId).transact(tx => writePlacement(tx, key, placement)),
    check: async key => (await checkAccount(accounts, key, { pages: true })).map(finding => finding.code),
    onProgress: ({ phase, rows }) => {
      if (!lease.held) throw new MailError('store.busy', { reason: 'lease', account: account.accountId });
      const values = { accounts: done, rows };
      line.update(ctx.phrases.say(`command.move_${phase}`, values), { phase, ...values });
    },
    signal,
  };
  return await moveAccount(context, account, to);
}

/** Accounts that have rows somewhere; one that was never used is made where it is now, so that there is one way only. */
async function movable(house: House, account: AccountKey): Promise<boolean> {
  if (await house.accounts.exists(account)) return true;
  try {
    await house.mailboxes.ensure(account.tenantId, account.accountId);
    return true;
  } catch (error) {
    if (isMailError(error, 'account.not_found')) return false;
    throw error;
  }
}

async function moveAll(
  ctx: CommandContext,
  house: House,
  accounts: readonly AccountKey[],
  to: Placement,
): Promise<{
  moved: Moved[];
  already: number;
  failed: { account: AccountKey; reason: string }[];
  complete: boolean;
  analysed: boolean;
}> {
  using line = new ProgressLine(ctx);
  using signal = interruptSignal();
  const moved: Moved[] = [];
  const failed: { account: AccountKey; reason: string }[] = [];
  let already = 0;
  const brought = new BroughtRows(house.accounts, to);
  for (const account of accounts) {
    if (signal.aborted) break;
    try {
      if (!(await movable(house, account))) continue;
      const result = await move(ctx, house, account, to, line, signal, moved.length + already);
      if (!result.moved) {
        already += 1;
        continue;
      }
      moved.push({ account, ...result });
      await brought.add(account, result.rows);
    } catch (error) {
      if (signal.aborted) break;
      failed.push({ account, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const complete = !signal.aborted;
  return { moved, already, failed, complete, analysed: await brought.tell() };
}

async function run(
  ctx: CommandContext,
  house: House,
  accounts: readonly AccountKey[],
  to: Placement,
): Promise<typeof exitCode.failure | undefined> {
  const { moved, already, failed, complete, analysed } = await moveAll(ctx, house, accounts, to);
  const values = {
    moved: moved.length,
    already,
    failed: failed.length,
    place: placementText(to),
    rows: moved.reduce((sum, { rows }) => sum + rows, 0),
    longest: Math.max(0, ...moved.map(({ heldMs }) => heldMs)),
  };
  ctx.print({ ...values, failures: failed, complete, analysed }, [
    ...failed.map(({ account, reason }) =>
      ctx.phrases.say('command.move_failed', { account: `${account.tenantId}/${account.accountId}`, reason }),
    ),
    ctx.phrases.say('command.moved', values),
  ]);
  return failed.length > 0 || !complete ? exitCode.failure : undefined;
}

/** `hongyan move-account` and `move-all`: accounts go to other places while the server works. */
export function addMoveCommands(program: Command, { phrases, run: runCommand }: CommandBuilder): void {
  program
    .command('move-account <address>')
    .description(phrases.say('help.move_account'))
    .requiredOption('--to <place>', phrases.say('help.move.to'))
    .action((address: string, flags: MoveFlags, command: Command) =>
      runCommand(command, ctx =>
        withHouse(ctx, async house => {
          const to = placementOf(ctx, flags.to);
          const scope = await commandScope(ctx, house);
          const { accountId } = await requireUser(house, scope, address);
          return run(ctx, house, [{ tenantId: scope.tenantId, accountId }], to);
        }),
      ),
    );
  program
    .command('move-all')
    .description(phrases.say('help.move_all'))
    .requiredOption('--to <place>', phrases.say('help.move.to'))
    .action((flags: MoveFlags, command: Command) =>
      runCommand(command, ctx =>
        withHouse(ctx, async house => {
          const to = placementOf(ctx, flags.to);
          const wanted = ctx.options.tenant === undefined ? null : (await commandScope(ctx, house)).tenantId;
          const accounts = (await everyAccount(house.system.look('provider')))
            .filter(row => wanted === null || row.tenant_id === wanted)
            .map(({ tenant_id: tenantId, id: accountId }) => ({ tenantId, accountId }));
          return run(ctx, house, accounts, to);
        }),
      ),
    );
}
