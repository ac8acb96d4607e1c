import { activateScript } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, oneName } from '../command.ts';

/** Makes a script the one that runs; the empty name: none (RFC 5804 §2.8). */
export const setactive: ManageSieveCommand = defineCommand({
  name: 'SETACTIVE',
  signedIn: 'yes',
  rfc: '5804 §2.8',
  parse: words => {
    const name = oneName(words);
    return name === null ? null : { name: name === '' ? null : name };
  },
  run: async (session, { name }) =>
    session.answer(await activateScript(session.services.scripts, session.scope, name)),
});
