import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import {
  type FilingRow,
  filingsAfter,
  filingsOfMessages,
  touchedMessages,
} from '../../store/accounts/emails/filing-rows.ts';
import { mailboxRows } from '../../store/accounts/mailbox-rows.ts';
import { Flag, type MailboxId, type MessageId, type ThreadId } from '../types.ts';

/** A message with everything that lists, counts and filters ask for. Filings with \Deleted do not count (RFC 8621 §4.1.1). */
export interface Email {
  readonly id: MessageId;
  readonly threadId: ThreadId;
  readonly receivedAt: number;
  readonly size: number;
  readonly hasAttachment: boolean;
  /** Flags of any of its filings; `Seen` and `Draft` likewise. */
  readonly bits: number;
  /** Keyword ids, ascending. */
  readonly keywords: readonly number[];
  /** Ascending. */
  readonly mailboxes: readonly MailboxId[];
}

/** Rows read in one go; between slices others have their turn. */
const sliceRows = 2_000;
/** Emails that are worked on before others have their turn. */
const pauseEvery = 5_000;
/** Past so many changes reading everything anew is cheaper. */
const maxDelta = 5_000;

/** Newest first; of equal dates the one filed later. */
function newestFirst(a: Email, b: Email): number {
  return b.receivedAt - a.receivedAt || b.id - a.id;
}

/**
 * The emails of one account in memory, for queries: derived, dropped without loss, brought up to date by what changed
 * since. It is at the state of some snapshot, at least as new as the one it was last asked with.
 */
export class EmailIndex {
  #modseq = -1;
  #emails = new Map<MessageId, Email>();
  #threads = new Map<ThreadId, Email[]>();
  #newest: Email[] = [];
  /** Lists that were asked for, kept in order as emails come and go. */
  readonly #byMailbox = new Map<MailboxId, Email[]>();
  /** Counts and the like that hold for one state; emptied with each change. */
  readonly derived: Map<string, unknown> = new Map();
  /** Filings in memory. */
  rows = 0;
  readonly #only: ReadonlySet<MailboxId> | null;

  /** With `only` the index knows of these mailboxes and of nothing else. */
  constructor(only: ReadonlySet<MailboxId> | null = null) {
    this.#only = only;
  }

  /** The account's modseq up to which it is right. */
  get modseq(): number {
    return this.#modseq;
  }

  get size(): number {
    return this.#emails.size;
  }

  email(id: MessageId): Email | undefined {
    return this.#emails.get(id);
  }

  /** The thread's emails, oldest first (RFC 8621 §3). */
  thread(id: ThreadId): readonly Email[] {
    return this.#threads.get(id) ?? [];
  }

  threads(): Iterable<readonly Email[]> {
    return this.#threads.values();
  }

  /** All emails, newest first. */
  newest(): readonly Email[] {
    return this.#newest;
  }

  /** The emails of a mailbox, newest first. */
  inMailbox(id: MailboxId): readonly Email[] {
    let list = this.#byMailbox.get(id);
    if (!list) {
      list = this.#newest.filter(email => email.mailboxes.includes(id));
      this.#byMailbox.set(id, list);
    }
    return list;
  }

