import type { AccountId } from '../platform/ids.ts';
import type { Principal } from './scope.ts';

/** Service a person signs in to; rules and client passwords can differ per service. */
export type Service = 'imap' | 'pop3' | 'smtp' | 'sieve' | 'web' | 'api';

export interface SignInAttempt {
  readonly service: Service;
  /** Peer's IP address, for rate limits and the sign-in log. */
  readonly address: string;
  /** Whether the connection is encrypted (or loopback with `allowPlainLoopback`). */
  readonly encrypted: boolean;
  /** Name of the program, where it gives one. */
  readonly agent?: string;
  /** The connection that signs in: it is cut when what it signed in with is not good any more. */
  readonly connection?: {
    readonly whenClosed: Promise<void>;
    destroy(): void;
  };
  /** Somebody who is signed in shows the password again: not a sign-in of its own. */
  readonly confirming?: boolean;
}

/** What a sign-in was made with: the account's own password or one of its client passwords (CLI-04). */
export type CredentialKind = 'password' | 'client-password';

/** Stored half of SCRAM-SHA-256 (RFC 5802 §3): enough to verify, not to sign in. */
export interface ScramCredentials {
  readonly accountId: AccountId;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
  /** Keys of the account's other passwords under the same salt. */
  readonly alternatives?: readonly ScramAlternative[];
}

/** One more password that is as good. */
export interface ScramAlternative {
  /** Handed back with `scramFinished`. */
  readonly id: string;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** An account of a person who may have others in other companies (TEN-37). */
export interface CompanyAccount {
  readonly company: string;
  readonly address: string;
}

/**
 * Who is it? Failures throw `auth.failed` (same for unknown login and wrong password) and `auth.too_many_attempts`; after
 * a right secret `account.disabled`, `auth.clients_off` (CLI-01, CLI-02), `auth.client_password_required` (CLI-03, SEC-06).
 */
export interface Authenticator {
  /**
   * Verifies a password (argon2id once, then a short keyed cache); for mail clients also a client password, which is quick.
   * Whatever is wrong takes the time of an argon2id.
   */
  password(
    login: string,
    password: string,
    attempt: SignInAttempt,
  ): Promise<Extract<Principal, { kind: 'account' }>>;
  /**
   * The accounts of somebody who gives a mobile number: in the companies where the member with the number has this
   * password (TEN-37). Not a sign-in yet: go on with `password` for one of the addresses. Throws `auth.failed` when there is
   * none. Left out: numbers are not taken.
   */
  companies?(mobile: string, password: string, attempt: SignInAttempt): Promise<readonly CompanyAccount[]>;
  /** Credentials for a SCRAM exchange; for an unknown login a plausible, stable fake (RFC 5802 §9). */
  scram(login: string, attempt: SignInAttempt): Promise<ScramCredentials>;
  /**
   * Reports the end of a SCRAM exchange that the caller computed; on success returns the principal. `matched`: the id of
   * the alternative that fitted, null for the main keys.
   */
  scramFinished(
    login: string,
    success: boolean,
    attempt: SignInAttempt,
    matched?: string | null,
  ): Promise<Extract<Principal, { kind: 'account' }>>;
  /** Verifies a bearer token (RFC 7628); `login`: whose mail is asked for. Left out: tokens are not taken. */
  bearer?(
    token: string,
    login: string | null,
    attempt: SignInAttempt,
  ): Promise<Extract<Principal, { kind: 'account' }>>;
}
