import { isMailError } from '../../../platform/errors.ts';
import { defineCommand, type ManageSieveCommand, textWord } from '../command.ts';
import { replyOfError } from '../error-reply.ts';
import type { ManageSieveSession } from '../session.ts';
import { ExchangeEnded, SaslExchange } from '../sign-in/exchange.ts';
import { findMechanism } from '../sign-in/mechanisms.ts';

async function refuse(session: ManageSieveSession, error: unknown): Promise<void> {
  if (error instanceof ExchangeEnded) return error.lost ? session.end() : session.misbehave(error.message);
  const reply = replyOfError(error);
  if (reply === null) throw error;
  if (isMailError(error, 'auth.failed') || isMailError(error, 'auth.too_many_attempts')) {
    await session.signInFailed();
    if (session.tooManyFailures) return session.bye('Too many failed sign-ins');
  }
  session.no(reply.text, reply.code);
}

/** Signs in (RFC 5804 §2.1). */
export const authenticate: ManageSieveCommand = defineCommand({
  name: 'AUTHENTICATE',
  signedIn: 'no',
  rfc: '5804 §2.1',
  parse(words) {
    const mechanism = textWord(words[0]);
    const initial = words[1];
    if (mechanism === null || words.length > 2) return null;
    if (initial === undefined) return { mechanism, initial: null };
    return initial.kind === 'string' ? { mechanism, initial: initial.octets } : null;
  },
  async run(session, { mechanism, initial }) {
    const signIn = findMechanism(session, mechanism);
    if (signIn === null && mechanism.toUpperCase() === 'PLAIN')
      return session.no('Use TLS before you send a password', 'ENCRYPT-NEEDED');
    if (signIn === null) return session.no('There is no such mechanism');
    try {
      const { person, final } = await signIn(session, new SaslExchange(session, initial));
      session.admit(person);
      const code = final === null ? null : `SASL "${Buffer.from(final, 'utf8').toString('base64')}"`;
      return session.ok('Welcome', code);
    } catch (error) {
      return refuse(session, error);
    }
  },
});
