import { checkScript } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand } from '../command.ts';

/** Says what is wrong with a script, without storing it (RFC 5804 §2.12). */
export const checkscript: ManageSieveCommand = defineCommand({
  name: 'CHECKSCRIPT',
  signedIn: 'yes',
  rfc: '5804 §2.12',
  parse: ([script, ...rest]) => (script?.kind !== 'string' || rest.length > 0 ? null : script.octets),
  run: (session, script) => session.answer(checkScript(session.services.scripts, script)),
});
