import type { QresyncParameter } from '@hongyan/formats/imap/arguments/select-parameters.ts';
import { formatNumbers, formatRanges, type NumberRanges } from '@hongyan/formats/imap/sequence-set.ts';
import type { MailboxChanges, MessageEntry } from '../../../mailbox/types.ts';
import { changesSince } from '../../../mailbox/view.ts';
import { writeFlags } from '../flag-names.ts';
import { flagsHead } from '../responses/fetch-head.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { Session } from '../session.ts';

/** UIDs of `ranges` that are not in `present` (ascending), up to `last`. */
export function missingUids(ranges: NumberRanges, present: Uint32Array, last: number): NumberRanges {
  const missing: [number, number][] = [];
  let at = 0;
  for (const [first, end] of ranges) {
    let from = first;
    const to = Math.min(end, last);
    while (at < present.length && (present[at] as number) < from) at++;
    for (; at < present.length && (present[at] as number) <= to; at++) {
      const uid = present[at] as number;
      if (uid > from) missing.push([from, uid - 1]);
      from = uid + 1;
    }
    if (from <= to) missing.push([from, to]);
  }
  return missing;
}

/** Parts of `ranges` from `least` on. */
function rangesFrom(ranges: NumberRanges, least: number): NumberRanges {
  return ranges
    .filter(([, last]) => last >= least)
    .map(([first, last]): [number, number] => [Math.max(first, least), last]);
}

function* within(numbers: readonly number[], ranges: NumberRanges): Generator<number> {
  let at = 0;
  for (const number of numbers) {
    while (at < ranges.length && (ranges[at] as readonly [number, number])[1] < number) at++;
    const range = ranges[at];
    if (range === undefined) return;
    if (range[0] <= number) yield number;
  }
}

/** Whether nothing can have happened after `since`, even if that lies below the floor. */
function isCurrent(changes: MailboxChanges, since: number): boolean {
  return since >= changes.mailbox.highestModseq && since <= changes.modseq;
}

/**
 * The UIDs of `ranges` that left the mailbox after `since`. Where the store no longer knows when (RFC 7162 §3.2.6), all
 * that are not there, except those up to `knownUpTo`, of which the client has shown that it knows. Messages the
 * session still sees are left out: VANISHED without EARLIER will tell of them.
 */
function vanishedOf(
  changes: MailboxChanges,
  selected: SelectedMailbox,
  query: { readonly since: number; readonly ranges: NumberRanges; readonly knownUpTo: number },
): string {
  if (changes.complete || isCurrent(changes, query.since)) {
    const gone = changes.vanished.filter(uid => selected.view.sequenceOf(uid) === 0);
    return formatNumbers(within(gone, query.ranges));
  }
  // Those that came since are not counted in yet, and not gone.
  const last = Math.max(selected.opened.mailbox.uidNext - 1, selected.view.lastUid);
  return formatRanges(missingUids(rangesFrom(query.ranges, query.knownUpTo + 1), selected.view.uids, last));
}

function writeEarlier(session: Session, uids: string): void {
  if (uids !== '') session.out.ascii('* VANISHED (EARLIER) ').ascii(uids).crlf();
}

function writeEntries(session: Session, entries: readonly MessageEntry[]): void {
  const { selected, out } = session;
  selected.writeNewKeywords(
    out,
    entries.map(entry => entry.flags),
  );
  for (const entry of entries) {
    flagsHead(session, entry.uid);
    writeFlags(out, entry.flags);
    out.ascii(' MODSEQ (').number(entry.modseq).ascii('))\r\n');
  }
}

const everything: NumberRanges = [[1, 0xffff_ffff]];

/** Last UID of the pairs up to which the client's numbers agree with ours (RFC 7162 §3.2.5.2); 0 for none. */
function knownUpTo(qresync: QresyncParameter, selected: SelectedMailbox): number {
  let last = 0;
  for (const [sequence, uid] of qresync.matches) {
    if (selected.view.uidAt(sequence) !== uid) break;
    last = uid;
  }
  return last;
}

/**
 * Brings a client up to date with the mailbox it has just selected: VANISHED (EARLIER), then FETCH with flags of what
 * has changed (RFC 7162 §3.2.5.1). Nothing if its UIDVALIDITY is not that of the mailbox.
 */
export async function resynchronise(session: Session, qresync: QresyncParameter): Promise<void> {
  const { mail, selected } = session;
  const { scope } = selected;
  if (qresync.uidValidity !== selected.opened.mailbox.uidValidity) return;
  const changes = await changesSince(mail, scope, selected.id, qresync.modseq);
  const ranges = qresync.knownUids ?? everything;
  const query = { since: qresync.modseq, ranges, knownUpTo: knownUpTo(qresync, selected) };
  writeEarlier(session, vanishedOf(changes, selected, query));
  // What has happened since the picture was taken is told with the next command, in its order: a mod-sequence beyond
  // HIGHESTMODSEQ would let the client believe that nothing below it is missing.
  if (changes.modseq > selected.view.modseq) selected.noteNews();
  const uids = changes.changed
    .filter(({ uid, modseq }) => modseq <= selected.view.modseq && selected.view.sequenceOf(uid) > 0)
    .map(({ uid }) => uid);
  const wanted = new Set(within(uids, ranges));
  writeEntries(
    session,
    changes.changed.filter(({ uid }) => wanted.has(uid)),
  );
}

/** VANISHED (EARLIER) of UID FETCH (CHANGEDSINCE n VANISHED) (RFC 7162 §3.2.6). `ranges`: the UIDs asked for. */
export async function tellVanished(session: Session, ranges: NumberRanges, since: number): Promise<void> {
  const { mail, selected } = session;
  const { scope } = selected;
  // So that what is gone and still numbered is announced with this command, before newer mod-sequences are believed.
  await selected.refresh();
  const changes = await changesSince(mail, scope, selected.id, since);
  writeEarlier(session, vanishedOf(changes, selected, { since, ranges, knownUpTo: 0 }));
}
