import { anyState, type Command, defineCommand, noArguments, ok } from '../../command.ts';

/** LOGOUT (RFC 9051 §6.1.3). */
export const logout: Command = defineCommand({
  name: 'LOGOUT',
  states: anyState,
  rfc: ['9051 §6.1.3', '3501 §6.1.3'],
  parse: noArguments,
  run: async session => {
    session.bye('Logging out');
    return ok('LOGOUT completed');
  },
});
