import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { renameMailbox } from '../../../../mailbox/rename.ts';
import { type Command, defineCommand, no, ok, type ParseContext, signedIn } from '../../command.ts';
import { destinationOf, findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName, pathOf } from '../../mailbox-path.ts';
import { sameRealm } from '../../realms/realm.ts';

function parse(scanner: Scanner, context: ParseContext): { from: MailboxName; to: MailboxName } {
  scanner.space();
  const from = parseMailboxName(scanner, context);
  scanner.space();
  return { from, to: parseMailboxName(scanner, context) };
}

/** RENAME (RFC 9051 §6.3.6). */
export const rename: Command = defineCommand({
  name: 'RENAME',
  states: signedIn,
  rfc: ['9051 §6.3.6', '3501 §6.3.5'],
  parse,
  run: async (session, { from, to }) => {
    const mailbox = await findMailbox(session, from);
    const { realm, path } = await destinationOf(session, pathOf(to));
    if (!sameRealm(realm, mailbox.realm)) return no('CANNOT', 'Mailboxes stay in their account');
    await renameMailbox(session.mail, realm.scope, mailbox.id, path);
    return ok('RENAME completed');
  },
});
