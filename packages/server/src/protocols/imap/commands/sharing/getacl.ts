import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { getAcl } from '../../../../mailbox/sharing/acl.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, nameOfPath, parseMailboxName, writeMailboxName } from '../../mailbox-path.ts';
import { rightsForClients } from '../../responses/my-rights.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** GETACL (RFC 4314 §3.3): the owner comes first. */
export const getacl: Command = defineCommand({
  name: 'GETACL',
  states: signedIn,
  rfc: ['4314 §3.3', '4314 §3.6'],
  parse,
  run: async (session, name) => {
    const mailbox = await findMailbox(session, name);
    const entries = await getAcl(session.mail, mailbox.realm.scope, mailbox.id);
    const { out } = session;
    out.ascii('* ACL ');
    writeMailboxName(out, nameOfPath(mailbox.path), session.utf8);
    for (const { identifier, rights } of entries) {
      out
        .ascii(' ')
        .text(identifier)
        .ascii(` ${rightsForClients(rights)}`);
    }
    out.crlf();
    return ok('GETACL completed');
  },
});
