import { formatReply } from '@hongyan/formats/smtp/reply.ts';
import type { SmtpCommand } from '../command.ts';
import { extensionsOf } from '../extensions.ts';
import { greet } from '../hello.ts';

/** The greeting of clients with extensions. Ends a transaction. The whole answer goes out in one write. */
export const ehlo: SmtpCommand = {
  verb: 'EHLO',
  rfc: 'RFC 5321 §4.1.1.1',
  argument: 'required',
  needs: [],
  eightBit: true,
  async run(session, argument) {
    if (!(await greet(session, argument, true))) return;
    const lines = [session.context.hostName, ...extensionsOf(session)];
    session.reply({ code: 250, text: formatReply(250, null, lines) });
  },
};
