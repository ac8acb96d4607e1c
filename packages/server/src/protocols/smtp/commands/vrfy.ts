import type { SmtpCommand } from '../command.ts';

/** Tells nobody who exists (RFC 5321 §7.3): the same answer to every address. */
export const vrfy: SmtpCommand = {
  verb: 'VRFY',
  rfc: 'RFC 5321 §4.1.1.6',
  argument: 'required',
  needs: [],
  eightBit: true,
  run(session) {
    session.say('cannotVerify');
  },
};
