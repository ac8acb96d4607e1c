import { parseStoreFlags } from '@hongyan/formats/imap/flags.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import {
  formatNumbers,
  parseSequenceSet,
  rangesOf,
  type SequenceSet,
} from '@hongyan/formats/imap/sequence-set.ts';
import { type FlagsStored, storeFlags } from '../../../../mailbox/flags.ts';
import type { FlagChange } from '../../../../mailbox/types.ts';
import { type Command, type CommandResult, defineCommand, no, ok } from '../../command.ts';
import { flagSetOf, writeFlags } from '../../flag-names.ts';
import { fetchHead, flagsHead } from '../../responses/fetch-head.ts';
import type { Session } from '../../session.ts';

interface StoreArguments {
  readonly set: SequenceSet;
  readonly change: FlagChange;
  readonly silent: boolean;
}

function parse(scanner: Scanner): StoreArguments {
  scanner.space();
  const set = parseSequenceSet(scanner);
  scanner.space();
  let unchangedSince: number | null = null;
  if (scanner.peek() === 0x28) {
    scanner.list(() => {
      if (!scanner.takeKeyword('UNCHANGEDSINCE')) scanner.fail('Unknown STORE modifier');
      scanner.space();
      unchangedSince = scanner.number64();
    });
    scanner.space();
  }
  const mode = scanner.take(0x2b) ? 'add' : scanner.take(0x2d) ? 'remove' : 'set';
  const item = scanner.keyword();
  if (item !== 'FLAGS' && item !== 'FLAGS.SILENT') scanner.fail('Unknown STORE item');
  scanner.space();
  const flags = flagSetOf(parseStoreFlags(scanner));
  const change = unchangedSince === null ? { mode, flags } : { mode, flags, unchangedSince };
  return { set, change: change as FlagChange, silent: item === 'FLAGS.SILENT' };
}

/** Tells the new flags, or with .SILENT only the new MODSEQ where CONDSTORE is enabled (RFC 7162 §3.1.3). */
function writeStored(session: Session, stored: FlagsStored, silent: boolean, uid: boolean): void {
  const { out, selected } = session;
  const modseq = session.enabled.has('CONDSTORE');
  if (silent && !modseq) return;
  const entries = silent
    ? stored.changed
    : [...stored.changed, ...stored.unchanged].toSorted((a, b) => a.uid - b.uid);
  selected.writeNewKeywords(
    out,
    entries.map(entry => entry.flags),
  );
  for (const entry of entries) {
    // RFC 7162 §3.2.4: with MODSEQ comes the UID, whatever the command.
    if (uid || modseq) flagsHead(session, entry.uid);
    else fetchHead(session, entry.uid, selected.view.sequenceOf(entry.uid));
    if (!silent) writeFlags(out, entry.flags);
    if (modseq)
      out
        .ascii(silent ? 'MODSEQ (' : ' MODSEQ (')
        .number(entry.modseq)
        .ascii(')');
    out.ascii(')\r\n');
  }
}

function resultOf(
  session: Session,
  conflicts: readonly number[],
  uid: boolean,
  gone: boolean,
): CommandResult {
  if (conflicts.length > 0) {
    const { view } = session.selected;
    const numbers = uid ? conflicts : conflicts.map(each => view.sequenceOf(each));
    return ok('Some messages have changed meanwhile', `MODIFIED ${formatNumbers(numbers)}`);
  }
  return gone ? ok('Some of the messages are gone', 'EXPUNGEISSUED') : ok('STORE completed');
}

/** STORE and UID STORE (RFC 9051 §6.4.6), conditional too (RFC 7162 §3.1.3). */
export const store: Command = defineCommand({
  name: 'STORE',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  rfc: ['9051 §6.4.6', '3501 §6.4.6', '7162 §3.1.3'],
  parse,
  run: async (session, { set, change, silent }, { uid }) => {
    const { selected, mail, services } = session;
    const { scope } = selected;
    if (selected.readOnly) return no('CANNOT', 'Mailbox is selected read-only');
    if (change.unchangedSince !== undefined) session.enable('CONDSTORE');
    const { uids, gone } = selected.select(set, uid);
    const conflicts: number[] = [];
    let found = 0;
    for (let start = 0; start < uids.length; start += services.limits.sliceMessages) {
      const slice = uids.subarray(start, start + services.limits.sliceMessages);
      const stored = await storeFlags(mail, scope, selected.id, rangesOf(slice), change);
      selected.view.markTold(stored.changed);
      writeStored(session, stored, silent, uid);
      conflicts.push(...stored.conflicts);
      found += stored.changed.length + stored.unchanged.length + stored.conflicts.length;
      if (start + slice.length < uids.length) await session.breathe();
    }
    return resultOf(session, conflicts, uid, gone || (!uid && found < uids.length));
  },
});
