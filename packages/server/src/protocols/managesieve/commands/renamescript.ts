import { renameScript } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, textWord } from '../command.ts';

/** Gives a script another name (RFC 5804 §2.11.1). */
export const renamescript: ManageSieveCommand = defineCommand({
  name: 'RENAMESCRIPT',
  signedIn: 'yes',
  rfc: '5804 §2.11.1',
  parse([first, second, ...rest]) {
    const from = textWord(first);
    const to = textWord(second);
    return from === null || to === null || rest.length > 0 ? null : { from, to };
  },
  run: async (session, { from, to }) =>
    session.answer(await renameScript(session.services.scripts, session.scope, from, to)),
});
