import { addressKey, parseAddress } from '../directory/address.ts';
import type { Directory } from '../directory/directory.ts';
import { mobileKey } from '../directory/profiles/profile.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { type CredentialRow, credentialsOf } from '../store/system/credentials.ts';
import { membersOfMobile } from '../store/system/people/members.ts';
import { type ClientPasswordRow, clientPasswordsOf } from '../store/system/sign-in/client-passwords.ts';
import { hasSecondFactor } from '../store/system/sign-in/second-factors.ts';
import type { AttemptLimiter } from './attempt-limiter.ts';
import { defaultClientPasswordLimits, verifierOwner } from './clients/client-passwords.ts';
import { readClientPassword, sameVerifier, secretVerifier } from './clients/secret.ts';
import { clientRefusal, clientStanding, isClientService, needsClientPassword } from './clients/standing.ts';
import type { UsedClientPasswords } from './clients/used.ts';
import { credentialHolds } from './credential-holds.ts';
import { mailRefused } from './mail-service.ts';
import { FakeScramKeys } from './passwords/fake-scram-keys.ts';
import type { PasswordHasher } from './passwords/password-hasher.ts';
import { saslPrep } from './passwords/sasl-prep.ts';
import { decodeScramKeys, type ScramKeys } from './passwords/scram-keys.ts';
import type { VerificationCache } from './passwords/verification-cache.ts';
import type { Revocations } from './revocations.ts';
import type { Principal } from './scope.ts';
import { isFactorOverdue } from './second-factor/demand.ts';
import type { SignInLog, SignInMechanism, SignInOutcome } from './sign-in-log.ts';
import type {
  Authenticator,
  CompanyAccount,
  CredentialKind,
  ScramAlternative,
  ScramCredentials,
  SignInAttempt,
} from './types.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

export interface AuthenticatorContext {
  readonly database: CompanyDatabase;
  readonly directory: Pick<Directory, 'resolve'>;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly limiter: AttemptLimiter;
  readonly verified: VerificationCache;
  readonly signIns: SignInLog;
  /** Key of the installation for hashes of secrets. */
  readonly secretKey: Uint8Array;
  readonly revocations: Revocations;
  readonly used: UsedClientPasswords;
}

/** Longest login and password looked at, in UTF-16 units and UTF-8 octets; companies that are tried with one password. */
const limits = { login: 320, passwordOctets: 1_024, companies: 8 };

interface Candidate {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly address: string;
  readonly disabled: boolean;
}

interface Credential {
  readonly kind: CredentialKind;
  readonly id: number;
}

/** Prefix of the alternatives that are client passwords. */
const clientPrefix = 'client:';

/** The authenticator on `system.db`. See `Authenticator` for what its functions throw. */
export function createAuthenticator(ctx: AuthenticatorContext): Authenticator {
  return new DirectoryAuthenticator(ctx);
}

class DirectoryAuthenticator implements Authenticator {
  readonly #ctx: AuthenticatorContext;
  /** Verifications under way: connections that a client opens together wait for one. */
  readonly #pending = new Map<string, Promise<boolean>>();
  readonly #fakes: FakeScramKeys;

  constructor(ctx: AuthenticatorContext) {
    this.#ctx = ctx;
    this.#fakes = new FakeScramKeys(ctx.database);
  }

  async password(login: string, password: string, attempt: SignInAttempt): Promise<AccountPrincipal> {
    if (!attempt.encrypted) throw new MailError('auth.encryption_required');
    const key = this.#admit(login, attempt, 'password');
    const candidate = await this.#find(login);
    if (isClientService(attempt.service)) {
      const client = await this.#clientPassword(candidate, password);
      if (client) return this.#finish(login, key, candidate, client, attempt, 'client-password');
    }
    const right = await this.#verify(key, candidate, password, attempt);
    return this.#finish(login, key, candidate, right, attempt, 'password');
  }