  /** Brings the index to the reader's snapshot. Calls for one index must not overlap. */
  async update(reader: AccountReader): Promise<void> {
    const { modseq, floor } = await reader.state();
    if (this.#modseq >= modseq) return;
    if (this.#modseq < floor || this.#modseq < 0) return this.#rebuild(reader, modseq);
    const touched = await touchedMessages(reader, this.#modseq, maxDelta + 1);
    if (touched.length > maxDelta) return this.#rebuild(reader, modseq);
    const ids = touched.map(row => row.messageId);
    const rows = await filingsOfMessages(reader, ids);
    this.#apply(ids, this.#only ? rows.filter(row => this.#only?.has(row.mailboxId)) : rows);
    this.#modseq = modseq;
  }

  async #rebuild(reader: AccountReader, modseq: number): Promise<void> {
    const filings = new Map<MessageId, FilingRow[]>();
    let rows = 0;
    for (const mailbox of await mailboxRows(reader)) {
      if (this.#only && !this.#only.has(mailbox.id)) continue;
      for (let after = 0; ; await nextTurn()) {
        const slice = await filingsAfter(reader, mailbox.id, after, sliceRows);
        for (const row of slice) {
          const list = filings.get(row.messageId);
          if (list) list.push(row);
          else filings.set(row.messageId, [row]);
        }
        rows += slice.length;
        after = slice.at(-1)?.uid ?? after;
        if (slice.length < sliceRows) break;
      }
    }
    // Built aside, with pauses: meanwhile others use what there was.
    const emails = new Map<MessageId, Email>();
    for (const [id, list] of filings) {
      const email = emailOf(list);
      if (email) emails.set(id, email);
      if (emails.size % pauseEvery === 0) await nextTurn();
    }
    const newest = [...emails.values()].sort(newestFirst);
    await nextTurn();
    const threads = new Map<ThreadId, Email[]>();
    for (let at = newest.length - 1; at >= 0; at--) {
      const email = newest[at];
      const thread = email && threads.get(email.threadId);
      if (thread) thread.push(email);
      else if (email) threads.set(email.threadId, [email]);
      if (at % pauseEvery === 0) await nextTurn();
    }
    this.#emails = emails;
    this.#newest = newest;
    this.#threads = threads;
    this.#byMailbox.clear();
    this.derived.clear();
    this.rows = rows;
    this.#modseq = modseq;
  }

  #apply(ids: readonly MessageId[], rows: readonly FilingRow[]): void {
    if (ids.length === 0) return;
    const filings = Map.groupBy(rows, row => row.messageId);
    for (const id of ids) {
      const before = this.#emails.get(id);
      const list = filings.get(id);
      const after = list ? emailOf(list) : null;
      if (before) this.#remove(before);
      if (after) this.#insert(after);
    }
    this.derived.clear();
    this.rows = this.#emails.size;
  }

  #remove(email: Email): void {
    this.#emails.delete(email.id);
    takeOut(this.#newest, email);
    for (const id of email.mailboxes) takeOut(this.#byMailbox.get(id), email);
    const left = this.thread(email.threadId).filter(other => other !== email);
    if (left.length > 0) this.#threads.set(email.threadId, left);
    else this.#threads.delete(email.threadId);
  }

  #insert(email: Email): void {
    this.#emails.set(email.id, email);
    putIn(this.#newest, email);
    for (const id of email.mailboxes) putIn(this.#byMailbox.get(id), email);
    const thread = [...this.thread(email.threadId), email].sort((a, b) => newestFirst(b, a));
    this.#threads.set(email.threadId, thread);
  }
}

/** Index of the first item that does not come before `wanted` in a list that has the newest first. */
function placeOf(list: readonly Email[], wanted: Email): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item && newestFirst(item, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function putIn(list: Email[] | undefined, email: Email): void {
  list?.splice(placeOf(list, email), 0, email);
}

function takeOut(list: Email[] | undefined, email: Email): void {
  if (!list) return;
  const at = placeOf(list, email);
  if (list[at] === email) list.splice(at, 1);
}

/** The email of a message's filings; null when none of them is to be seen. */
function emailOf(filings: readonly FilingRow[]): Email | null {
  const seen = filings.filter(row => (row.bits & Flag.Deleted) === 0);
  const [first] = seen;
  if (!first) return null;
  let bits = 0;
  const keywords = new Set<number>();
  for (const row of seen) {
    bits |= row.bits;
    if (row.keywords !== null) for (const id of row.keywords.split(',')) keywords.add(Number(id));
  }
  return {
    id: first.messageId,
    threadId: first.threadId,
    receivedAt: first.receivedAt,
    size: first.size,
    hasAttachment: first.hasAttachment,
    bits,
    keywords: keywords.size === 0 ? none : [...keywords].sort((a, b) => a - b),
    mailboxes: seen.length === 1 ? [first.mailboxId] : [...new Set(seen.map(row => row.mailboxId))],
  };
}

const none: readonly number[] = Object.freeze([]);
