import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type RightsChange, setAcl } from '../../../../mailbox/sharing/acl.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import {
  identifierOf,
  type NamedIdentifier,
  parseIdentifier,
  parseRightsChange,
} from '../../sharing-arguments.ts';

interface SetAclArguments extends NamedIdentifier {
  readonly change: RightsChange;
}

function parse(scanner: Scanner, context: ParseContext): SetAclArguments {
  const named = parseIdentifier(scanner, context);
  scanner.space();
  return { ...named, change: parseRightsChange(scanner) };
}

/** SETACL (RFC 4314 §3.1): identifiers are addresses of colleagues, and `anyone` for the whole company. */
export const setacl: Command = defineCommand({
  name: 'SETACL',
  states: signedIn,
  capability: ['ACL', 'RIGHTS=texk'],
  rfc: ['4314 §3.1'],
  parse,
  run: async (session, { name, identifier, change }) => {
    const { realm, id } = await findMailbox(session, name);
    await setAcl(session.mail, realm.scope, id, identifierOf(identifier), change);
    return ok('SETACL completed');
  },
});
