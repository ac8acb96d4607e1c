import { parseStatusItems, type StatusItem } from '@hongyan/formats/imap/arguments/status-items.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
import { deletedBytes, writeStatus } from '../../responses/status.ts';

function parse(scanner: Scanner, context: ParseContext): { name: MailboxName; items: StatusItem[] } {
  scanner.space();
  const name = parseMailboxName(scanner, context);
  scanner.space();
  return { name, items: parseStatusItems(scanner) };
}

/** STATUS (RFC 9051 §6.3.11, RFC 7162 §3.1.7, RFC 7889, RFC 8438, RFC 8474 §4.3). */
export const status: Command = defineCommand({
  name: 'STATUS',
  states: signedIn,
  rfc: ['9051 §6.3.11', '3501 §6.3.10', '7162 §3.1.7', '7889 §3.2', '8438', '8474 §4.3', '9208 §4.1.4'],
  parse,
  run: async (session, { name, items }) => {
    const mailbox = await findMailbox(session, name);
    writeStatus(session, mailbox, items, await deletedBytes(session, mailbox, items));
    return ok('STATUS completed');
  },
});
