import { formatReply } from '@hongyan/formats/smtp/reply.ts';
import type { SmtpCommand } from '../command.ts';
import { greet } from '../hello.ts';

/** The greeting of clients without extensions. Ends a transaction. */
export const helo: SmtpCommand = {
  verb: 'HELO',
  rfc: 'RFC 5321 §4.1.1.1',
  argument: 'required',
  needs: [],
  eightBit: true,
  async run(session, argument) {
    if (!(await greet(session, argument, false))) return;
    session.reply({ code: 250, text: formatReply(250, null, [session.context.hostName]) });
  },
};
