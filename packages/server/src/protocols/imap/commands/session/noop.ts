import { anyState, type Command, defineCommand, noArguments, ok } from '../../command.ts';

/** NOOP (RFC 9051 §6.1.2): a moment to hear what happened. */
export const noop: Command = defineCommand({
  name: 'NOOP',
  states: anyState,
  rfc: ['9051 §6.1.2', '3501 §6.1.2'],
  parse: noArguments,
  run: async session => {
    if (session.state === 'selected') await session.selected.refresh();
    return ok('NOOP completed');
  },
});
