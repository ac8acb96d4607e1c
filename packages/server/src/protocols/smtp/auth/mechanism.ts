import type { Principal } from '../../../access/scope.ts';
import type { Authenticator, SignInAttempt } from '../../../access/types.ts';
import type { Connection } from '../../../platform/net/connection.ts';
import type { AuthExchange } from './exchange.ts';

export interface AuthContext {
  readonly exchange: AuthExchange;
  readonly connection: Connection;
  readonly authenticator: Authenticator;
  readonly attempt: SignInAttempt;
}

/** One SASL mechanism. */
export interface AuthMechanism {
  readonly name: string;
  /** Whether it needs TLS for its channel binding. */
  readonly bindsChannel: boolean;
  /** Whether it needs an authenticator that takes bearer tokens. */
  readonly takesTokens?: boolean;
  /** Holds the exchange. Throws `AuthProblem` when it breaks off and a `MailError` when the sign-in fails. */
  readonly run: (context: AuthContext) => Promise<Extract<Principal, { kind: 'account' }>>;
}