  async companies(
    mobile: string,
    password: string,
    attempt: SignInAttempt,
  ): Promise<readonly CompanyAccount[]> {
    if (!attempt.encrypted) throw new MailError('auth.encryption_required');
    const key = this.#admit(mobile, attempt, 'password');
    const number = numberOf(mobile);
    const rows = number === null ? [] : await membersOfMobile(this.#ctx.database.look('sign-in'), number);
    const found: CompanyAccount[] = [];
    // One and nobody cost the same as two: how many companies a number is known in is not told either.
    for (let i = 0; i < Math.min(Math.max(rows.length, 2), limits.companies); i += 1) {
      const row = rows[i];
      const address = row ? `${row.local_part}@${row.unicode_name}` : '';
      const candidate = row
        ? { tenantId: row.tenant_id, accountId: row.account_id, address, disabled: false }
        : null;
      const right = await this.#verify(key, candidate, password, attempt);
      if (row && right) found.push({ company: row.company, address });
    }
    if (found.length > 0) return found;
    this.#ctx.limiter.failed(attempt.address, key);
    this.#record(mobile, null, 'failed', attempt, 'password');
    throw new MailError('auth.failed');
  }

  async scram(login: string, attempt: SignInAttempt): Promise<ScramCredentials> {
    if (!attempt.encrypted) throw new MailError('auth.encryption_required');
    const key = this.#admit(login, attempt, 'scram-sha-256');
    const candidate = await this.#find(login);
    // Unknown logins are looked up, too, and get keys of nobody: the cost must not tell them apart.
    const stored = await this.#stored(candidate, 'scram-sha-256');
    const clients = isClientService(attempt.service) ? await this.#clientRows(candidate) : [];
    const fake = await this.#fakes.of(key, defaultClientPasswordLimits.most);
    const main = stored[0] === undefined ? null : decodeScramKeys(stored[0].secret);
    const others = clients.flatMap(row => {
      const keys = decodeScramKeys(row.scram);
      return keys ? [{ ...keys, id: `${clientPrefix}${row.id}` }] : [];
    });
    const leading = candidate ? await this.#leading(candidate, attempt, main, others) : null;
    if (!candidate || !leading) return fake;
    const fitting = others.filter(keys => keys !== leading && sameSalt(keys, leading));
    const alternatives = [
      ...('id' in leading ? [{ ...leading, id: leading.id }] : []),
      ...fitting,
      ...(fake.alternatives ?? []),
    ].slice(0, fake.alternatives?.length);
    const own = 'id' in leading ? fake : leading;
    return {
      accountId: candidate.accountId,
      salt: leading.salt,
      iterations: leading.iterations,
      storedKey: own.storedKey,
      serverKey: own.serverKey,
      alternatives: alternatives.map(
        ({ id, storedKey, serverKey }): ScramAlternative => ({ id, storedKey, serverKey }),
      ),
    };
  }

  async scramFinished(
    login: string,
    success: boolean,
    attempt: SignInAttempt,
    matched: string | null = null,
  ): Promise<AccountPrincipal> {
    const key = this.#admit(login, attempt, 'scram-sha-256');
    const candidate = await this.#find(login);
    let credential: Credential | null = null;
    if (success && candidate && matched?.startsWith(clientPrefix)) {
      const id = Number(matched.slice(clientPrefix.length));
      // It may have been revoked while the client computed.
      const row = (await this.#clientRows(candidate)).find(item => item.id === id);
      if (row) credential = { kind: 'client-password', id };
    } else if (success && candidate) {
      const [row] = await this.#stored(candidate, 'scram-sha-256');
      if (row) credential = { kind: 'password', id: row.id };
    }
    return this.#finish(login, key, candidate, credential, attempt, 'scram-sha-256');
  }

  /** Comparable form of the login; throws while a delay runs. */
  #admit(login: string, attempt: SignInAttempt, mechanism: SignInMechanism): string {
    const parsed = parseAddress(login);
    const key = parsed ? addressKey(parsed) : login.slice(0, limits.login).toLowerCase();
    try {
      this.#ctx.limiter.check(attempt.address, key);
    } catch (error) {
      this.#record(login, null, 'limited', attempt, mechanism);
      throw error;
    }
    return key;
  }

  /** The account whose address the login is, plus addressing excluded. */
  async #find(login: string): Promise<Candidate | null> {
    if (login.length > limits.login || !parseAddress(login)) return null;
    const found = await this.#ctx.directory.resolve(login);
    return found.kind === 'account' && found.detail === null ? found : null;
  }

