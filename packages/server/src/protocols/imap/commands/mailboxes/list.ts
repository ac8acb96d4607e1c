import { type ListArguments, parseListArguments } from '@hongyan/formats/imap/arguments/list-arguments.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, signedIn } from '../../command.ts';
import { collectNames, type ListedName, patternsOf, selectNames } from '../../list/names.ts';
import { writeListName, writeRoot } from '../../list/write-list.ts';
import { RightsOfRealms } from '../../realms/rights-of-realms.ts';
import { writeMyRights } from '../../responses/my-rights.ts';
import { deletedBytes, writeStatus } from '../../responses/status.ts';

function parse(scanner: Scanner): ListArguments {
  scanner.space();
  return parseListArguments(scanner);
}

/** Attributes that depend on what was asked for; the rest is always told. */
function returnsOf(args: ListArguments): { subscribed: boolean } {
  return { subscribed: args.returns.subscribed || args.select.subscribed };
}

/** LIST, basic and extended (RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154). */
export const list: Command = defineCommand({
  name: 'LIST',
  states: signedIn,
  rfc: ['9051 §6.3.9', '3501 §6.3.8', '5258', '5819', '6154 §2', '3348', '8440 §3'],
  parse,
  run: async (session, args) => {
    if (!args.extended && args.patterns[0]?.length === 0) {
      writeRoot(session.out, 'LIST');
      return ok('LIST completed');
    }
    const patterns = patternsOf(args.reference, args.patterns, session.utf8);
    if (patterns.length === 0) return ok('LIST completed');
    const names: ListedName[] = await collectNames(session);
    const rights = args.returns.myRights ? new RightsOfRealms(session) : null;
    for (const found of selectNames(names, patterns, args.select)) {
      writeListName(session.out, found, { utf8: session.utf8, ...returnsOf(args) });
      if (args.returns.status !== null && found.mailbox !== null) {
        const { status } = args.returns;
        writeStatus(session, found.mailbox, status, await deletedBytes(session, found.mailbox, status));
      }
      if (rights !== null && found.mailbox !== null && found.childInfo.length === 0) {
        const mine = await rights.of(found.mailbox);
        if (mine !== undefined) writeMyRights(session, found.mailbox, mine);
      }
    }
    return ok('LIST completed');
  },
});
