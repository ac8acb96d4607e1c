import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSequenceSet, rangesOf, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import { copyMessages } from '../../../../mailbox/copy.ts';
import { copyAcross } from '../../../../mailbox/sharing/copy-across.ts';
import { type Command, defineCommand, ok, type ParseContext } from '../../command.ts';
import { findTarget, orTryCreate, tryCreate } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
import { sameRealm } from '../../realms/realm.ts';
import { copyUid } from '../../responses/copy-uid.ts';

function parse(scanner: Scanner, context: ParseContext): { set: SequenceSet; name: MailboxName } {
  scanner.space();
  const set = parseSequenceSet(scanner);
  scanner.space();
  return { set, name: parseMailboxName(scanner, context) };
}

/** COPY and UID COPY (RFC 9051 §6.4.7). */
export const copy: Command = defineCommand({
  name: 'COPY',
  states: ['selected'],
  uid: true,
  slow: true,
  rfc: ['9051 §6.4.7', '3501 §6.4.7', '4315 §3'],
  parse,
  run: async (session, { set, name }, { uid }) => {
    const { mail, selected } = session;
    const { scope } = selected;
    const { uids } = selected.select(set, uid);
    const target = await findTarget(session, name);
    if (target === null) return tryCreate;
    return orTryCreate(async () => {
      const ranges = rangesOf(uids);
      const copied = sameRealm(target.realm, selected.realm)
        ? await copyMessages(mail, scope, selected.id, ranges, target.id)
        : await copyAcross(mail, selected, ranges, { scope: target.realm.scope, id: target.id });
      if (session.hasSelected(target)) await selected.refresh();
      return ok('COPY completed', copyUid(copied));
    });
  },
});
