import type { Command } from 'commander';
import type { CommandBuilder } from '../program.ts';
import { commandScope, requireUser, withHouse } from '../with-house.ts';

export function addAliasCommands(program: Command, { phrases, run }: CommandBuilder): void {
  const alias = program.command('alias').description(phrases.say('help.alias'));
  alias
    .command('add <alias> <address>')
    .description(phrases.say('help.alias.add'))
    .action((name: string, address: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const user = await requireUser(house, scope, address);
          const added = await house.directory.addAlias(scope, user.accountId, name);
          ctx.print({ alias: added.address, address: user.address }, [
            phrases.say('command.added', { name: `${added.address} → ${user.address}` }),
          ]);
          return undefined;
        }),
      ),
    );
  alias
    .command('list')
    .description(phrases.say('help.alias.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const users = await house.directory.listUsers(scope);
          const aliases = users.flatMap(user =>
            user.aliases.map(name => ({ alias: name, address: user.address })),
          );
          ctx.print(
            aliases,
            aliases.map(entry => `${entry.alias.padEnd(32)}  ${entry.address}`),
          );
          return undefined;
        }),
      ),
    );
  alias
    .command('remove <alias>')
    .description(phrases.say('help.alias.remove'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          await house.directory.removeAlias(await commandScope(ctx, house), name);
          ctx.print({ removed: name }, [phrases.say('command.removed', { name })]);
          return undefined;
        }),
      ),
    );
}
