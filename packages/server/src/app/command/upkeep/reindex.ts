import type { Command } from 'commander';
import { systemScope } from '../../../access/scope.ts';
import { defaultIndexLimits, type SearchContext } from '../../../search/context.ts';
import { IndexThread } from '../../../search/thread/index-thread.ts';
import { updateIndex } from '../../../search/update-index.ts';
import type { AccountKey } from '../../../store/accounts/account-key.ts';
import { everyAccount } from '../../../store/system/accounts.ts';
import { exitCode } from '../../exit-codes.ts';
import type { House } from '../../house.ts';
import { type CommandContext, CommandError } from '../context.ts';
import type { CommandBuilder } from '../program.ts';
import { interruptSignal, ProgressLine } from '../progress.ts';
import { commandScope, requireUser, withHouse } from '../with-house.ts';

interface ReindexFlags {
  readonly all?: boolean;
}

async function chosen(
  ctx: CommandContext,
  house: House,
  address: string | undefined,
  flags: ReindexFlags,
): Promise<AccountKey[]> {
  if ((address === undefined) !== (flags.all === true))
    throw new CommandError(ctx.phrases.say('command.reindex_whom'), exitCode.usage);
  if (address !== undefined) {
    const scope = await commandScope(ctx, house);
    const { accountId } = await requireUser(house, scope, address);
    return [{ tenantId: scope.tenantId, accountId }];
  }
  const accounts = await everyAccount(house.system.look('provider'));
  return accounts.map(({ tenant_id: tenantId, id: accountId }) => ({ tenantId, accountId }));
}

async function reindex(
  ctx: CommandContext,
  house: House,
  accounts: readonly AccountKey[],
): Promise<{ readonly accounts: number; readonly messages: number; readonly complete: boolean }> {
  using line = new ProgressLine(ctx);
  using signal = interruptSignal();
  const { clock, log, search } = house;
  const limits = { ...defaultIndexLimits, pauseMs: 0 };
  const context: SearchContext = {
    accounts: house.accounts,
    blobs: house.mailbox.blobs,
    search,
    clock,
    log,
    limits,
  };
  const { jobMs, idleMs, heapMiB } = limits;
  await using thread = new IndexThread({ clock, jobMs, idleMs, heapMiB });
  let done = 0;
  let messages = 0;
  for (const account of accounts) {
    if (signal.aborted) break;
    // Made at its first use: none yet has nothing to index.
    if (!(await house.accounts.exists(account))) continue;
    await search.remove(account);
    const before = messages;
    const onProgress = (count: number): void => {
      const values = { accounts: done, messages: before + count };
      line.update(ctx.phrases.say('command.reindex_progress', values), values);
    };
    const scope = systemScope(account.tenantId, account.accountId, 'command line');
    messages += (await updateIndex(context, thread, scope, { signal, onProgress })).messages;
    if (!signal.aborted) done += 1;
  }
  return { accounts: done, messages, complete: !signal.aborted };
}

/** `hongyan reindex`: throws word indexes away and makes them anew, also beside a running server. */
export function addReindexCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('reindex [address]')
    .description(phrases.say('help.reindex'))
    .option('--all', phrases.say('help.reindex.all'))
    .action((address: string | undefined, flags: ReindexFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const result = await reindex(ctx, house, await chosen(ctx, house, address, flags));
          const { accounts, messages } = result;
          ctx.print(result, [phrases.say('command.reindexed', { accounts, messages })]);
          return result.complete ? undefined : exitCode.failure;
        }),
      ),
    );
}
