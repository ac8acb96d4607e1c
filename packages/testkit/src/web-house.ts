import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttemptLimiter } from '@hongyan/server/access/attempt-limiter.ts';
import { createAuthenticator } from '@hongyan/server/access/authenticator.ts';
import { PasswordHasher } from '@hongyan/server/access/password-hasher.ts';
import { defaultPasswordPolicy, passwordCredentials } from '@hongyan/server/access/passwords.ts';
import { ownScope, type Principal, type Scope, tenantScope } from '@hongyan/server/access/scope.ts';
import { defaultSessionLimits } from '@hongyan/server/access/sessions.ts';
import { VerificationCache } from '@hongyan/server/access/verification-cache.ts';
import type { DirectoryContext } from '@hongyan/server/directory/context.ts';
import {
  createDirectory,
  createDirectoryContext,
  type Directory,
} from '@hongyan/server/directory/directory.ts';
import { FakeClock } from '@hongyan/server/platform/clock.ts';
import { silentLog } from '@hongyan/server/platform/log.ts';
import type { WebContext, WebOptions } from '@hongyan/server/protocols/web/context.ts';
import {
  startWebServer,
  type WebModuleFactory,
  type WebServer,
} from '@hongyan/server/protocols/web/server.ts';
import type { SqlDatabase } from '@hongyan/server/store/sql/port.ts';
import { openSystemDatabase } from '@hongyan/server/store/system/open.ts';

/** Password of every account of the house. */
export const housePassword = 'wild goose 飞鸿';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** A company of two members on a real `system.db` in a temporary folder, with a clock that stands still. */
export interface WebHouse extends AsyncDisposable {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly database: SqlDatabase;
  readonly directory: Directory;
  /** For what the functions of the directory's folder are called with directly. */
  readonly directoryContext: DirectoryContext;
  readonly context: WebContext;
  /** Administers the tenant. */
  readonly tenant: Scope;
  readonly alice: AccountPrincipal;
  readonly bob: AccountPrincipal;
  /** Starts a web server on loopback; it is closed with the house. */
  serve(modules?: readonly WebModuleFactory[], options?: Partial<WebOptions>): Promise<string>;
}

/** Builds the house. Members are alice@ (administrator) and bob@hongyan.test. */
export async function openWebHouse(): Promise<WebHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-web-'));
  const clock = new FakeClock();
  const database = await openSystemDatabase(join(folder, 'system.db'), clock);
  const directoryContext = createDirectoryContext({ database, clock });
  const directory = createDirectory(directoryContext);
  const tenant = tenantScope((await directory.createTenant('t')).tenantId, 'test');
  await directory.addDomain(tenant, 'hongyan.test');
  const hasher = new PasswordHasher({ memory: 64, passes: 1 });
  const passwords = { database, clock, hasher, policy: defaultPasswordPolicy };
  const member = async (name: string, role: 'member' | 'administrator'): Promise<AccountPrincipal> => {
    const credentials = await passwordCredentials(passwords, housePassword);
    const address = `${name}@hongyan.test`;
    const { accountId } = await directory.createUser(tenant, { address, role, credentials });
    return { kind: 'account', tenantId: tenant.tenantId, accountId, login: address };
  };
  const alice = await member('alice', 'administrator');
  const bob = await member('bob', 'member');
  const context: WebContext = {
    authenticator: createAuthenticator({
      database,
      directory,
      clock,
      hasher,
      limiter: new AttemptLimiter(clock),
      verified: new VerificationCache(clock),
      signIns: { record: () => undefined },
    }),
    sessions: { database, clock, limits: defaultSessionLimits },
    passwords,
    allowPlainLoopback: true,
    clock,
    log: silentLog,
  };
  const servers: WebServer[] = [];
  return {
    folder,
    clock,
    database,
    directory,
    directoryContext,
    context,
    tenant,
    alice,
    bob,
    async serve(modules = [], options = {}) {
      const server = await startWebServer(context, { host: '127.0.0.1', port: 0, ...options }, modules);
      servers.push(server);
      return `${options.tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Scope of a member on their own account. */
export function scopeOf(principal: AccountPrincipal): Scope {
  return ownScope(principal);
}
