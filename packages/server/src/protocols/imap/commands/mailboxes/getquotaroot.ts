import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, nameOfPath, parseMailboxName, writeMailboxName } from '../../mailbox-path.ts';
import { quotaResources, quotaRootOf, writeQuota } from '../../responses/quota.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** GETQUOTAROOT (RFC 9208 §4.1.3, RFC 2087 §4.3): one root for the whole account, none where it has no limit. */
export const getquotaroot: Command = defineCommand({
  name: 'GETQUOTAROOT',
  states: signedIn,
  rfc: ['9208 §4.1.3', '2087 §4.3'],
  parse,
  run: async (session, name) => {
    const mailbox = await findMailbox(session, name);
    const { out, utf8 } = session;
    const { realm, path } = mailbox;
    // Of a colleague's account only the root is told: how full it is concerns nobody else.
    const { read } = realm.scope.rights;
    const resources = read ? await quotaResources(session, realm) : null;
    out.ascii('* QUOTAROOT ');
    writeMailboxName(out, nameOfPath(path), utf8);
    if (!read || resources !== null) writeMailboxName(out.ascii(' '), quotaRootOf(realm), utf8);
    out.crlf();
    if (resources !== null) writeQuota(session, realm, resources);
    return ok('GETQUOTAROOT completed');
  },
});
