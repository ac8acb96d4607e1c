import { putScript } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, textWord } from '../command.ts';

/** Stores a script that is right (RFC 5804 §2.6). */
export const putscript: ManageSieveCommand = defineCommand({
  name: 'PUTSCRIPT',
  signedIn: 'yes',
  rfc: '5804 §2.6',
  parse([first, script, ...rest]) {
    const name = textWord(first);
    return name === null || script?.kind !== 'string' || rest.length > 0
      ? null
      : { name, script: script.octets };
  },
  run: async (session, { name, script }) =>
    session.answer(await putScript(session.services.scripts, session.scope, name, script)),
});
