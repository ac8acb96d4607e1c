import { type NotifyProgram, notifyEvents, parseNotify } from '@hongyan/formats/imap/arguments/notify.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Command, defineCommand, no, ok, signedIn } from '../../command.ts';
import { NotifyWatch } from '../../notify/watch.ts';

function parse(scanner: Scanner): NotifyProgram {
  scanner.space();
  return parseNotify(scanner);
}

/** NOTIFY (RFC 5465): which events are told between commands, of the selected mailbox and of others. */
export const notify: Command = defineCommand({
  name: 'NOTIFY',
  states: signedIn,
  sequenceEffect: 'changes',
  capability: ['NOTIFY'],
  rfc: ['5465 §3.1'],
  parse,
  run: async (session, program) => {
    if (program.kind === 'unknown-event') return no(`BADEVENT (${notifyEvents.join(' ')})`, 'Unknown event');
    const groups = program.kind === 'set' ? program.groups : [];
    const watch = await NotifyWatch.begin(session, groups, program.kind === 'set' && program.status);
    session.setWatch(watch);
    return ok('NOTIFY completed');
  },
});
