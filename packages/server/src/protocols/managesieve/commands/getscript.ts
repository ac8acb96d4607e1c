import { getScript } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, oneName } from '../command.ts';

/** The text of a script (RFC 5804 §2.9). */
export const getscript: ManageSieveCommand = defineCommand({
  name: 'GETSCRIPT',
  signedIn: 'yes',
  rfc: '5804 §2.9',
  parse: oneName,
  async run(session, name) {
    const script = await getScript(session.services.scripts, session.scope, name);
    if (script === null) return session.answer({ kind: 'not_found' });
    session.line(script);
    return session.ok();
  },
});
