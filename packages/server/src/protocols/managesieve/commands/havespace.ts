import { haveSpace } from '../../../sieve/scripts.ts';
import { defineCommand, type ManageSieveCommand, textWord } from '../command.ts';

/** Whether a script of some size could be stored (RFC 5804 §2.5). */
export const havespace: ManageSieveCommand = defineCommand({
  name: 'HAVESPACE',
  signedIn: 'yes',
  rfc: '5804 §2.5',
  parse([first, size, ...rest]) {
    const name = textWord(first);
    return name === null || size?.kind !== 'number' || rest.length > 0 ? null : { name, size: size.value };
  },
  run: async (session, { name, size }) =>
    session.answer(await haveSpace(session.services.scripts, session.scope, name, size)),
});
