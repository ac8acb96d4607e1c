import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { deleteMailbox } from '../../../../mailbox/delete.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** DELETE (RFC 9051 §6.3.5). Deleting the selected mailbox closes it. */
export const deleteCommand: Command = defineCommand({
  name: 'DELETE',
  states: signedIn,
  rfc: ['9051 §6.3.5', '3501 §6.3.4'],
  parse,
  run: async (session, name) => {
    const mailbox = await findMailbox(session, name);
    await deleteMailbox(session.mail, mailbox.realm.scope, mailbox.id);
    if (session.hasSelected(mailbox)) {
      session.select(null);
      session.say('OK', 'Selected mailbox was deleted', 'CLOSED');
    }
    return ok('DELETE completed');
  },
});
