import type { SmtpCommand } from '../command.ts';

/** Does nothing, with or without an argument. */
export const noop: SmtpCommand = {
  verb: 'NOOP',
  rfc: 'RFC 5321 §4.1.1.9',
  argument: 'optional',
  needs: [],
  run(session) {
    session.say('ok');
  },
};
