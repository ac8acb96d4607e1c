import { scramSecrets } from '@hongyan/formats/sasl/scram.ts';
import type { Principal } from '@hongyan/server/access/scope.ts';
import type { Authenticator, ScramCredentials, SignInAttempt } from '@hongyan/server/access/types.ts';
import { MailError } from '@hongyan/server/platform/errors.ts';

type Account = Extract<Principal, { kind: 'account' }>;

const iterations = 16;

/** An `Authenticator` over a list of logins and passwords. */
export class FakeAuthenticator implements Authenticator {
  /** Every attempt that was made, successful or not. */
  readonly attempts: {
    readonly login: string;
    readonly attempt: SignInAttempt;
    readonly success: boolean;
  }[] = [];
  bearer?: NonNullable<Authenticator['bearer']>;
  readonly #passwords: Readonly<Record<string, string>>;
  readonly #accounts: Readonly<Record<string, { readonly tenantId: number; readonly accountId: number }>>;

  /** `accounts` left out: everybody is account 1 of tenant 1. `tokens`: whose they are; null: none are taken. */
  constructor(
    passwords: Readonly<Record<string, string>>,
    accounts: Readonly<Record<string, { readonly tenantId: number; readonly accountId: number }>> = {},
    tokens: Readonly<Record<string, string>> | null = null,
  ) {
    if (tokens !== null) {
      this.bearer = (token, login, attempt) => {
        const owner = tokens[token];
        const right = owner !== undefined && (login === null || login === owner);
        return this.#verdict(owner ?? '', right, attempt);
      };
    }
    this.#passwords = passwords;
    this.#accounts = accounts;
  }

  password(login: string, password: string, attempt: SignInAttempt): Promise<Account> {
    return this.#verdict(login, this.#passwords[login] === password, attempt);
  }

  scram(login: string): Promise<ScramCredentials> {
    const salt = Buffer.from(`salt of ${login}`);
    const secrets = scramSecrets(this.#passwords[login] ?? 'nobody knows this', salt, iterations);
    return Promise.resolve({ accountId: 1, ...secrets });
  }

  scramFinished(login: string, success: boolean, attempt: SignInAttempt): Promise<Account> {
    return this.#verdict(login, success, attempt);
  }

  #verdict(login: string, success: boolean, attempt: SignInAttempt): Promise<Account> {
    this.attempts.push({ login, attempt, success });
    if (!success) return Promise.reject(new MailError('auth.failed'));
    const account = this.#accounts[login] ?? { tenantId: 1, accountId: 1 };
    return Promise.resolve({ kind: 'account', ...account, login });
  }
}
