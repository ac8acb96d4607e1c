import { randomBytes } from 'node:crypto';
import type { BearerMechanism } from '@hongyan/formats/sasl/bearer.ts';
import { parsePlain } from '@hongyan/formats/sasl/plain.ts';
import { ScramServer } from '@hongyan/formats/sasl/scram.ts';
import { bearerSignIn } from '../../../access/bearer.ts';
import type { Principal } from '../../../access/scope.ts';
import { MailError } from '../../../platform/errors.ts';
import type { Connection } from '../../../platform/net/connection.ts';
import type { ManageSieveSession } from '../session.ts';
import type { SaslExchange } from './exchange.ts';

/** Who signed in, and what the server says last (RFC 5804 §1.3, SASL). */
export interface SignedIn {
  readonly person: Extract<Principal, { kind: 'account' }>;
  readonly final: string | null;
}

type Mechanism = (session: ManageSieveSession, exchange: SaslExchange) => Promise<SignedIn>;

const nonceBytes = 24;

function bindingsOf(connection: Connection): ((type: string) => Uint8Array | null) | null {
  const { tls } = connection;
  if (tls === null) return null;
  return type =>
    type === 'tls-exporter' || type === 'tls-server-end-point' ? tls.channelBinding(type) : null;
}

/** PLAIN (RFC 4616). Acting for somebody else is not granted here. */
async function plain(session: ManageSieveSession, exchange: SaslExchange): Promise<SignedIn> {
  const message = parsePlain(await exchange.first());
  if (message === null) throw new MailError('auth.failed');
  const { authorizationId, authenticationId, password } = message;
  if (authorizationId !== '' && authorizationId !== authenticationId) throw new MailError('access.denied');
  const { authenticator } = session.services;
  const person = await authenticator.password(authenticationId, password, session.signInAttempt);
  return { person, final: null };
}

/** SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677, RFC 9266); the proof goes with the OK. */
async function scram(session: ManageSieveSession, exchange: SaslExchange, plus: boolean): Promise<SignedIn> {
  const { authenticator } = session.services;
  const attempt = session.signInAttempt;
  const server = new ScramServer({ plus, bindings: bindingsOf(session.connection) });
  const first = server.clientFirst(await exchange.first());
  if (first === null) throw new MailError('auth.failed');
  if (first.authorizationId !== '' && first.authorizationId !== first.login)
    throw new MailError('access.denied');
  const credentials = await authenticator.scram(first.login, attempt);
  const challenge = server.serverFirst(credentials, randomBytes(nonceBytes).toString('base64url'));
  const final = server.clientFinal(await exchange.ask(challenge));
  const person = await authenticator.scramFinished(first.login, final !== null, attempt, server.matched);
  if (final === null) throw new MailError('auth.failed');
  return { person, final };
}

/** OAUTHBEARER (RFC 7628) and XOAUTH2: a token that the member made for a program. */
async function bearer(
  session: ManageSieveSession,
  exchange: SaslExchange,
  mechanism: BearerMechanism,
): Promise<SignedIn> {
  const { authenticator } = session.services;
  const conversation = { first: () => exchange.first(), ask: (text: string) => exchange.ask(text) };
  return {
    person: await bearerSignIn(authenticator, mechanism, conversation, session.signInAttempt),
    final: null,
  };
}

const mechanisms: Readonly<Record<string, Mechanism>> = {
  'SCRAM-SHA-256-PLUS': (session, exchange) => scram(session, exchange, true),
  'SCRAM-SHA-256': (session, exchange) => scram(session, exchange, false),
  OAUTHBEARER: (session, exchange) => bearer(session, exchange, 'OAUTHBEARER'),
  XOAUTH2: (session, exchange) => bearer(session, exchange, 'XOAUTH2'),
  PLAIN: plain,
};

/** What can be used on this connection, the best first: the password itself only where it is private. */
export function mechanismNames(session: ManageSieveSession): string[] {
  return Object.keys(mechanisms).filter(name => {
    if (name === 'PLAIN') return session.passwordsAllowed;
    if (name.includes('OAUTH')) {
      return session.passwordsAllowed && session.services.authenticator.bearer !== undefined;
    }
    return !name.endsWith('-PLUS') || session.connection.tls !== null;
  });
}

/** The mechanism of that name; null when there is none that can be used on this connection. */
export function findMechanism(session: ManageSieveSession, name: string): Mechanism | null {
  const upper = name.toUpperCase();
  return mechanismNames(session).includes(upper) ? (mechanisms[upper] ?? null) : null;
}
