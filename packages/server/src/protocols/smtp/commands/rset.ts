import type { SmtpCommand } from '../command.ts';

/** Drops the transaction. */
export const rset: SmtpCommand = {
  verb: 'RSET',
  rfc: 'RFC 5321 §4.1.1.5',
  argument: 'none',
  needs: [],
  async run(session) {
    await session.endTransaction();
    session.say('ok');
  },
};
