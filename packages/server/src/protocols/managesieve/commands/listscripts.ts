import { listScripts } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, noWords } from '../command.ts';

/** Names of the scripts, and which is active (RFC 5804 §2.7). */
export const listscripts: ManageSieveCommand = defineCommand({
  name: 'LISTSCRIPTS',
  signedIn: 'yes',
  rfc: '5804 §2.7',
  parse: noWords,
  async run(session) {
    for (const { name, active } of await listScripts(session.services.scripts, session.scope))
      session.line(name, ...(active ? [{ atom: 'ACTIVE' }] : []));
    session.ok();
  },
});
