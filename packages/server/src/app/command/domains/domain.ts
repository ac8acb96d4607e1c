import type { Command } from 'commander';
import type { CommandBuilder } from '../program.ts';
import { commandScope, withHouse } from '../with-house.ts';
import { addDkimCommands } from './dkim.ts';
import { addDomainLifeCommands, addDomainRecordCommands } from './domain-records.ts';

export function addDomainCommands(program: Command, builder: CommandBuilder): void {
  const { phrases, run } = builder;
  const domain = program.command('domain').description(phrases.say('help.domain'));
  domain
    .command('add <name>')
    .description(phrases.say('help.domain.add'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const added = await house.directory.addDomain(await commandScope(ctx, house), name);
          ctx.print(added, [phrases.say('command.added', { name: added.unicodeName })]);
          return undefined;
        }),
      ),
    );
  domain
    .command('list')
    .description(phrases.say('help.domain.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const domains = await house.directory.listDomains(await commandScope(ctx, house));
          ctx.print(
            domains,
            domains.map(({ unicodeName, name, primary }) =>
              [unicodeName, name === unicodeName ? '' : `(${name})`, primary ? '*' : ''].join(' ').trimEnd(),
            ),
          );
          return undefined;
        }),
      ),
    );
  domain
    .command('primary <name>')
    .description(phrases.say('help.domain.primary'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          await house.directory.setPrimaryDomain(await commandScope(ctx, house), name);
          ctx.print({ changed: name }, [phrases.say('command.changed', { name })]);
          return undefined;
        }),
      ),
    );
  domain
    .command('remove <name>')
    .description(phrases.say('help.domain.remove'))
    .action((name: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          await house.directory.removeDomain(await commandScope(ctx, house), name);
          ctx.print({ removed: name }, [phrases.say('command.removed', { name })]);
          return undefined;
        }),
      ),
    );
  addDomainRecordCommands(domain, builder);
  addDomainLifeCommands(domain, builder);
  addDkimCommands(domain, builder);
}
