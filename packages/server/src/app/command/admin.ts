import { type Command, InvalidArgumentError } from 'commander';
import { type AdminAccess, type AdminFunction, adminFunctions } from '../../access/administration.ts';
import {
  type Administrator,
  type Grant,
  grantAdministration,
  listAdministrators,
  revokeAdministration,
  transferOwnership,
} from '../../directory/administrators/administrators.ts';
import type { CommandBuilder } from './program.ts';
import { commandScope, requireUser, withHouse } from './with-house.ts';

interface GrantFlags {
  readonly super?: boolean;
  readonly function?: readonly [AdminFunction, AdminAccess][];
  readonly department?: readonly number[];
}

/** `members` or `members:view`. */
function functionFlag(
  text: string,
  before: readonly [AdminFunction, AdminAccess][] = [],
): [AdminFunction, AdminAccess][] {
  const [name = '', access = 'manage'] = text.split(':');
  const known = adminFunctions.find(one => one === name);
  if (known === undefined || (access !== 'view' && access !== 'manage')) {
    throw new InvalidArgumentError(adminFunctions.join(', '));
  }
  return [...before, [known, access]];
}

function departmentFlag(text: string, before: readonly number[] = []): number[] {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('1, 2, 3');
  return [...before, Number(text)];
}

/** As `--json` prints it. */
function plain(administrator: Administrator): Record<string, unknown> {
  return { ...administrator, functions: Object.fromEntries(administrator.functions) };
}

function line({ address, name, role, disabled, functions, departments }: Administrator): string {
  const granted = [...functions].map(([one, access]) => (access === 'manage' ? one : `${one}:${access}`));
  const scope =
    role === 'scoped' ? [granted.join(' '), departments ? `(${departments.join(', ')})` : ''] : [];
  return [address.padEnd(32), role.padEnd(8), name, ...scope, disabled ? 'disabled' : '']
    .filter(part => part !== '')
    .join('  ');
}

function addGrant(admin: Command, { phrases, run }: CommandBuilder): void {
  admin
    .command('grant <address>')
    .description(phrases.say('help.admin.grant'))
    .option('--super', phrases.say('help.admin.super'))
    .option('--function <name[:view]>', phrases.say('help.admin.function'), functionFlag)
    .option('--department <id>', phrases.say('help.admin.department'), departmentFlag)
    .action((address: string, flags: GrantFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const user = await requireUser(house, scope, address);
          const wanted: Grant = flags.super
            ? { role: 'super' }
            : {
                role: 'scoped',
                functions: new Map(flags.function),
                departments: flags.department ?? null,
              };
          const made = await grantAdministration(house.directoryContext, scope, user.accountId, wanted);
          ctx.print(plain(made), [phrases.say('command.changed', { name: made.address })]);
          return undefined;
        }),
      ),
    );
}

/** Who administers the company (TEN-34 to TEN-36). */
export function addAdminCommands(program: Command, builder: CommandBuilder): void {
  const { phrases, run } = builder;
  const admin = program.command('admin').description(phrases.say('help.admin'));
  admin
    .command('list')
    .description(phrases.say('help.admin.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const found = await listAdministrators(house.directoryContext, await commandScope(ctx, house));
          ctx.print(found.map(plain), found.map(line));
          return undefined;
        }),
      ),
    );
  addGrant(admin, builder);
  admin
    .command('revoke <address>')
    .description(phrases.say('help.admin.revoke'))
    .action((address: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const user = await requireUser(house, scope, address);
          await revokeAdministration(house.directoryContext, scope, user.accountId);
          ctx.print({ revoked: user.address }, [phrases.say('command.changed', { name: user.address })]);
          return undefined;
        }),
      ),
    );
  admin
    .command('transfer <address>')
    .description(phrases.say('help.admin.transfer'))
    .action((address: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const user = await requireUser(house, scope, address);
          const owner = await transferOwnership(house.directoryContext, scope, user.accountId);
          ctx.print(plain(owner), [phrases.say('command.changed', { name: owner.address })]);
          return undefined;
        }),
      ),
    );
}
