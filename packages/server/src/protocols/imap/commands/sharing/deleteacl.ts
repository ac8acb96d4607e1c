import { setAcl } from '../../../../mailbox/sharing/acl.ts';
import { type Command, defineCommand, ok, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { identifierOf, parseIdentifier } from '../../sharing-arguments.ts';

/** DELETEACL (RFC 4314 §3.2). */
export const deleteacl: Command = defineCommand({
  name: 'DELETEACL',
  states: signedIn,
  rfc: ['4314 §3.2'],
  parse: parseIdentifier,
  run: async (session, { name, identifier }) => {
    const { realm, id } = await findMailbox(session, name);
    const nothing = { mode: 'set', rights: new Set<never>() } as const;
    await setAcl(session.mail, realm.scope, id, identifierOf(identifier), nothing);
    return ok('DELETEACL completed');
  },
});
