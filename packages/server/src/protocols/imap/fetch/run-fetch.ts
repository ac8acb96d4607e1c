import type { FetchItem, PlainItem } from '@hongyan/formats/imap/arguments/fetch-items.ts';
import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { storeFlags } from '../../../mailbox/flags.ts';
import { fetchRaw, fetchRows, rawColumn } from '../../../mailbox/rows.ts';
import { Flag, type MessageRow } from '../../../mailbox/types.ts';
import { isMailError } from '../../../platform/errors.ts';
import { writeFlags } from '../flag-names.ts';
import { fetchHead } from '../responses/fetch-head.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { Session } from '../session.ts';
import { bodyBatches } from './body-batches.ts';
import { type BodySource, needsParts, UnknownEncoding } from './body-items.ts';
import { type RawRow, type RawStep, rawColumnsOf, rawStep } from './raw-items.ts';

/** One FETCH, ready to run: which messages, which items, and only those changed after `changedSince`. */
export interface FetchPlan {
  readonly uids: Uint32Array;
  readonly items: readonly FetchItem[];
  readonly changedSince: number | null;
}

/** Sequence numbers of rows that come in ascending UID order: usually the next one. */
class Numbering {
  readonly #selected: SelectedMailbox;
  #last = 0;

  constructor(selected: SelectedMailbox) {
    this.#selected = selected;
  }

  of(uid: number): number {
    const { view } = this.#selected;
    this.#last = view.uidAt(this.#last + 1) === uid ? this.#last + 1 : view.sequenceOf(uid);
    return this.#last;
  }
}

/** Octets that one row of a listing takes, for making room in advance. */
const rowBytes = 1_024;

/** Answers a FETCH whose items all stand in the rows: nothing is decoded, texts are copied as stored. */
async function fetchListing(session: Session, plan: FetchPlan, steps: readonly RawStep[]): Promise<number> {
  const { mail, selected, out } = session;
  const { scope } = selected;
  const numbering = new Numbering(selected);
  const least = plan.changedSince ?? -1;
  let seen = 0;
  for await (const slice of fetchRaw(
    mail,
    scope,
    selected.id,
    rangesOf(plan.uids),
    rawColumnsOf(plan.items),
  )) {
    out.reserve(slice.rows.length * (plan.items.length > 3 ? rowBytes : 128));
    for (const row of slice.rows) {
      seen++;
      if ((row[rawColumn.modseq] as number) <= least) continue;
      const uid = row[rawColumn.uid] as number;
      fetchHead(session, uid, session.uidOnly ? 0 : numbering.of(uid));
      let separator = '';
      for (const step of steps) {
        out.ascii(separator);
        step(out, row, slice.keywordNames);
        separator = ' ';
      }
      out.ascii(')\r\n');
    }
    await session.breathe();
    if (session.connection.closed) break;
  }
  return seen;
}

function marksSeen(items: readonly FetchItem[]): boolean {
  return items.some(item => 'peek' in item && !item.peek);
}

/** Sets \Seen on the rows of a slice that lack it (RFC 9051 §6.4.5) and returns the rows as they are now. */
async function markSeen(session: Session, rows: readonly MessageRow[]): Promise<Map<number, MessageRow>> {
  const unseen = rows.filter(row => (row.flags.bits & Flag.Seen) === 0);
  const marked = new Map<number, MessageRow>();
  if (unseen.length === 0) return marked;
  const { mail, selected } = session;
  const { scope } = selected;
  const stored = await storeFlags(mail, scope, selected.id, rangesOf(unseen.map(row => row.uid)), {
    mode: 'add',
    flags: { bits: Flag.Seen, keywords: [] },
  });
  selected.view.markTold(stored.changed);
  const entries = new Map(stored.changed.map(entry => [entry.uid, entry]));
  for (const row of unseen) {
    const entry = entries.get(row.uid);
    if (entry !== undefined) marked.set(row.uid, { ...row, flags: entry.flags, modseq: entry.modseq });
  }
  return marked;
}

/** A row laid out as the fast lane has it, for the items they share. Flags are written by themselves. */
function rawOf(row: MessageRow): RawRow {
  const raw: RawRow[number][] = [];
  raw[rawColumn.uid] = row.uid;
  raw[rawColumn.bits] = row.flags.bits;
  raw[rawColumn.modseq] = row.modseq;
  raw[rawColumn.receivedAt] = row.receivedAt;
  raw[rawColumn.size] = row.size;
  raw[rawColumn.messageId] = row.messageId;
  raw[rawColumn.savedAt] = row.savedAt;
  raw[rawColumn.envelope] = row.envelope;
  raw[rawColumn.bodyStructure] = row.bodyStructure;
  raw[rawColumn.threadId] = row.threadId;
  raw[rawColumn.emailId] = row.emailId;
  return raw;
}

const noKeywords = new Map<number, string>();

async function writeItems(
  session: Session,
  row: MessageRow,
  items: readonly FetchItem[],
  body: BodySource | null,
): Promise<void> {
  const { out } = session;
  const raw = rawOf(row);
  for (const [index, item] of items.entries()) {
    if (index > 0) out.ascii(' ');
    if (item.kind !== 'plain') {
      // Nothing to wait for is the rule, and a wait for nothing is not free.
      const written = body?.write(item);
      if (written !== undefined) await written;
    } else if (item.name === 'FLAGS') writeFlags(out, row.flags);
    else if (item.name === 'PREVIEW') out.ascii('PREVIEW ').text(row.preview);
    else rawStep(item, session.selected.realm)?.(out, raw, noKeywords);
  }
}

