import { randomBytes } from 'node:crypto';
import { ScramServer } from '@hongyan/formats/sasl/scram.ts';
import { MailError } from '../../../platform/errors.ts';
import type { Connection } from '../../../platform/net/connection.ts';
import { AuthProblem } from './exchange.ts';
import type { AuthContext, AuthMechanism } from './mechanism.ts';

/** RFC 7677. */
export const scram: AuthMechanism = {
  name: 'SCRAM-SHA-256',
  bindsChannel: false,
  run: context => exchangeScram(context, false),
};

/** RFC 7677 with the channel binding of RFC 9266 or RFC 5929. */
export const scramPlus: AuthMechanism = {
  name: 'SCRAM-SHA-256-PLUS',
  bindsChannel: true,
  run: context => exchangeScram(context, true),
};

async function exchangeScram(context: AuthContext, plus: boolean): ReturnType<AuthMechanism['run']> {
  const { exchange, connection, authenticator, attempt } = context;
  const server = new ScramServer({ plus, bindings: bindingsOf(connection) });
  const opened = server.clientFirst(await exchange.first());
  if (opened === null) throw new AuthProblem('authMalformed');
  if (opened.authorizationId !== '' && opened.authorizationId !== opened.login)
    throw new MailError('auth.failed');
  const secrets = await authenticator.scram(opened.login, attempt);
  const challenge = server.serverFirst(secrets, randomBytes(18).toString('base64'));
  const verdict = server.clientFinal(await exchange.ask(challenge));
  const principal = await authenticator.scramFinished(
    opened.login,
    verdict !== null,
    attempt,
    server.matched,
  );
  if (verdict === null) throw new MailError('auth.failed');
  // The client answers the server's proof with an empty line, or breaks off when it does not believe it.
  const last = await exchange.ask(verdict);
  if (last.length > 0) throw new AuthProblem('authMalformed');
  return principal;
}

function bindingsOf(connection: Connection): ((type: string) => Uint8Array | null) | null {
  const { tls } = connection;
  if (tls === null) return null;
  return type =>
    type === 'tls-exporter' || type === 'tls-server-end-point' ? tls.channelBinding(type) : null;
}
