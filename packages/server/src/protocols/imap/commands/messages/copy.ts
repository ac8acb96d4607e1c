import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSequenceSet, rangesOf, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import { copyMessages } from '../../../../mailbox/copy.ts';
import { type Command, defineCommand, ok, type ParseContext } from '../../command.ts';
import { findTarget, orTryCreate, tryCreate } from '../../find-mailbox.ts';
import { type MailboxName, parseMailboxName } from '../../mailbox-path.ts';
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
    const { mail, scope, selected } = session;
    const { uids } = selected.select(set, uid);
    const target = await findTarget(session, name);
    if (target === null) return tryCreate;
    return orTryCreate(async () => {
      const copied = await copyMessages(mail, scope, selected.id, rangesOf(uids), target.id);
      if (target.id === selected.id) await selected.refresh();
      return ok('COPY completed', copyUid(copied));
    });
  },
});
