import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, nameOfPath, parseMailboxName, writeMailboxName } from '../../mailbox-path.ts';
import { quotaRootOf, writeQuota } from '../../responses/quota.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** GETQUOTAROOT (RFC 9208 §4.1.3, RFC 2087 §4.3): one root for the whole account. */
export const getquotaroot: Command = defineCommand({
  name: 'GETQUOTAROOT',
  states: signedIn,
  rfc: ['9208 §4.1.3', '2087 §4.3'],
  parse,
  run: async (session, name) => {
    const mailbox = await findMailbox(session, name);
    session.out.ascii('* QUOTAROOT ');
    writeMailboxName(session.out, nameOfPath(mailbox.path), session.utf8);
    session.out.ascii(' ');
    writeMailboxName(session.out, quotaRootOf(mailbox.realm), session.utf8);
    session.out.crlf();
    // Of a colleague's account only the root is told: how full it is concerns nobody else.
    if (mailbox.realm.scope.rights.read) await writeQuota(session, mailbox.realm);
    return ok('GETQUOTAROOT completed');
  },
});
