import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSequenceSet, rangesOf, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import { moveMessages } from '../../../../mailbox/copy.ts';
import { moveAcross } from '../../../../mailbox/sharing/copy-across.ts';
import { type Command, defineCommand, no, ok, type ParseContext } from '../../command.ts';
import { findTarget, orTryCreate, tryCreate } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
import { sameRealm } from '../../realms/realm.ts';
import { copyUid } from '../../responses/copy-uid.ts';
import { highestModseq } from '../../responses/highest-modseq.ts';

function parse(scanner: Scanner, context: ParseContext): { set: SequenceSet; name: MailboxName } {
  scanner.space();
  const set = parseSequenceSet(scanner);
  scanner.space();
  return { set, name: parseMailboxName(scanner, context) };
}

/** MOVE and UID MOVE (RFC 6851, RFC 9051 §6.4.8): COPYUID first, then the EXPUNGEs. */
export const move: Command = defineCommand({
  name: 'MOVE',
  states: ['selected'],
  sequenceEffect: 'changes',
  capability: ['MOVE'],
  uid: true,
  slow: true,
  rfc: ['9051 §6.4.8', '6851 §3'],
  parse,
  run: async (session, { set, name }, { uid }) => {
    const { mail, selected } = session;
    const { scope } = selected;
    if (selected.readOnly) return no('CANNOT', 'Mailbox is selected read-only');
    const { uids } = selected.select(set, uid);
    const target = await findTarget(session, name);
    if (target === null) return tryCreate;
    return orTryCreate(async () => {
      const ranges = rangesOf(uids);
      const moved = sameRealm(target.realm, selected.realm)
        ? await moveMessages(mail, scope, selected.id, ranges, target.id)
        : await moveAcross(mail, selected, ranges, { scope: target.realm.scope, id: target.id });
      const code = copyUid(moved);
      if (code !== undefined) session.say('OK', 'Moved', code);
      selected.view.noteVanished(moved.from);
      if (session.hasSelected(target) || session.enabled.has('QRESYNC')) await selected.refresh();
      return ok('MOVE completed', moved.from.length === 0 ? undefined : highestModseq(session));
    });
  },
});
