import type { SmtpCommand } from '../command.ts';

/** Who is on a list is nobody's business (RFC 5321 §7.3). */
export const expn: SmtpCommand = {
  verb: 'EXPN',
  rfc: 'RFC 5321 §4.1.1.7',
  argument: 'optional',
  needs: [],
  eightBit: true,
  run(session) {
    session.say('expnNotAvailable');
  },
};
