import { isDomainOrLiteral } from '@hongyan/formats/smtp/address.ts';
import { formatReply } from '@hongyan/formats/smtp/reply.ts';
import type { SmtpCommand } from '../command.ts';
import { extensionsOf } from '../extensions.ts';

/** The greeting of clients with extensions. Ends a transaction. The whole answer goes out in one write. */
export const ehlo: SmtpCommand = {
  verb: 'EHLO',
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
    session.extended = true;
    const lines = [session.context.hostName, ...extensionsOf(session)];
    session.reply({ code: 250, text: formatReply(250, null, lines) });
  },
};
