import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { createMailbox } from '../../../../mailbox/create.ts';
import type { MailboxRole } from '../../../../mailbox/types.ts';
import { type Command, defineCommand, no, ok, type ParseContext, signedIn } from '../../command.ts';
import { destinationOf } from '../../find-mailbox.ts';
import { roleOfAttribute } from '../../list/special-use.ts';
import { delimiter, type MailboxName, parseMailboxName, pathOfName, textOfName } from '../../mailbox-path.ts';
import { objectId } from '../../realms/realm.ts';

interface CreateArguments {
  readonly name: MailboxName;
  /** Attributes of `(USE (\Drafts))`. */
  readonly uses: readonly string[];
}

function parse(scanner: Scanner, context: ParseContext): CreateArguments {
  scanner.space();
  const name = parseMailboxName(scanner, context);
  let uses: string[] = [];
  if (scanner.takeSpace()) {
    scanner.list(() => {
      if (!scanner.takeKeyword('USE')) scanner.fail('Unknown CREATE parameter');
      scanner.space();
      uses = scanner.list(() => {
        scanner.expect(0x5c);
        return `\\${scanner.atom()}`;
      }, true);
    });
  }
  return { name, uses };
}

/** CREATE (RFC 9051 §6.3.4), with a special use (RFC 6154 §3). */
export const create: Command = defineCommand({
  name: 'CREATE',
  states: signedIn,
  rfc: ['9051 §6.3.4', '3501 §6.3.3', '6154 §3', '8474 §4.1'],
  parse,
  run: async (session, args) => {
    const text = textOfName(args.name);
    // A delimiter at the end only declares that there will be children (RFC 9051 §6.3.4).
    const path = pathOfName(text.endsWith(delimiter) ? text.slice(0, -delimiter.length) : text);
    if (path.length === 1 && path[0] === 'INBOX') return no('ALREADYEXISTS', 'INBOX exists always');
    const roles = args.uses.map(roleOfAttribute);
    const role: MailboxRole | null | undefined = roles[0];
    if (roles.length > 1 || role === null) return no('USEATTR', 'Special use is not supported');
    const { realm, path: place } = await destinationOf(session, path);
    const mailbox = await createMailbox(session.mail, realm.scope, place, role === undefined ? {} : { role });
    return ok('CREATE completed', `MAILBOXID (${objectId(realm, 'm', mailbox.id)})`);
  },
});
