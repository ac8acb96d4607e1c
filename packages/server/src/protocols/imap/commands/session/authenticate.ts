import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { decodeBase64 } from '@hongyan/formats/sasl/base64.ts';
import { bad, type Command, type CommandResult, defineCommand, no } from '../../command.ts';
import type { Session } from '../../session.ts';
import { type SaslExchange, saslBearer, saslLogin, saslPlain, saslScram } from '../../sign-in/sasl.ts';
import { passwordRefused } from '../../sign-in/sign-in.ts';

/** Octets of one SASL response in base64: room for tokens of several kilobytes. */
const responseBytes = 16 * 1024;

interface AuthenticateArguments {
  readonly mechanism: string;
  /** SASL-IR (RFC 4959): null if the client waits to be asked. */
  readonly initial: Buffer | null;
}

function parse(scanner: Scanner): AuthenticateArguments {
  scanner.space();
  const mechanism = scanner.keyword();
  if (!scanner.takeSpace()) return { mechanism, initial: null };
  const text = scanner.astring().toString('latin1');
  return {
    mechanism,
    initial: text === '=' ? Buffer.alloc(0) : (decodeBase64(text) ?? scanner.fail('Invalid base64')),
  };
}

class Cancelled extends Error {}

function exchangeOf(session: Session, initial: Buffer | null): SaslExchange {
  let first = initial;
  return {
    ask: async challenge => {
      if (first !== null) {
        const response = first;
        first = null;
        return response;
      }
      const text = Buffer.from(challenge, 'utf8').toString('base64');
      session.out.ascii(text === '' ? '+ \r\n' : `+ ${text}\r\n`);
      const line = await session.reader.line(responseBytes);
      if (line === 'closed' || line === 'timeout' || line === 'drain') session.end();
      if (typeof line === 'string') throw new Cancelled('Response is too long');
      const answer = line.toString('latin1').trimEnd();
      if (answer === '*') throw new Cancelled('Authentication cancelled');
      const octets = decodeBase64(answer);
      if (octets === null) throw new Cancelled('Invalid base64');
      return octets;
    },
  };
}

function start(session: Session, mechanism: string, exchange: SaslExchange): Promise<CommandResult> | null {
  const plain = mechanism === 'PLAIN' ? saslPlain : mechanism === 'LOGIN' ? saslLogin : null;
  if (plain !== null) return passwordRefused(session) ?? plain(session, exchange);
  if (mechanism === 'OAUTHBEARER' || mechanism === 'XOAUTH2')
    return passwordRefused(session) ?? saslBearer(session, exchange, mechanism);
  if (mechanism === 'SCRAM-SHA-256') return saslScram(session, exchange, false);
  if (mechanism === 'SCRAM-SHA-256-PLUS' && session.connection.tls !== null)
    return saslScram(session, exchange, true);
  return null;
}

/** AUTHENTICATE (RFC 9051 §6.2.2) with PLAIN, LOGIN, SCRAM-SHA-256, SCRAM-SHA-256-PLUS, OAUTHBEARER and XOAUTH2. */
export const authenticate: Command = defineCommand({
  name: 'AUTHENTICATE',
  states: ['not-authenticated'],
  rfc: ['9051 §6.2.2', '4959', '4616', '5802', '7677', '7628 §3'],
  parse,
  run: async (session, { mechanism, initial }) => {
    try {
      return (
        (await start(session, mechanism, exchangeOf(session, initial))) ??
        no('CANNOT', 'Mechanism is not supported')
      );
    } catch (error) {
      if (error instanceof Cancelled) return bad(error.message);
      throw error;
    }
  },
});
