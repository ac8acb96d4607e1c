import { parseMailArgument } from '@hongyan/formats/smtp/command.ts';
import type { SmtpCommand } from '../command.ts';
import { pathReplies, senderOptions } from '../parameters.ts';
import type { ReplyName } from '../replies.ts';
import type { SmtpSession } from '../session.ts';
import { Transaction } from '../transaction.ts';

/** Begins a transaction: who sends, and how. */
export const mail: SmtpCommand = {
  verb: 'MAIL',
  rfc: 'RFC 5321 §4.1.1.2',
  argument: 'required',
  needs: ['hello', 'idle'],
  eightBit: true,
  async run(session, argument) {
    const { context } = session;
    const refused = signInNeeded(session);
    if (refused !== null) {
      session.say(refused);
      return;
    }
    const parsed = parseMailArgument(argument, session.extended);
    if (parsed.kind === 'invalid') {
      session.say(parsed.problem === 'syntax' ? 'senderSyntax' : pathReplies[parsed.problem]);
      return;
    }
    const options = senderOptions(parsed.parameters, session);
    if (typeof options === 'string') {
      session.say(options);
      return;
    }
    if ((options.declaredSize ?? 0) > context.acceptor.maxMessageBytes) {
      session.say('tooLarge');
      return;
    }
    if (session.mails >= context.limits.mailsPerConnection) {
      session.say('tooManyMails');
      return;
    }
    session.mails += 1;
    session.transaction = new Transaction(
      context.acceptor.begin(session.origin(options.smtputf8 === true)),
      options,
    );
    try {
      await session.transaction.delivery.sender(parsed.path.address, options);
    } catch (error) {
      await session.endTransaction();
      throw error;
    }
    session.say('senderOk');
  },
};

/** Users send only after signing in, and sign in only over TLS (RFC 6409 §4.3, RFC 8314 §3). */
function signInNeeded(session: SmtpSession): ReplyName | null {
  if (session.context.profile === 'mx' || session.principal !== null) return null;
  return session.secured ? 'signInFirst' : 'startTlsFirst';
}