/** Writes one row. When that fails nothing of it is said; if some was sent already the connection is cut. */
async function writeRow(
  session: Session,
  row: MessageRow,
  sequence: number,
  items: readonly FetchItem[],
  body: BodySource | null,
): Promise<void> {
  const { out, connection } = session;
  const mark = out.mark();
  try {
    fetchHead(session, row.uid, sequence);
    await writeItems(session, row, items, body);
    out.ascii(')\r\n');
  } catch (error) {
    if (!out.rewind(mark)) connection.destroy();
    throw error;
  }
}

/** A failure that is about one message only: the others are still told. */
function concernsOneMessage(error: unknown): boolean {
  return (
    error instanceof UnknownEncoding ||
    isMailError(error, 'store.corrupt') ||
    isMailError(error, 'message.not_found')
  );
}

/** What is told of a message that became \Seen by this: FLAGS too, and with CONDSTORE UID and MODSEQ (RFC 7162 §3.2.4). */
function itemsWhenMarked(session: Session, items: readonly FetchItem[]): FetchItem[] {
  const wanted: PlainItem[] = session.enabled.has('CONDSTORE')
    ? [...(session.uidOnly ? [] : (['UID'] as const)), 'FLAGS', 'MODSEQ']
    : ['FLAGS'];
  const missing = wanted.filter(name => !items.some(item => item.kind === 'plain' && item.name === name));
  return [...missing.map((name): FetchItem => ({ kind: 'plain', name })), ...items];
}

/** Octets by which the last row before output goes out may be longer than what is left of the room for it. */
const lastRowBytes = 16 * 1_024;

/** Makes room for whole messages up to the moment when output goes out: growing step by step takes several times as much. */
function makeRoom({ out, services }: Session, bytes: number): void {
  out.reserve(Math.min(bytes, services.limits.outputBytes + lastRowBytes));
}

/** Answers a FETCH that needs bodies or previews. */
async function fetchBodies(session: Session, plan: FetchPlan): Promise<number> {
  const { mail, selected, out, services } = session;
  const { scope } = selected;
  const marks = marksSeen(plan.items) && !selected.readOnly && selected.rights.has('s');
  const withFlags = itemsWhenMarked(session, plan.items);
  const withBodies = plan.items.some(item => item.kind !== 'plain');
  const whole = plan.items.some(item => item.kind !== 'plain' && !needsParts(item));
  const columns = {
    ...rawColumnsOf(plan.items),
    parts: plan.items.some(needsParts),
    preview: plan.items.some(item => item.kind === 'plain' && item.name === 'PREVIEW'),
  };
  const numbering = new Numbering(selected);
  let seen = 0;
  let failure: unknown = null;
  for await (const rows of fetchRows(mail, scope, selected.id, rangesOf(plan.uids), columns)) {
    seen += rows.length;
    const wanted =
      plan.changedSince === null ? rows : rows.filter(row => row.modseq > (plan.changedSince ?? 0));
    const marked = marks ? await markSeen(session, wanted) : new Map<number, MessageRow>();
    const batches = withBodies ? bodyBatches(session, wanted) : [wanted.map(row => ({ row, body: null }))];
    for await (const batch of batches) {
      let left = whole ? batch.reduce((sum, { row }) => sum + row.size, 0) : 0;
      makeRoom(session, left);
      for (const { row, body } of batch) {
        const now = marked.get(row.uid);
        const items = now === undefined ? plan.items : withFlags;
        try {
          await writeRow(session, now ?? row, numbering.of(row.uid), items, body);
        } catch (error) {
          if (!concernsOneMessage(error)) throw error;
          failure ??= error;
        }
        if (session.connection.closed) return seen;
        left -= whole ? row.size : 0;
        if (out.length > services.limits.outputBytes) {
          await session.breathe();
          makeRoom(session, left);
        }
      }
    }
  }
  if (failure !== null) throw failure;
  return seen;
}

function has(items: readonly FetchItem[], name: PlainItem): boolean {
  return items.some(item => item.kind === 'plain' && item.name === name);
}

/** Flags are never told without the mod-sequence they came with to whoever knows what that is (RFC 7162 §3.1). */
function withModseq(session: Session, plan: FetchPlan): FetchPlan {
  const { items } = plan;
  if (!session.enabled.has('CONDSTORE') || !has(items, 'FLAGS') || has(items, 'MODSEQ')) return plan;
  const modseq: FetchItem = { kind: 'plain', name: 'MODSEQ' };
  return {
    ...plan,
    items: items.flatMap(item => (item.kind === 'plain' && item.name === 'FLAGS' ? [item, modseq] : [item])),
  };
}

/** Answers a FETCH. Returns the number of messages that were there. */
export function runFetch(session: Session, wanted: FetchPlan): Promise<number> {
  const plan = withModseq(session, wanted);
  const steps = plan.items.map(item => rawStep(item, session.selected.realm));
  if (steps.includes(null)) return fetchBodies(session, plan);
  return fetchListing(
    session,
    plan,
    steps.filter(step => step !== null),
  );
}
