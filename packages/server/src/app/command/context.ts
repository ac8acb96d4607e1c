import type { Readable, Writable } from 'node:stream';
import type { Phrases } from '@hongyan/phrases/phrases.ts';
import { type Scope, tenantScope } from '../../access/scope.ts';
import { addressKey, requireAddress } from '../../directory/address.ts';
import type { Tenant } from '../../directory/domains.ts';
import type { Account } from '../../directory/users.ts';
import { systemClock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import { createPinoLog } from '../../platform/pino-log.ts';
import type { Config } from '../config/config.ts';
import { type Environment, loadConfig } from '../config/load.ts';
import { dataFolder } from '../data-folder.ts';
import { lockDataFolder } from '../data-lock.ts';
import { type ExitCode, exitCode } from '../exit-codes.ts';
import { type House, openHouse } from '../house.ts';

/** What a command talks to. Tests give their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Environment;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly data?: string;
  readonly tenant?: string;
  readonly json?: boolean;
}

/** Ends a command with a message and a status that mean something. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, code: ExitCode) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = code;
  }
}

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly phrases: Phrases;
  readonly options: GlobalOptions;
  /** The configuration with `--data` applied. Throws `ConfigError`. */
  config(): Config;
  /** Prints a result: as one JSON value with `--json`, else the lines. */
  print(value: unknown, lines: readonly string[]): void;
  /** Prints a remark to standard error; nothing with `--json`. */
  note(text: string): void;
}

export function createCommandContext(
  terminal: Terminal,
  phrases: Phrases,
  options: GlobalOptions,
): CommandContext {
  return {
    terminal,
    phrases,
    options,
    config() {
      const config = loadConfig(options.config ?? null, terminal.environment);
      return options.data === undefined ? config : { ...config, data: options.data };
    },
    print(value, lines) {
      if (options.json) terminal.stdout.write(`${JSON.stringify(value)}\n`);
      else if (lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`);
    },
    note(text) {
      if (!options.json) terminal.stderr.write(`${text}\n`);
    },
  };
}

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
