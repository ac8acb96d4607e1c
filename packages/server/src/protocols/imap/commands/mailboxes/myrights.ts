import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
import { writeMyRights } from '../../responses/my-rights.ts';

function parse(scanner: Scanner, context: ParseContext): MailboxName {
  scanner.space();
  return parseMailboxName(scanner, context);
}

/** MYRIGHTS (RFC 4314 §3.5), for LIST-MYRIGHTS; the commands that change rights come with sharing. */
export const myrights: Command = defineCommand({
  name: 'MYRIGHTS',
  states: signedIn,
  capability: ['LIST-MYRIGHTS'],
  rfc: ['4314 §3.5', '8440 §3'],
  parse,
  run: async (session, name) => {
    writeMyRights(session, await findMailbox(session, name));
    return ok('MYRIGHTS completed');
  },
});
