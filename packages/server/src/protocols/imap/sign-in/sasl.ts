import { randomBytes } from 'node:crypto';
import type { BearerMechanism } from '@hongyan/formats/sasl/bearer.ts';
import { parsePlain } from '@hongyan/formats/sasl/plain.ts';
import { ScramServer } from '@hongyan/formats/sasl/scram.ts';
import { bearerSignIn } from '../../../access/bearer.ts';
import type { ScramCredentials } from '../../../access/types.ts';
import { MailError } from '../../../platform/errors.ts';
import type { ChannelBindingType } from '../../../platform/net/tls.ts';
import type { CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import { admit, refuse, signInWithPassword } from './sign-in.ts';

/** The conversation inside AUTHENTICATE. Throws when the client gives up. */
export interface SaslExchange {
  /** Sends a challenge and returns the client's response, both decoded. */
  readonly ask: (challenge: string) => Promise<Buffer>;
}

const name = 'AUTHENTICATE';
const nonceBytes = 24;

/** PLAIN (RFC 4616). Acting for somebody else is not granted here. */
export async function saslPlain(session: Session, exchange: SaslExchange): Promise<CommandResult> {
  const message = parsePlain(await exchange.ask(''));
  if (message === null) return refuse(session, new MailError('auth.failed'));
  const { authorizationId, authenticationId, password } = message;
  if (authorizationId !== '' && authorizationId !== authenticationId) {
    return refuse(session, new MailError('access.denied'));
  }
  return signInWithPassword(session, name, authenticationId, password);
}

/** LOGIN, as old clients speak it: two prompts. */
export async function saslLogin(session: Session, exchange: SaslExchange): Promise<CommandResult> {
  const login = await exchange.ask('Username:');
  const password = await exchange.ask('Password:');
  return signInWithPassword(session, name, login.toString('utf8'), password.toString('utf8'));
}

function bindingOf(session: Session): ((type: string) => Uint8Array | null) | null {
  const { tls } = session.connection;
  if (tls === null) return null;
  const known = (type: string): type is ChannelBindingType =>
    type === 'tls-exporter' || type === 'tls-server-end-point';
  return type => (known(type) ? tls.channelBinding(type) : null);
}

/** SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677, RFC 9266). */
export async function saslScram(
  session: Session,
  exchange: SaslExchange,
  plus: boolean,
): Promise<CommandResult> {
  const { authenticator } = session.services;
  const attempt = session.signInAttempt;
  const server = new ScramServer({ plus, bindings: bindingOf(session) });
  const first = server.clientFirst(await exchange.ask(''));
  if (first === null) return refuse(session, new MailError('auth.failed'));
  if (first.authorizationId !== '' && first.authorizationId !== first.login) {
    return refuse(session, new MailError('access.denied'));
  }
  try {
    const credentials: ScramCredentials = await authenticator.scram(first.login, attempt);
    const nonce = randomBytes(nonceBytes).toString('base64url');
    const response = await exchange.ask(server.serverFirst(credentials, nonce));
    const proof = server.clientFinal(response);
    const person = await authenticator.scramFinished(first.login, proof !== null, attempt, server.matched);
    if (proof === null) return refuse(session, new MailError('auth.failed'));
    await exchange.ask(proof);
    return admit(session, name, person);
  } catch (error) {
    return refuse(session, error);
  }
}

/** OAUTHBEARER (RFC 7628) and XOAUTH2: a token that the member made for a program. */
export async function saslBearer(
  session: Session,
  exchange: SaslExchange,
  mechanism: BearerMechanism,
): Promise<CommandResult> {
  const { authenticator } = session.services;
  const { ask } = exchange;
  try {
    const conversation = { first: () => ask(''), ask };
    return admit(
      session,
      name,
      await bearerSignIn(authenticator, mechanism, conversation, session.signInAttempt),
    );
  } catch (error) {
    return refuse(session, error);
  }
}
