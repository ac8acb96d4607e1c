import { type Command, defineCommand, noArguments, ok } from '../../command.ts';

/** CHECK (RFC 3501 §6.4.1): everything is durable already, so it is a NOOP. */
export const check: Command = defineCommand({
  name: 'CHECK',
  states: ['selected'],
  rfc: ['3501 §6.4.1'],
  parse: noArguments,
  run: async session => {
    await session.selected.refresh();
    return ok('CHECK completed');
  },
});
