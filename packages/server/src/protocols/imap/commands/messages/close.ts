import { expungeMessages } from '../../../../mailbox/expunge.ts';
import { type Command, defineCommand, noArguments, ok } from '../../command.ts';

/** CLOSE (RFC 9051 §6.4.1): expunges without saying so where it may, and lets the mailbox go. */
export const close: Command = defineCommand({
  name: 'CLOSE',
  states: ['selected'],
  sequenceEffect: 'changes',
  rfc: ['9051 §6.4.1', '3501 §6.4.2'],
  parse: noArguments,
  run: async session => {
    const { mail, selected } = session;
    const { scope } = selected;
    if (!selected.readOnly && selected.rights.has('e')) await expungeMessages(mail, scope, selected.id, null);
    session.select(null);
    return ok('CLOSE completed');
  },
});
