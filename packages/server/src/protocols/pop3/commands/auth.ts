import { parseAuthArgument } from '@hongyan/formats/pop3/command.ts';
import { offeredMechanisms } from '../capabilities.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import type { Pop3Session } from '../session.ts';
import { ExchangeProblem, SaslExchange } from '../sign-in/exchange.ts';
import { mechanismNamed } from '../sign-in/mechanisms.ts';
import { signIn } from '../sign-in/sign-in.ts';

function needsEncryption(session: Pop3Session, mechanism: string): boolean {
  return (
    !session.passwordsAllowed &&
    !offeredMechanisms({ passwords: false, channelBinding: true, tokens: false }).includes(mechanism)
  );
}

/** Signs in with PLAIN, SCRAM-SHA-256 or SCRAM-SHA-256-PLUS. */
export const auth: Pop3Command = defineCommand({
  keyword: 'AUTH',
  states: ['authorization'],
  rfc: ['5034 §4', '4616', '5802', '7677'],
  parse: parseAuthArgument,
  async run(session, { mechanism: name, initial }) {
    const mechanism = mechanismNamed(name, session.connection);
    if (mechanism === null) return session.misbehave('mechanism_unknown');
    if (needsEncryption(session, name)) return session.say('encryption_needed');
    const exchange = new SaslExchange(session, initial);
    try {
      await signIn(session, () => mechanism(session, exchange));
    } catch (error) {
      if (!(error instanceof ExchangeProblem)) throw error;
      if (typeof error.problem === 'string') session.misbehave(error.problem);
      else session.leave(error.problem.lost);
    }
  },
});
