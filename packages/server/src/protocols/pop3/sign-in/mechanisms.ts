import { randomBytes } from 'node:crypto';
import type { BearerMechanism } from '@hongyan/formats/sasl/bearer.ts';
import { parsePlain } from '@hongyan/formats/sasl/plain.ts';
import { ScramServer } from '@hongyan/formats/sasl/scram.ts';
import { bearerSignIn } from '../../../access/bearer.ts';
import type { Principal } from '../../../access/scope.ts';
import { MailError } from '../../../platform/errors.ts';
import type { Connection } from '../../../platform/net/connection.ts';
import type { Pop3Session } from '../session.ts';
import { ExchangeProblem, type SaslExchange } from './exchange.ts';

type Person = Extract<Principal, { kind: 'account' }>;

/** Holds the exchange. Throws `ExchangeProblem` when it breaks off and a `MailError` when the sign-in fails. */
export type Mechanism = (session: Pop3Session, exchange: SaslExchange) => Promise<Person>;

const nonceBytes = 24;

/** PLAIN (RFC 4616). Acting for somebody else is not granted here. */
const plain: Mechanism = async (session, exchange) => {
  const message = parsePlain(await exchange.first());
  if (message === null) throw new ExchangeProblem('malformed');
  const { authorizationId, authenticationId, password } = message;
  if (authorizationId !== '' && authorizationId !== authenticationId) throw new MailError('auth.failed');
  return session.services.authenticator.password(authenticationId, password, session.signInAttempt);
};

/** SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677, RFC 9266). */
function scram(plus: boolean): Mechanism {
  return async (session, exchange) => {
    const { authenticator } = session.services;
    const attempt = session.signInAttempt;
    const server = new ScramServer({ plus, bindings: bindingsOf(session.connection) });
    const first = server.clientFirst(await exchange.first());
    if (first === null) throw new ExchangeProblem('malformed');
    if (first.authorizationId !== '' && first.authorizationId !== first.login) {
      throw new MailError('auth.failed');
    }
    const secrets = await authenticator.scram(first.login, attempt);
    const challenge = server.serverFirst(secrets, randomBytes(nonceBytes).toString('base64url'));
    const proof = server.clientFinal(await exchange.ask(challenge));
    const person = await authenticator.scramFinished(first.login, proof !== null, attempt, server.matched);
    if (proof === null) throw new MailError('auth.failed');
    // The client answers our proof with an empty line, or breaks off when it does not believe it (RFC 5034 §4).
    if ((await exchange.ask(proof)).length > 0) throw new ExchangeProblem('malformed');
    return person;
  };
}

function bindingsOf(connection: Connection): ((type: string) => Uint8Array | null) | null {
  const { tls } = connection;
  if (tls === null) return null;
  return type =>
    type === 'tls-exporter' || type === 'tls-server-end-point' ? tls.channelBinding(type) : null;
}

/** OAUTHBEARER (RFC 7628) and XOAUTH2: a token that the member made for a program. */
function bearer(mechanism: BearerMechanism): Mechanism {
  return (session, exchange) => {
    const conversation = { first: () => exchange.first(), ask: (text: string) => exchange.ask(text) };
    return bearerSignIn(session.services.authenticator, mechanism, conversation, session.signInAttempt);
  };
}

const mechanisms: Readonly<Record<string, Mechanism>> = {
  PLAIN: plain,
  OAUTHBEARER: bearer('OAUTHBEARER'),
  XOAUTH2: bearer('XOAUTH2'),
  'SCRAM-SHA-256': scram(false),
  'SCRAM-SHA-256-PLUS': scram(true),
};

/** The mechanism of a name in upper case; null when there is none that works on this connection. */
export function mechanismNamed(name: string, connection: Connection): Mechanism | null {
  if (!Object.hasOwn(mechanisms, name)) return null;
  return name === 'SCRAM-SHA-256-PLUS' && connection.tls === null ? null : (mechanisms[name] ?? null);
}
