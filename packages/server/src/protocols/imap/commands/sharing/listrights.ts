import { grantableRights } from '../../../../mailbox/sharing/acl.ts';
import { type Command, defineCommand, ok, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { nameOfPath, writeMailboxName } from '../../mailbox-path.ts';
import { rightsForClients } from '../../responses/my-rights.ts';
import { identifierOf, parseIdentifier } from '../../sharing-arguments.ts';

/** LISTRIGHTS (RFC 4314 §3.4): every right can be given by itself; the owner has all of them always. */
export const listrights: Command = defineCommand({
  name: 'LISTRIGHTS',
  states: signedIn,
  rfc: ['4314 §3.4', '4314 §3.7'],
  parse: parseIdentifier,
  run: async (session, { name, identifier }) => {
    const mailbox = await findMailbox(session, name);
    const { scope } = mailbox.realm;
    const known = identifierOf(identifier);
    const { always, optional } = await grantableRights(session.mail, scope, mailbox.id, known);
    const { out } = session;
    out.ascii('* LISTRIGHTS ');
    writeMailboxName(out, nameOfPath(mailbox.path), session.utf8);
    const required = rightsForClients(always);
    out
      .ascii(' ')
      .text(identifier)
      .ascii(` ${required === '' ? '""' : required}`);
    for (const right of rightsForClients(optional)) out.ascii(` ${right}`);
    out.crlf();
    return ok('LISTRIGHTS completed');
  },
});
