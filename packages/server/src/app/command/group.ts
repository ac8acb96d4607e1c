import type { Command } from 'commander';
import { commandScope, withHouse } from './context.ts';
import type { CommandBuilder } from './program.ts';

function addMembers(group: Command, { phrases, run }: CommandBuilder): void {
  group
    .command('add-member <group> <members...>')
    .description(phrases.say('help.group.add_member'))
    .action((address: string, members: string[], _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const added = await house.directory.addGroupMembers(scope, address, members);
          ctx.print({ group: address, added }, [phrases.say('command.changed', { name: address })]);
          return undefined;
        }),
      ),
    );
  group
    .command('remove-member <group> <members...>')
    .description(phrases.say('help.group.remove_member'))
    .action((address: string, members: string[], _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const removed = await house.directory.removeGroupMembers(scope, address, members);
          ctx.print({ group: address, removed }, [phrases.say('command.changed', { name: address })]);
          return undefined;
        }),
      ),
    );
}

export function addGroupCommands(program: Command, builder: CommandBuilder): void {
  const { phrases, run } = builder;
  const group = program.command('group').description(phrases.say('help.group'));
  group
    .command('add <address> [members...]')
    .description(phrases.say('help.group.add'))
    .option('--name <text>', phrases.say('help.group.name'))
    .action((address: string, members: string[], flags: { readonly name?: string }, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const added = await house.directory.createGroup(await commandScope(ctx, house), {
            address,
            members,
            ...(flags.name !== undefined && { displayName: flags.name }),
          });
          ctx.print(added, [phrases.say('command.added', { name: added.address })]);
          return undefined;
        }),
      ),
    );
  group
    .command('list')
    .description(phrases.say('help.group.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const groups = await house.directory.listGroups(await commandScope(ctx, house));
          ctx.print(
            groups,
            groups.flatMap(({ address, displayName, members }) => [
              `${address.padEnd(32)}  ${displayName}`,
              ...members.map(member => `  ${member}`),
            ]),
          );
          return undefined;
        }),
      ),
    );
  addMembers(group, builder);
  group
    .command('remove <address>')
    .description(phrases.say('help.group.remove'))
    .action((address: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          await house.directory.removeGroup(await commandScope(ctx, house), address);
          ctx.print({ removed: address }, [phrases.say('command.removed', { name: address })]);
          return undefined;
        }),
      ),
    );
}
