import { type TUnsafe, Type } from 'typebox';
import type { AccountSignIn } from '../../../access/clients/administration.ts';
import type { ClientPassword } from '../../../access/clients/client-passwords.ts';
import type { SignInRow } from '../../../access/sign-in-history.ts';
import { moment, named, nullable, object, oneOf } from '../kit/schema.ts';

export interface ClientPasswordAnswer {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly lastService: string | null;
  readonly lastAddress: string | null;
  readonly state: 'normal' | 'off';
}

export const clientPasswordSchema: TUnsafe<ClientPasswordAnswer> = named<ClientPasswordAnswer>(
  'ClientPassword',
)(
  object({
    id: Type.Integer(),
    name: Type.String(),
    createdAt: moment(),
    lastUsedAt: nullable(moment()),
    lastService: nullable(Type.String({ description: 'imap, pop3, smtp, sieve or api' })),
    lastAddress: nullable(Type.String()),
    state: oneOf(['normal', 'off'], { description: '`off` while mail clients are off for the account' }),
  }),
);

export interface AccountSignInAnswer {
  readonly clientsAllowed: boolean;
  readonly clientsEnabled: boolean;
  readonly safeSignIn: boolean;
  readonly safeSignInForced: boolean;
  readonly secondFactor: boolean;
  readonly sessions: number;
  readonly clientPasswords: readonly ClientPasswordAnswer[];
}

export const accountSignInSchema: TUnsafe<AccountSignInAnswer> = named<AccountSignInAnswer>('AccountSignIn')(
  object({
    clientsAllowed: Type.Boolean({ description: 'By the policy (CLI-01)' }),
    clientsEnabled: Type.Boolean({ description: "The member's own switch (CLI-02)" }),
    safeSignIn: Type.Boolean({ description: "The member's own switch (CLI-03)" }),
    safeSignInForced: Type.Boolean({ description: 'By the policy (SEC-06)' }),
    secondFactor: Type.Boolean(),
    sessions: Type.Integer({ description: 'Browsers and tokens that are signed in' }),
    clientPasswords: Type.Array(clientPasswordSchema),
  }),
);

export function clientPasswordAnswer(item: ClientPassword): ClientPasswordAnswer {
  return {
    ...item,
    createdAt: new Date(item.createdAt).toISOString(),
    lastUsedAt: item.lastUsedAt === null ? null : new Date(item.lastUsedAt).toISOString(),
  };
}

export function accountSignInAnswer(found: AccountSignIn): AccountSignInAnswer {
  const { allowed, enabled, clientPasswords, ...rest } = found;
  return {
    ...rest,
    clientsAllowed: allowed,
    clientsEnabled: enabled,
    clientPasswords: clientPasswords.map(clientPasswordAnswer),
  };
}

export interface SignInAnswer {
  readonly id: number;
  readonly at: string;
  readonly accountId: number | null;
  readonly login: string;
  readonly address: string;
  readonly service: string;
  readonly method: string;
  readonly agent: string | null;
  readonly result: string;
}

export const signInSchema: TUnsafe<SignInAnswer> = named<SignInAnswer>('SignIn')(
  object({
    id: Type.Integer(),
    at: moment(),
    accountId: nullable(Type.Integer()),
    login: Type.String({ description: 'As it was typed' }),
    address: Type.String(),
    service: Type.String({ description: 'web, imap, pop3, smtp, sieve or api' }),
    method: Type.String({ description: 'password, client-password, scram-sha-256 or second-factor' }),
    agent: nullable(Type.String()),
    result: Type.String({ description: '`ok` or the code of the failure' }),
  }),
);

export function signInAnswer(row: SignInRow): SignInAnswer {
  const { id, at, accountId, login, address, service, method, agent, result } = row;
  return {
    id,
    at: new Date(at).toISOString(),
    accountId,
    login,
    address,
    service,
    method,
    agent: agent ?? null,
    result,
  };
}