  /** Asks for nobody's, too, so that unknown logins cost the same. */
  #stored(candidate: Candidate | null, kind: CredentialRow['kind']): Promise<CredentialRow[]> {
    return credentialsOf(
      this.#ctx.database.of(candidate?.tenantId ?? 0),
      candidate?.tenantId ?? 0,
      candidate?.accountId ?? 0,
      kind,
    );
  }

  #clientRows(candidate: Candidate | null): Promise<ClientPasswordRow[]> {
    return clientPasswordsOf(
      this.#ctx.database.of(candidate?.tenantId ?? 0),
      candidate?.tenantId ?? 0,
      candidate?.accountId ?? 0,
    );
  }

  /** The client password that was typed; null: it is none of this account's. */
  async #clientPassword(candidate: Candidate | null, password: string): Promise<Credential | null> {
    const typed = readClientPassword(password);
    if (typed === null) return null;
    const owner = verifierOwner(candidate?.tenantId ?? 0, candidate?.accountId ?? 0);
    const verifier = secretVerifier(this.#ctx.secretKey, owner, typed);
    const rows = await this.#clientRows(candidate);
    const row = rows.find(item => sameVerifier(item.verifier, verifier));
    return row ? { kind: 'client-password', id: row.id } : null;
  }

  /** Keys whose salt is told: the main password's, unless only client passwords are taken. */
  async #leading(
    candidate: Candidate,
    attempt: SignInAttempt,
    main: ScramKeys | null,
    clients: readonly (ScramKeys & { readonly id: string })[],
  ): Promise<(ScramKeys & { readonly id?: string }) | null> {
    const newest = clients.at(-1) ?? null;
    if (!main || !newest || sameSalt(main, newest)) return main ?? newest;
    if (!isClientService(attempt.service)) return main;
    const { database } = this.#ctx;
    const standing = await database
      .of(candidate.tenantId)
      .read(reader => clientStanding(reader, candidate.tenantId, candidate.accountId));
    return needsClientPassword(standing) ? newest : main;
  }

  async #verify(
    key: string,
    candidate: Candidate | null,
    password: string,
    attempt: SignInAttempt,
  ): Promise<Credential | null> {
    const { hasher, limiter, verified } = this.#ctx;
    const admit = (): void => limiter.check(attempt.address, key);
    const short = Buffer.byteLength(password) <= limits.passwordOctets;
    const prepared = short ? saslPrep(password) : null;
    const stored = await this.#stored(candidate, 'password');
    if (!candidate || prepared === null || stored.length === 0) {
      await hasher.verify(null, prepared ?? '', admit);
      return null;
    }
    for (const { id, secret } of stored) {
      const name = verified.keyOf(candidate.accountId, secret, prepared);
      if (verified.has(name)) return { kind: 'password', id };
      let work = this.#pending.get(name);
      if (!work) {
        work = hasher.verify(secret, prepared, admit).finally(() => this.#pending.delete(name));
        this.#pending.set(name, work);
      }
      if (await work) {
        verified.add(name);
        return { kind: 'password', id };
      }
    }
    return null;
  }

  async #finish(
    login: string,
    key: string,
    candidate: Candidate | null,
    credential: Credential | null,
    attempt: SignInAttempt,
    mechanism: SignInMechanism,
  ): Promise<AccountPrincipal> {
    const { limiter, revocations, used } = this.#ctx;
    if (!credential || !candidate) {
      limiter.failed(attempt.address, key);
      this.#record(login, candidate, 'failed', attempt, mechanism);
      throw new MailError('auth.failed');
    }
    limiter.succeeded(attempt.address, key);
    const outcome = await this.#judge(candidate, credential, attempt);
    this.#record(login, candidate, outcome, attempt, mechanism);
    if (outcome === 'disabled') throw new MailError('account.disabled');
    if (outcome === 'service-stopped') throw new MailError('service.stopped');
    if (outcome === 'clients-off') throw new MailError('auth.clients_off');
    if (outcome === 'client-password-required') throw new MailError('auth.client_password_required');
    const { tenantId, accountId } = candidate;
    if (credential.kind === 'client-password') {
      used.note({ tenantId, accountId, id: credential.id }, attempt.service, attempt.address);
    }
    const principal = { kind: 'account', tenantId, accountId, login: candidate.address, credential } as const;
    const { connection } = attempt;
    if (connection) {
      const watch = revocations.watch({
        tenantId,
        accountId,
        holds: () => credentialHolds(this.#ctx.database, principal, attempt.service),
        cut: () => connection.destroy(),
      });
      void connection.whenClosed.then(() => watch[Symbol.dispose]());
    }
    return principal;
  }

  /** What becomes of a right secret. */
  async #judge(
    { tenantId, accountId, disabled }: Candidate,
    credential: Credential,
    attempt: SignInAttempt,
  ): Promise<SignInOutcome> {
    if (disabled) return 'disabled';
    const { database } = this.#ctx;
    if (await mailRefused(database.of(tenantId), tenantId, accountId, attempt.service))
      return 'service-stopped';
    if (!isClientService(attempt.service)) {
      if (attempt.confirming) return 'success';
      const second =
        (await hasSecondFactor(database.of(tenantId), tenantId, accountId)) ||
        (await isFactorOverdue(database.of(tenantId), tenantId, accountId, this.#ctx.clock.now()));
      return second ? 'second-factor-required' : 'success';
    }
    const standing = await database.of(tenantId).read(reader => clientStanding(reader, tenantId, accountId));
    const refusal = clientRefusal(standing, attempt.service, credential.kind);
    if (refusal === 'auth.clients_off') return 'clients-off';
    if (refusal !== null) return 'client-password-required';
    // Somebody who ought to prove themselves twice on the web must not get by with the password elsewhere.
    const overdue =
      credential.kind === 'password' &&
      (await isFactorOverdue(database.of(tenantId), tenantId, accountId, this.#ctx.clock.now()));
    return overdue ? 'client-password-required' : 'success';
  }

  #record(
    login: string,
    candidate: Candidate | null,
    outcome: SignInOutcome,
    attempt: SignInAttempt,
    mechanism: SignInMechanism,
  ): void {
    this.#ctx.signIns.record({
      at: this.#ctx.clock.now(),
      tenantId: candidate?.tenantId ?? null,
      accountId: candidate?.accountId ?? null,
      login: login.slice(0, limits.login),
      service: attempt.service,
      mechanism,
      address: attempt.address,
      encrypted: attempt.encrypted,
      outcome,
      ...(attempt.agent !== undefined && { agent: attempt.agent }),
    });
  }
}

/** Comparable form of a mobile number; null for what is none. */
function numberOf(text: string): string | null {
  try {
    return mobileKey(text.slice(0, limits.login));
  } catch {
    return null;
  }
}

function sameSalt(left: ScramKeys, right: ScramKeys): boolean {
  return left.iterations === right.iterations && Buffer.compare(left.salt, right.salt) === 0;
}
