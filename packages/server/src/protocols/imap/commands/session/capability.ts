import { anyState, type Command, defineCommand, noArguments, ok } from '../../command.ts';

/** CAPABILITY (RFC 9051 §6.1.1). */
export const capability: Command = defineCommand({
  name: 'CAPABILITY',
  states: anyState,
  rfc: ['9051 §6.1.1', '3501 §6.1.1'],
  parse: noArguments,
  run: async session => {
    session.out.ascii(`* CAPABILITY ${session.capabilities}\r\n`);
    return ok('CAPABILITY completed');
  },
});
