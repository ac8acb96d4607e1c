import { deleteScript } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, oneName } from '../command.ts';

/** Removes a script that is not active (RFC 5804 §2.10). */
export const deletescript: ManageSieveCommand = defineCommand({
  name: 'DELETESCRIPT',
  signedIn: 'yes',
  rfc: '5804 §2.10',
  parse: oneName,
  run: async (session, name) =>
    session.answer(await deleteScript(session.services.scripts, session.scope, name)),
});
