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
}

/** Stored half of SCRAM-SHA-256 (RFC 5802 §3): enough to verify, not to sign in. */
export interface ScramCredentials {
  readonly accountId: AccountId;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** Who is it? Failures throw `auth.failed` (same for unknown login and wrong password), `auth.too_many_attempts`, `account.disabled`. */
export interface Authenticator {
  /** Verifies a password (argon2id once, then a short keyed cache); unknown logins cost the same time. */
  password(
    login: string,
    password: string,
    attempt: SignInAttempt,
  ): Promise<Extract<Principal, { kind: 'account' }>>;
  /** Credentials for a SCRAM exchange; for an unknown login a plausible, stable fake (RFC 5802 §9). */
  scram(login: string, attempt: SignInAttempt): Promise<ScramCredentials>;
  /** Reports the end of a SCRAM exchange that the caller computed; on success returns the principal. */
  scramFinished(
    login: string,
    success: boolean,
    attempt: SignInAttempt,
  ): Promise<Extract<Principal, { kind: 'account' }>>;
}
