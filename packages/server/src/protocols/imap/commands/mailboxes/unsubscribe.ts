import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { subscribeName } from '../../list/subscriptions.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';

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
    await subscribeName(session, name, false);
    return ok('UNSUBSCRIBE completed');
  },
});
