import type { SmtpCommand } from '../command.ts';
import { reply } from '../replies.ts';

/** Ends the conversation; what was pipelined behind it is not looked at. */
export const quit: SmtpCommand = {
  verb: 'QUIT',
  rfc: 'RFC 5321 §4.1.1.10',
  argument: 'none',
  needs: [],
  run(session) {
    session.reply(reply(221, '2.0.0', `${session.context.hostName} closing connection`));
    session.finish();
  },
};
