import { parseRcptArgument } from '@hongyan/formats/smtp/command.ts';
import { isMailError, MailError } from '../../../platform/errors.ts';
import type { SmtpCommand } from '../command.ts';
import { pathReplies, recipientOptions } from '../parameters.ts';

/** Adds one recipient. A refused one leaves the transaction as it was. */
export const rcpt: SmtpCommand = {
  verb: 'RCPT',
  rfc: 'RFC 5321 §4.1.1.3',
  argument: 'required',
  needs: ['hello', 'transaction'],
  eightBit: true,
  async run(session, argument) {
    const { transaction } = session;
    if (transaction === null) return;
    const parsed = parseRcptArgument(argument, transaction.options.smtputf8 === true);
    if (parsed.kind === 'invalid') {
      session.say(parsed.problem === 'syntax' ? 'recipientSyntax' : pathReplies[parsed.problem]);
      return;
    }
    const options = recipientOptions(parsed.parameters, session);
    if (typeof options === 'string') {
      session.say(options);
      return;
    }
    if (transaction.recipients >= session.context.acceptor.maxRecipients)
      throw new MailError('recipient.too_many');
    const { harvest } = session.context;
    const stranger = session.principal === null ? session.connection.peer.address : null;
    if (stranger !== null && harvest.suspects(stranger)) {
      session.say('tooManyUnknown');
      return;
    }
    try {
      await transaction.delivery.recipient(parsed.path.address, options);
    } catch (error) {
      if (stranger !== null && isMailError(error, 'recipient.unknown')) harvest.unknown(stranger);
      throw error;
    }
    transaction.recipients += 1;
    session.say('recipientOk');
  },
};
