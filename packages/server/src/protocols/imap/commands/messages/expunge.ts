import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSequenceSet, rangesOf, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import { expungeMessages } from '../../../../mailbox/expunge.ts';
import { type Command, defineCommand, no, ok, type ParseContext } from '../../command.ts';
import { highestModseq } from '../../responses/highest-modseq.ts';

function parse(scanner: Scanner, { uid }: ParseContext): SequenceSet | null {
  if (!uid) return null;
  scanner.space();
  return parseSequenceSet(scanner);
}

/** EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (§6.4.9, RFC 4315 §2.1). */
export const expunge: Command = defineCommand({
  name: 'EXPUNGE',
  states: ['selected'],
  sequenceEffect: 'changes',
  uid: true,
  slow: true,
  numbered: false,
  rfc: ['9051 §6.4.3', '3501 §6.4.3', '4315 §2.1', '7162 §3.2.7'],
  parse,
  run: async (session, set) => {
    const { mail, selected } = session;
    const { scope } = selected;
    if (selected.readOnly) return no('CANNOT', 'Mailbox is selected read-only');
    const uids = set === null ? null : rangesOf(selected.select(set, true).uids);
    const { vanished } = await expungeMessages(mail, scope, selected.id, uids);
    selected.view.noteVanished(vanished);
    await selected.refresh();
    return ok('EXPUNGE completed', vanished.length === 0 ? undefined : highestModseq(session));
  },
});
