import { isDomainOrLiteral } from '@hongyan/formats/smtp/address.ts';
import { formatReply } from '@hongyan/formats/smtp/reply.ts';
import type { SmtpCommand } from '../command.ts';

/** The greeting of clients without extensions. Ends a transaction. */
export const helo: SmtpCommand = {
  verb: 'HELO',
  rfc: 'RFC 5321 §4.1.1.1',
  argument: 'required',
  needs: [],
  async run(session, argument) {
    if (!isDomainOrLiteral(argument)) {
      session.misbehave('helloInvalid');
      return;
    }
    await session.endTransaction();
    session.helo = argument.toString('latin1');
    session.extended = false;
    session.reply({ code: 250, text: formatReply(250, null, [session.context.hostName]) });
  },
};
