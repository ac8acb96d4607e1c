import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { subscribeName } from '../../list/subscriptions.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** SUBSCRIBE (RFC 9051 §6.3.7). */
export const subscribe: Command = defineCommand({
  name: 'SUBSCRIBE',
  states: signedIn,
  rfc: ['9051 §6.3.7', '3501 §6.3.6'],
  parse,
  run: async (session, name) => {
    await subscribeName(session, name, true);
    return ok('SUBSCRIBE completed');
  },
});
