import type { Command } from 'commander';
import { passwordCredentials } from '../../access/passwords.ts';
import { tenantScope } from '../../access/scope.ts';
import { prepareCertificate } from '../certificates.ts';
import { exitCode } from '../exit-codes.ts';
import { serverName } from '../serve/server-name.ts';
import { CommandError } from './context.ts';
import { type PasswordFlags, readPassword } from './password.ts';
import type { CommandBuilder } from './program.ts';
import { withHouse } from './with-house.ts';

interface SetupFlags extends PasswordFlags {
  readonly domain: string;
  readonly name?: string;
  readonly admin: string;
}

export function addSetupCommand(program: Command, { phrases, run }: CommandBuilder): void {
  program
    .command('setup')
    .description(phrases.say('help.setup'))
    .requiredOption('--domain <domain>', phrases.say('help.setup.domain'))
    .option('--name <name>', phrases.say('help.setup.name'))
    .option('--admin <local-part>', phrases.say('help.setup.admin'), 'admin')
    .option('--password-stdin', phrases.say('help.option.password_stdin'))
    .option('--generate-password', phrases.say('help.option.generate_password'))
    .action((flags: SetupFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const { directory, passwords } = house;
          const name = flags.name ?? flags.domain;
          const address = `${flags.admin}@${flags.domain}`;
          const tenants = await directory.listTenants();
          if (tenants.some(tenant => tenant.name === name)) {
            throw new CommandError(phrases.say('command.setup_exists'), exitCode.failure);
          }
          const { password, generated } = await readPassword(ctx, address, flags);
          const credentials = await passwordCredentials(passwords, password, [address]);
          const tenant = await directory.createTenant(name);
          const scope = tenantScope(tenant.tenantId, 'setup');
          await directory.addDomain(scope, flags.domain);
          const user = await directory.createUser(scope, { address, role: 'administrator', credentials });
          await house.mailboxes.ensure(tenant.tenantId, user.accountId);
          const hostname = await serverName(house.config, house.system);
          await prepareCertificate(house.config, house.folder, hostname, house.clock.now());
          const lines = [
            phrases.say('command.setup_done', { name, domain: flags.domain, address: user.address }),
          ];
          if (generated) lines.push(phrases.say('command.generated_password', { address, password }));
          ctx.print({ tenant, administrator: user, ...(generated && { password }) }, lines);
          return undefined;
        }),
      ),
    );
}
