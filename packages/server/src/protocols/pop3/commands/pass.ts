import { parseCredential } from '@hongyan/formats/pop3/command.ts';
import { defineCommand, type Pop3Command } from '../command.ts';
import { signIn } from '../sign-in/sign-in.ts';

/** The password for the name of USER; all of its spaces count. */
export const pass: Pop3Command = defineCommand({
  keyword: 'PASS',
  states: ['authorization'],
  rfc: ['1939 §7', '6856 §2.2'],
  parse: parseCredential,
  async run(session, password) {
    const name = session.userName;
    session.userName = null;
    if (!session.passwordsAllowed) session.say('encryption_needed');
    else if (name === null) session.misbehave('user_first');
    else {
      const { authenticator } = session.services;
      await signIn(session, () => authenticator.password(name, password, session.signInAttempt));
    }
  },
});
