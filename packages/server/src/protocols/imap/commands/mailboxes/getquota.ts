import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, no, ok, type ParseContext, signedIn } from '../../command.ts';
import { type MailboxName, parseMailboxName, textOfName } from '../../mailbox-path.ts';
import { realms } from '../../realms/realms.ts';
import { quotaResources, quotaRootOf, writeQuota } from '../../responses/quota.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** GETQUOTA (RFC 9208 §4.1.2, RFC 2087 §4.2). What a colleague shares is within their quota, which is theirs to see. */
export const getquota: Command = defineCommand({
  name: 'GETQUOTA',
  states: signedIn,
  capability: ['QUOTA', 'QUOTA=RES-STORAGE', 'QUOTA=RES-MESSAGE'],
  rfc: ['9208 §4.1.2', '2087 §4.2'],
  parse,
  run: async (session, name) => {
    const root = textOfName(name);
    const found =
      root === '' ? session.realm : (await realms(session)).find(each => quotaRootOf(each) === root);
    const resources = found === undefined ? null : await quotaResources(session, found);
    if (found === undefined || resources === null) return no('NONEXISTENT', 'No such quota root');
    writeQuota(session, found, resources);
    return ok('GETQUOTA completed');
  },
});
