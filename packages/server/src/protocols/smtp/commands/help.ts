import type { SmtpCommand } from '../command.ts';
import { reply } from '../replies.ts';

/** Says which commands there are. */
export const help: SmtpCommand = {
  verb: 'HELP',
  rfc: 'RFC 5321 §4.1.1.8',
  argument: 'optional',
  needs: [],
  run(session) {
    session.reply(reply(214, '2.0.0', `Commands: ${session.verbs.join(' ')}`));
  },
};
