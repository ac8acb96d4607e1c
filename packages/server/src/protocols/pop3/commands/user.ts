import { parseCredential } from '@hongyan/formats/pop3/command.ts';
import { defineCommand, type Pop3Command } from '../command.ts';

/** Takes the name for PASS. Whether there is such a person is not told (RFC 1939 §13). */
export const user: Pop3Command = defineCommand({
  keyword: 'USER',
  states: ['authorization'],
  rfc: ['1939 §7', '6856 §2.2'],
  parse: parseCredential,
  run(session, name) {
    if (!session.passwordsAllowed) session.say('encryption_needed');
    else {
      session.userName = name.trim();
      session.say('password_next');
    }
  },
});
