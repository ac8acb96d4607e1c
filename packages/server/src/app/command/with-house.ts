import { type Scope, tenantScope } from '../../access/scope.ts';
import { addressKey, requireAddress } from '../../directory/address.ts';
import type { Tenant } from '../../directory/domains.ts';
import type { Account } from '../../directory/users.ts';
import { systemClock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import { createPinoLog } from '../../platform/pino-log.ts';
import { dataFolder } from '../data-folder.ts';
import { lockDataFolder } from '../data-lock.ts';
import { exitCode } from '../exit-codes.ts';
import { type House, openHouse } from '../house.ts';
import { type CommandContext, CommandError } from './context.ts';

/**
 * Opens the data directory for one command, beside a running server or alone. Alone, it holds the directory meanwhile,
 * so that a server that starts waits.
 */
export async function withHouse<T>(ctx: CommandContext, work: (house: House) => Promise<T>): Promise<T> {
  const config = ctx.config();
  const lock = lockDataFolder(dataFolder(config.data), 'tool', systemClock.now());
  using held = lock.kind === 'held' ? lock.lock : null;
  const bootId = held?.bootId ?? (lock.kind === 'taken' ? lock.by?.bootId : undefined);
  if (bootId === undefined) throw new MailError('store.busy', { folder: config.data });
  const log = createPinoLog({
    level: 'warn',
    format: 'text',
    write: line => void ctx.terminal.stderr.write(line),
  });
  await using house = await openHouse({ config, clock: systemClock, log, bootId });
  return await work(house);
}

/** The company that a command is about: the one of `--tenant`, else the only one. */
export async function requireTenant(ctx: CommandContext, house: House): Promise<Tenant> {
  const tenants = await house.directory.listTenants();
  const wanted = ctx.options.tenant;
  const found = wanted === undefined ? tenants : tenants.filter(tenant => tenant.name === wanted);
  const [tenant] = found;
  if (!tenant) throw new CommandError(ctx.phrases.say('command.no_tenant'), exitCode.notFound);
  if (found.length > 1) throw new CommandError(ctx.phrases.say('command.several_tenants'), exitCode.usage);
  return tenant;
}

/** Scope of the command line on its company. */
export async function commandScope(ctx: CommandContext, house: House): Promise<Scope> {
  return tenantScope((await requireTenant(ctx, house)).tenantId, 'command line');
}

/** The account whose primary address is `text`. Throws `account.not_found`. */
export async function requireUser(house: House, scope: Scope, text: string): Promise<Account> {
  const wanted = addressKey(requireAddress(text));
  for (const user of await house.directory.listUsers(scope)) {
    if (addressKey(requireAddress(user.address)) === wanted) return user;
  }
  throw new MailError('account.not_found', { address: text });
}
