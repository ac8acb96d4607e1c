import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { myRights } from '../../../../mailbox/sharing/acl.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
import { writeMyRights } from '../../responses/my-rights.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** MYRIGHTS (RFC 4314 §3.5); with LIST-MYRIGHTS (RFC 8440). */
export const myrights: Command = defineCommand({
  name: 'MYRIGHTS',
  states: signedIn,
  capability: ['LIST-MYRIGHTS'],
  rfc: ['4314 §3.5', '8440 §3'],
  parse,
  run: async (session, name) => {
    const mailbox = await findMailbox(session, name);
    writeMyRights(session, mailbox, await myRights(session.mail, mailbox.realm.scope, mailbox.id));
    return ok('MYRIGHTS completed');
  },
});
