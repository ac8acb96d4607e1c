import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { setSubscribed } from '../../../../mailbox/subscribe.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { type MailboxName, parseMailboxName, pathOf } from '../../mailbox-path.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** UNSUBSCRIBE (RFC 9051 §6.3.8). */
export const unsubscribe: Command = defineCommand({
  name: 'UNSUBSCRIBE',
  states: signedIn,
  rfc: ['9051 §6.3.8', '3501 §6.3.7'],
  parse,
  run: async (session, name) => {
    await setSubscribed(session.mail, session.scope, pathOf(name), false);
    return ok('UNSUBSCRIBE completed');
  },
});
