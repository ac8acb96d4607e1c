import { createHmac, randomBytes } from 'node:crypto';
import { addressKey, parseAddress } from '../directory/address.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlDatabase } from '../store/sql/port.ts';
import { type CredentialKind, credentialsOf } from '../store/system/credentials.ts';
import { installation, settingOnce } from '../store/system/settings.ts';
import type { AttemptLimiter } from './attempt-limiter.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { saslPrep } from './sasl-prep.ts';
import type { Principal } from './scope.ts';
import { decodeScramKeys, scramIterations, scramSaltOctets } from './scram-keys.ts';
import type { SignIn, SignInLog, SignInOutcome } from './sign-in-log.ts';
import type { Authenticator, ScramCredentials, SignInAttempt } from './types.ts';
import type { VerificationCache } from './verification-cache.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

export interface AuthenticatorContext {
  readonly database: SqlDatabase;
  readonly directory: Pick<Directory, 'resolve'>;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly limiter: AttemptLimiter;
  readonly verified: VerificationCache;
  readonly signIns: SignInLog;
}

/** Longest login and password looked at, in UTF-16 units and UTF-8 octets. */
const limits = { login: 320, passwordOctets: 1_024 };

interface Candidate {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly address: string;
  readonly disabled: boolean;
}

/** The authenticator on `system.db`. See `Authenticator` for what its functions throw. */
export function createAuthenticator(ctx: AuthenticatorContext): Authenticator {
  return new DirectoryAuthenticator(ctx);
}

class DirectoryAuthenticator implements Authenticator {
  readonly #ctx: AuthenticatorContext;
  /** Verifications under way: connections that a client opens together wait for one. */
  readonly #pending = new Map<string, Promise<boolean>>();
  #fakeKey: Promise<Uint8Array> | null = null;

  constructor(ctx: AuthenticatorContext) {
    this.#ctx = ctx;
  }

  async password(login: string, password: string, attempt: SignInAttempt): Promise<AccountPrincipal> {
    if (!attempt.encrypted) throw new MailError('auth.encryption_required');
    const key = this.#admit(login, attempt, 'password');
    const candidate = await this.#find(login);
    const right = await this.#verify(key, candidate, password, attempt);
    return this.#finish(login, key, candidate, right, attempt, 'password');
  }

  async scram(login: string, attempt: SignInAttempt): Promise<ScramCredentials> {
    if (!attempt.encrypted) throw new MailError('auth.encryption_required');
    const key = this.#admit(login, attempt, 'scram-sha-256');
    const candidate = await this.#find(login);
    const stored = candidate ? await this.#secrets(candidate, 'scram-sha-256') : [];
    const keys = stored[0] === undefined ? null : decodeScramKeys(stored[0]);
    // Made for known logins, too: its cost must not tell them apart.
    const fake = await this.#fake(key);
    return candidate && keys ? { accountId: candidate.accountId, ...keys } : fake;
  }

  async scramFinished(login: string, success: boolean, attempt: SignInAttempt): Promise<AccountPrincipal> {
    const key = this.#admit(login, attempt, 'scram-sha-256');
    return this.#finish(login, key, await this.#find(login), success, attempt, 'scram-sha-256');
  }

  /** Comparable form of the login; throws while a delay runs. */
  #admit(login: string, attempt: SignInAttempt, mechanism: SignIn['mechanism']): string {
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

  async #secrets(candidate: Candidate, kind: CredentialKind): Promise<string[]> {
    const rows = await credentialsOf(this.#ctx.database, candidate.tenantId, candidate.accountId, kind);
    return rows.map(row => row.secret);
  }

  async #verify(
    key: string,
    candidate: Candidate | null,
    password: string,
    attempt: SignInAttempt,
  ): Promise<boolean> {
    const { hasher, limiter, verified } = this.#ctx;
    const admit = (): void => limiter.check(attempt.address, key);
    const short = Buffer.byteLength(password) <= limits.passwordOctets;
    const prepared = short ? saslPrep(password) : null;
    const stored = candidate ? await this.#secrets(candidate, 'password') : [];
    if (!candidate || prepared === null || stored.length === 0) {
      return hasher.verify(null, prepared ?? '', admit);
    }
    for (const secret of stored) {
      const name = verified.keyOf(candidate.accountId, secret, prepared);
      if (verified.has(name)) return true;
      let work = this.#pending.get(name);
      if (!work) {
        work = hasher.verify(secret, prepared, admit).finally(() => this.#pending.delete(name));
        this.#pending.set(name, work);
      }
      if (await work) {
        verified.add(name);
        return true;
      }
    }
    return false;
  }

  #finish(
    login: string,
    key: string,
    candidate: Candidate | null,
    right: boolean,
    attempt: SignInAttempt,
    mechanism: SignIn['mechanism'],
  ): AccountPrincipal {
    if (!right || !candidate) {
      this.#ctx.limiter.failed(attempt.address, key);
      this.#record(login, candidate, 'failed', attempt, mechanism);
      throw new MailError('auth.failed');
    }
    this.#ctx.limiter.succeeded(attempt.address, key);
    if (candidate.disabled) {
      this.#record(login, candidate, 'disabled', attempt, mechanism);
      throw new MailError('account.disabled');
    }
    this.#record(login, candidate, 'success', attempt, mechanism);
    return {
      kind: 'account',
      tenantId: candidate.tenantId,
      accountId: candidate.accountId,
      login: candidate.address,
    };
  }

  /** What an unknown login gets: looks like an account's, and the same each time (RFC 5802 §9). */
  async #fake(key: string): Promise<ScramCredentials> {
    this.#fakeKey ??= this.#loadFakeKey().catch((error: unknown) => {
      this.#fakeKey = null;
      throw error;
    });
    const secret = await this.#fakeKey;
    const derive = (use: string): Buffer => createHmac('sha256', secret).update(`${use}\0${key}`).digest();
    return {
      accountId: 0,
      salt: derive('salt').subarray(0, scramSaltOctets),
      iterations: scramIterations,
      storedKey: derive('stored key'),
      serverKey: derive('server key'),
    };
  }

  async #loadFakeKey(): Promise<Uint8Array> {
    const fresh = randomBytes(32).toString('base64');
    const text = await this.#ctx.database.transact(tx =>
      settingOnce(tx, installation, 'access.fake_scram_key', fresh),
    );
    return Buffer.from(text, 'base64');
  }

  #record(
    login: string,
    candidate: Candidate | null,
    outcome: SignInOutcome,
    attempt: SignInAttempt,
    mechanism: SignIn['mechanism'],
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
    });
  }
}
