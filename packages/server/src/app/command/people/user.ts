import { type Command, InvalidArgumentError } from 'commander';
import { passwordCredentials, setPassword } from '../../../access/passwords.ts';
import { deleteForGood } from '../../../administration/recycle-bin/purge.ts';
import { addressKey, requireAddress } from '../../../directory/address.ts';
import type { Page } from '../../../directory/paging.ts';
import { listRecycled, type RecycledAccount } from '../../../directory/recycle-bin/recycled.ts';
import { restoreAccount } from '../../../directory/recycle-bin/restore.ts';
import type { Account, UserChange } from '../../../directory/users.ts';
import { MailError } from '../../../platform/errors.ts';
import { sizeUnits, withUnit } from '../../config/setting.ts';
import { parseUnits } from '../../config/value.ts';
import { type PasswordFlags, readPassword } from '../password.ts';
import type { CommandBuilder } from '../program.ts';
import { commandScope, requireUser, withHouse } from '../with-house.ts';

interface UserFlags {
  readonly name?: string;
  readonly admin?: boolean;
  readonly quota?: number | null;
  readonly language?: string;
}

interface AddFlags extends UserFlags, PasswordFlags {
  readonly public?: boolean;
  readonly password?: boolean;
}

interface ChangeFlags extends UserFlags {
  readonly disable?: boolean;
  readonly enable?: boolean;
}

function quota(text: string): number | null {
  if (text === 'none') return null;
  const bytes = parseUnits(text, sizeUnits);
  if (bytes === null) throw new InvalidArgumentError('"5 GB", "none"');
  return bytes;
}

function language(text: string): string {
  if (text !== 'zh-CN' && text !== 'en') throw new InvalidArgumentError('zh-CN, en');
  return text;
}

function userLine(user: Account): string {
  const marks = [
    user.role === 'administrator' ? 'admin' : '',
    user.kind === 'public' ? 'public' : '',
    user.disabled ? 'disabled' : '',
    user.quotaBytes === null ? '' : withUnit(user.quotaBytes, sizeUnits),
  ].filter(mark => mark !== '');
  return [user.address.padEnd(32), user.displayName, ...marks, ...user.aliases].join('  ');
}

function addAdd(user: Command, { phrases, run }: CommandBuilder): void {
  user
    .command('add <address>')
    .description(phrases.say('help.user.add'))
    .option('--name <text>', phrases.say('help.user.name'))
    .option('--admin', phrases.say('help.user.admin'))
    .option('--public', phrases.say('help.user.public'))
    .option('--quota <size>', phrases.say('help.user.quota'), quota)
    .option('--language <language>', phrases.say('help.user.language'), language)
    .option('--password-stdin', phrases.say('help.option.password_stdin'))
    .option('--generate-password', phrases.say('help.option.generate_password'))
    .option('--no-password', phrases.say('help.user.no_password'))
    .action((address: string, flags: AddFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const signsIn = flags.public !== true && flags.password !== false;
          const secret = signsIn ? await readPassword(ctx, address, flags) : null;
          const credentials = secret
            ? await passwordCredentials(house.passwords, secret.password, [address])
            : [];
          const added = await house.directory.createUser(scope, {
            address,
            credentials,
            kind: flags.public ? 'public' : 'person',
            role: flags.admin ? 'administrator' : 'member',
            ...(flags.name !== undefined && { displayName: flags.name }),
            ...(flags.quota !== undefined && { quotaBytes: flags.quota }),
            ...(flags.language !== undefined && { language: flags.language }),
          });
          await house.mailboxes.ensure(added.tenantId, added.accountId);
          const lines = [phrases.say('command.added', { name: added.address })];
          const shown = secret?.generated ? { password: secret.password } : null;
          if (shown) lines.push(phrases.say('command.generated_password', { address, ...shown }));
          ctx.print({ ...added, ...shown }, lines);
          return undefined;
        }),
      ),
    );
}

