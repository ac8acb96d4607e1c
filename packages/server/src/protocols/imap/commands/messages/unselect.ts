import { type Command, defineCommand, noArguments, ok } from '../../command.ts';

/** UNSELECT (RFC 3691, RFC 9051 §6.4.2): lets the mailbox go, expunges nothing. */
export const unselect: Command = defineCommand({
  name: 'UNSELECT',
  states: ['selected'],
  sequenceEffect: 'changes',
  capability: ['UNSELECT'],
  rfc: ['3691 §2', '9051 §6.4.2'],
  parse: noArguments,
  run: async session => {
    session.select(null);
    return ok('UNSELECT completed');
  },
});
