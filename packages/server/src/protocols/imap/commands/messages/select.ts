import { type Command, defineCommand, signedIn } from '../../command.ts';
import { openMailbox, parseSelect } from '../../open-mailbox.ts';

/** SELECT (RFC 9051 §6.3.2). */
export const select: Command = defineCommand({
  name: 'SELECT',
  states: signedIn,
  sequenceEffect: 'opens',
  rfc: ['9051 §6.3.2', '3501 §6.3.1', '7162 §3.1.2', '7162 §3.2.5', '8474 §4.2'],
  parse: parseSelect,
  run: (session, args) => openMailbox(session, args, false),
});
