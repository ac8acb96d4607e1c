import {
  type FetchItem,
  type FetchModifiers,
  type PlainItem,
  parseFetchItems,
  parseFetchModifiers,
} from '@hongyan/formats/imap/arguments/fetch-items.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { parseSequenceSet, rangesOf, type SequenceSet } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchEntries } from '../../../../mailbox/rows.ts';
import { bad, type Command, defineCommand, no, ok, type ParseContext } from '../../command.ts';
import { UnknownEncoding } from '../../fetch/body-items.ts';
import { runFetch } from '../../fetch/run-fetch.ts';
import { tellVanished } from '../../resync/resync.ts';
import { partialOf } from '../../search/write-result.ts';
import type { Session } from '../../session.ts';

interface FetchArguments {
  readonly set: SequenceSet;
  readonly items: readonly FetchItem[];
  readonly modifiers: FetchModifiers;
}

function parse(scanner: Scanner, { uid }: ParseContext): FetchArguments {
  scanner.space();
  const set = parseSequenceSet(scanner);
  scanner.space();
  const items = parseFetchItems(scanner);
  const modifiers = scanner.takeSpace()
    ? parseFetchModifiers(scanner)
    : { changedSince: null, vanished: false, partial: null };
  if (modifiers.vanished && (!uid || modifiers.changedSince === null))
    scanner.fail('VANISHED needs UID FETCH with CHANGEDSINCE');
  if (modifiers.partial !== null && !uid) scanner.fail('PARTIAL needs UID FETCH');
  return { set, items, modifiers };
}

function has(items: readonly FetchItem[], name: PlainItem): boolean {
  return items.some(item => item.kind === 'plain' && item.name === name);
}

/** The items to answer with: each once, UID first for UID FETCH (RFC 9586 has it in front), MODSEQ along with CHANGEDSINCE (RFC 7162 §3.1.4.1). */
function itemsOf(args: FetchArguments, uid: boolean, uidOnly: boolean): FetchItem[] {
  const items: FetchItem[] = [];
  if (uid && !uidOnly && !has(args.items, 'UID')) items.push({ kind: 'plain', name: 'UID' });
  for (const item of args.items) if (item.kind !== 'plain' || !has(items, item.name)) items.push(item);
  if (args.modifiers.changedSince !== null && !has(items, 'MODSEQ'))
    items.push({ kind: 'plain', name: 'MODSEQ' });
  return items;
}

/** The messages that PARTIAL leaves over: places among those the command names and CHANGEDSINCE lets through (RFC 9394 §3.4). */
async function partialUids(
  session: Session,
  uids: Uint32Array,
  { partial, changedSince }: FetchModifiers,
): Promise<Uint32Array> {
  if (partial === null) return uids;
  if (changedSince === null) return Uint32Array.from(partialOf([...uids], partial));
  const { mail, selected } = session;
  const { scope } = selected;
  const entries = await fetchEntries(mail, scope, selected.id, rangesOf(uids));
  const changed = entries.filter(entry => entry.modseq > changedSince).map(entry => entry.uid);
  return Uint32Array.from(partialOf(changed, partial));
}

/** FETCH and UID FETCH (RFC 9051 §6.4.5, RFC 3501 §6.4.5). */
export const fetch: Command = defineCommand({
  name: 'FETCH',
  states: ['selected'],
  sequenceEffect: 'uses',
  uid: true,
  rfc: [
    '9051 §6.4.5',
    '3501 §6.4.5',
    '3516',
    '7162 §3.1.4',
    '7162 §3.2.6',
    '8474 §5',
    '8514 §4.2',
    '8970 §3',
  ],
  parse,
  run: async (session, args, { uid }) => {
    const { vanished, changedSince, partial } = args.modifiers;
    if (vanished && !session.enabled.has('QRESYNC')) return bad('QRESYNC is not enabled');
    const items = itemsOf(args, uid, session.uidOnly);
    if (has(items, 'MODSEQ')) session.enable('CONDSTORE');
    const selection = session.selected.select(args.set, uid);
    if (vanished) await tellVanished(session, session.selected.everRanges(args.set), changedSince ?? 0);
    try {
      const uids =
        partial === null ? selection.uids : await partialUids(session, selection.uids, args.modifiers);
      const found = await runFetch(session, {
        uids,
        items,
        changedSince,
      });
      const gone = !uid && (selection.gone || found < uids.length);
      return gone ? ok('Some of the messages are gone', 'EXPUNGEISSUED') : ok('FETCH completed');
    } catch (error) {
      if (error instanceof UnknownEncoding)
        return no('UNKNOWN-CTE', 'Content-Transfer-Encoding is not known');
      throw error;
    }
  },
});
