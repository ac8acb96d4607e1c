import { type Command, Option } from 'commander';
import { type GroupSettings, postings } from '../../directory/groups/types.ts';
import type { CommandBuilder } from './program.ts';
import { commandScope, withHouse } from './with-house.ts';

interface GroupFlags {
  readonly name?: string;
  readonly posting?: (typeof postings)[number];
  readonly allow?: readonly string[];
}

function settingsOf(flags: GroupFlags): GroupSettings {
  return {
    ...(flags.name !== undefined && { displayName: flags.name }),
    ...(flags.posting !== undefined && { posting: flags.posting }),
    ...(flags.allow !== undefined && { senders: flags.allow }),
  };
}

function addChange(group: Command, { phrases, run }: CommandBuilder): void {
  group
    .command('change <address>')
    .description(phrases.say('help.group.change'))
    .option('--name <text>', phrases.say('help.group.name'))
    .addOption(new Option('--posting <who>', phrases.say('help.group.posting')).choices(postings))
    .option('--allow <addresses...>', phrases.say('help.group.allow'))
    .action((address: string, flags: GroupFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          await house.directory.updateGroup(await commandScope(ctx, house), address, settingsOf(flags));
          ctx.print({ group: address }, [phrases.say('command.changed', { name: address })]);
          return undefined;
        }),
      ),
    );
}

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
    .addOption(new Option('--posting <who>', phrases.say('help.group.posting')).choices(postings))
    .option('--allow <addresses...>', phrases.say('help.group.allow'))
    .action((address: string, members: string[], flags: GroupFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const added = await house.directory.createGroup(await commandScope(ctx, house), {
            address,
            members,
            ...settingsOf(flags),
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
  addChange(group, builder);
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
