import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttemptLimiter } from '@hongyan/server/access/attempt-limiter.ts';
import { createAuthenticator } from '@hongyan/server/access/authenticator.ts';
import { defaultClientPasswordLimits } from '@hongyan/server/access/clients/client-passwords.ts';
import { UsedClientPasswords } from '@hongyan/server/access/clients/used.ts';
import { PasswordHasher } from '@hongyan/server/access/passwords/password-hasher.ts';
import { VerificationCache } from '@hongyan/server/access/passwords/verification-cache.ts';
import { defaultPasswordPolicy, passwordCredentials } from '@hongyan/server/access/passwords.ts';
import { createRevocations } from '@hongyan/server/access/revocations.ts';
import { ownScope, type Principal, type Scope, tenantScope } from '@hongyan/server/access/scope.ts';
import { defaultSecondFactorLimits } from '@hongyan/server/access/second-factor/context.ts';
import { defaultSessionLimits } from '@hongyan/server/access/sessions.ts';
import { defaultSignInHistoryLimits } from '@hongyan/server/access/sign-in-history.ts';
import { createSignInLog } from '@hongyan/server/app/records.ts';
import type { DirectoryContext } from '@hongyan/server/directory/context.ts';
import {
  createDirectory,
  createDirectoryContext,
  type Directory,
} from '@hongyan/server/directory/directory.ts';
import { FakeClock, systemClock } from '@hongyan/server/platform/clock.ts';
import { silentLog } from '@hongyan/server/platform/log.ts';
import type { ListenOptions, WebContext, WebOptions } from '@hongyan/server/protocols/web/context.ts';
import { openWeb, type WebModuleFactory, type WebServer } from '@hongyan/server/protocols/web/server.ts';
import { openRecordsDatabase } from '@hongyan/server/store/records/open.ts';
import { Records } from '@hongyan/server/store/records/records.ts';
import type { CompanyDatabase } from '@hongyan/server/store/sql/company-database.ts';
import { openSystemDatabase } from '@hongyan/server/store/system/open.ts';
import { place } from './stores/databases.ts';

/** Password of every account of the house. */
export const housePassword = 'wild goose 飞鸿';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** A company of two members on a real `system.db` in a temporary folder, with a clock that stands still. */
export interface WebHouse extends AsyncDisposable {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly database: CompanyDatabase;
  readonly directory: Directory;
  readonly records: Records;
  /** For what the functions of the directory's folder are called with directly. */
  readonly directoryContext: DirectoryContext;
  readonly context: WebContext;
  /** Administers the tenant. */
  readonly tenant: Scope;
  readonly alice: AccountPrincipal;
  readonly bob: AccountPrincipal;
  /** Starts a web server on loopback; it is closed with the house. */
  serve(
    modules?: readonly WebModuleFactory[],
    options?: WebOptions & Pick<ListenOptions, 'tls'>,
  ): Promise<string>;
}

/** Builds the house. Members are alice@ (administrator) and bob@hongyan.test. */
export async function openWebHouse(): Promise<WebHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-web-'));
  const clock = new FakeClock();
  const database = await openSystemDatabase(place(join(folder, 'system.db')), clock);
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
  const recordsDatabase = await openRecordsDatabase(place(join(folder, 'records.db')), clock.now());
  const records = new Records(recordsDatabase);
  const signIns = createSignInLog(records, silentLog);
  // Notices keep real time: tests wait for them.
  const revocations = createRevocations({ database, clock: systemClock, log: silentLog, notifier: null });
  const secretKey = Buffer.alloc(32, 1);
  const context: WebContext = {
    authenticator: createAuthenticator({
      database,
      directory,
      clock,
      hasher,
      limiter: new AttemptLimiter(clock),
      verified: new VerificationCache(clock),
      signIns,
      secretKey,
      revocations,
      used: new UsedClientPasswords(database, clock, silentLog),
    }),
    sessions: { database, clock, limits: defaultSessionLimits, revocations },
    passwords: { ...passwords, revocations },
    revocations,
    signIn: {
      database,
      clock,
      secretKey,
      wrapKey: Buffer.alloc(32, 2),
      revocations,
      signIns,
      records,
      clientPasswords: defaultClientPasswordLimits,
      limits: defaultSecondFactorLimits,
      issuer: 'Hongyan',
      history: defaultSignInHistoryLimits,
    },
    clientServers: async () => [
      { service: 'imap', host: 'mail.hongyan.test', port: 993, security: 'tls', recommended: true },
    ],
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
    records,
    directoryContext,
    context,
    tenant,
    alice,
    bob,
    async serve(modules = [], options = {}) {
      const { tls, ...shared } = options;
      const web = await openWeb(context, shared, modules);
      const server = await web.listen({ host: '127.0.0.1', port: 0, ...(tls && { tls }) });
      servers.push(server);
      return `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]();
      revocations[Symbol.dispose]();
      await records[Symbol.asyncDispose]();
      await recordsDatabase[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Scope of a member on their own account. */
export function scopeOf(principal: AccountPrincipal): Scope {
  return ownScope(principal);
}
