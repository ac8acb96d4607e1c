import { type Command, defineCommand, signedIn } from '../../command.ts';
import { openMailbox, parseSelect } from '../../open-mailbox.ts';

/** EXAMINE (RFC 9051 §6.3.3): SELECT without the right to change anything. */
export const examine: Command = defineCommand({
  name: 'EXAMINE',
  states: signedIn,
  sequenceEffect: 'opens',
  rfc: ['9051 §6.3.3', '3501 §6.3.2', '7162 §3.2.5'],
  parse: parseSelect,
  run: (session, args) => openMailbox(session, args, true),
});