function addChange(user: Command, { phrases, run }: CommandBuilder): void {
  user
    .command('change <address>')
    .description(phrases.say('help.user.change'))
    .option('--name <text>', phrases.say('help.user.name'))
    .option('--admin', phrases.say('help.user.admin'))
    .option('--no-admin', phrases.say('help.user.no_admin'))
    .option('--quota <size>', phrases.say('help.user.quota'), quota)
    .option('--language <language>', phrases.say('help.user.language'), language)
    .option('--disable', phrases.say('help.user.disable'))
    .option('--enable', phrases.say('help.user.enable'))
    .action((address: string, flags: ChangeFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const found = await requireUser(house, scope, address);
          const change: UserChange = {
            ...(flags.name !== undefined && { displayName: flags.name }),
            ...(flags.admin !== undefined && { role: flags.admin ? 'administrator' : 'member' }),
            ...(flags.quota !== undefined && { quotaBytes: flags.quota }),
            ...(flags.language !== undefined && { language: flags.language }),
            ...(flags.disable && { disabled: true }),
            ...(flags.enable && { disabled: false }),
          };
          const changed = await house.directory.updateUser(scope, found.accountId, change);
          ctx.print(changed, [phrases.say('command.changed', { name: changed.address })]);
          return undefined;
        }),
      ),
    );
}

export function addUserCommands(program: Command, builder: CommandBuilder): void {
  const { phrases, run } = builder;
  const user = program.command('user').description(phrases.say('help.user'));
  addAdd(user, builder);
  addChange(user, builder);
  user
    .command('list')
    .description(phrases.say('help.user.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const users = await house.directory.listUsers(await commandScope(ctx, house));
          ctx.print(users, users.map(userLine));
          return undefined;
        }),
      ),
    );
  user
    .command('password <address>')
    .description(phrases.say('help.user.password'))
    .option('--password-stdin', phrases.say('help.option.password_stdin'))
    .option('--generate-password', phrases.say('help.option.generate_password'))
    .action((address: string, flags: PasswordFlags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const found = await requireUser(house, scope, address);
          const { password, generated } = await readPassword(ctx, found.address, flags);
          await setPassword(house.passwords, scope, found.accountId, password);
          const lines = [phrases.say('command.password_set', { address: found.address })];
          if (generated) lines.push(phrases.say('command.generated_password', { address, password }));
          ctx.print({ address: found.address, ...(generated && { password }) }, lines);
          return undefined;
        }),
      ),
    );
  user
    .command('remove <address>')
    .description(phrases.say('help.user.remove'))
    .option('--for-good', phrases.say('help.user.for_good'))
    .action((address: string, flags: { readonly forGood?: boolean }, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const found = await requireUser(house, scope, address);
          await house.directory.removeUser(scope, found.accountId);
          if (flags.forGood) {
            await deleteForGood(house.administration, scope, found.accountId);
            await house.jobs.runAll();
          }
          ctx.print({ removed: found.address }, [phrases.say('command.removed', { name: found.address })]);
          return undefined;
        }),
      ),
    );
  user
    .command('restore <address>')
    .description(phrases.say('help.user.restore'))
    .action((address: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const scope = await commandScope(ctx, house);
          const wanted = addressKey(requireAddress(address));
          let cursor: string | null = '';
          while (cursor !== null) {
            const page: Page<RecycledAccount> = await listRecycled(house.directoryContext, scope, { cursor });
            const found = page.items.find(
              item => item.state !== 'restored' && addressKey(requireAddress(item.address)) === wanted,
            );
            if (found) {
              const restored = await restoreAccount(house.directoryContext, scope, found.accountId);
              ctx.print(restored, [phrases.say('command.changed', { name: restored.address })]);
              return undefined;
            }
            cursor = page.nextCursor;
          }
          throw new MailError('account.not_found', { address });
        }),
      ),
    );
}
