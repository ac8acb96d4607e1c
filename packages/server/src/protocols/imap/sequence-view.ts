import { type NumberRanges, rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import type { MailboxChanges, MailboxView, MessageEntry } from '../../mailbox/types.ts';

/** What a session is to tell its client now. Numbers are valid when announced in this order: expunged, exists, changed. */
export interface Announcement {
  /** Sequence numbers that go, from the highest down, so that none shifts another. */
  readonly expunged: readonly number[];
  /** UIDs that go, ascending. */
  readonly vanished: readonly number[];
  /** New number of messages, null if nothing was added. */
  readonly exists: number | null;
  readonly changed: readonly { readonly sequence: number; readonly entry: MessageEntry }[];
}

/** The part of `MailboxChanges` that a view needs. */
type Absorbable = Pick<MailboxChanges, 'modseq' | 'vanished'> & { readonly changed: readonly MessageEntry[] };

const none = new Uint32Array(0);
const noNumbers: ReadonlySet<number> = new Set();

/**
 * How one session sees the selected mailbox: which UID stands behind which sequence number. Changes are absorbed at
 * any time but show only in `announce`, and expunged messages keep their number until an announcement may tell of
 * them (RFC 9051 §7.5.1). The UID vector is shared between sessions and never written to; a changed one is a new one.
 */
export class SequenceView {
  #uids: Uint32Array;
  #modseq: number;
  // Null while they are empty, which in a session that idles they are: an empty set takes 200 octets.
  #gone: Set<number> | null = null;
  #arrived: number[] = [];
  #changed: Map<number, MessageEntry> | null = null;
  #told: Map<number, number> | null = null;

  constructor(view: Pick<MailboxView, 'uids' | 'modseq'>) {
    this.#uids = view.uids;
    this.#modseq = view.modseq;
  }

  /** Number of messages as the client knows it. */
  get count(): number {
    return this.#uids.length;
  }

  /** Account modseq up to which changes are absorbed. */
  get modseq(): number {
    return this.#modseq;
  }

  /** UIDs by sequence number - 1, messages that are gone but not announced included. Not to be changed. */
  get uids(): Uint32Array {
    return this.#uids;
  }

  /** Largest UID the client knows, 0 in an empty mailbox. */
  get lastUid(): number {
    return this.#uids.at(-1) ?? 0;
  }

  /** Whether expunged messages wait for an announcement that may tell of them. */
  get hidesExpunged(): boolean {
    return this.#gone !== null;
  }

  /** UIDs of expunged messages that still have their numbers. */
  get gone(): ReadonlySet<number> {
    return this.#gone ?? noNumbers;
  }

  isGone(uid: number): boolean {
    return this.#gone?.has(uid) === true;
  }

  /** UID of sequence number `sequence` (from 1); 0 if there is none. */
  uidAt(sequence: number): number {
    return this.#uids[sequence - 1] ?? 0;
  }

  /** Sequence number of `uid`, 0 if the client does not know it. */
  sequenceOf(uid: number): number {
    const index = this.#lowerBound(uid);
    return this.#uids[index] === uid ? index + 1 : 0;
  }

  /** Index of the first UID that is not less than `uid`. */
  #lowerBound(uid: number): number {
    let low = 0;
    let high = this.#uids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#uids[middle] as number) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** UIDs behind ranges of sequence numbers, which must exist, ascend and not touch. */
  uidsOfSequences(sequences: NumberRanges): NumberRanges {
    return sequences.flatMap(([first, last]) => rangesOf(this.#uids.subarray(first - 1, last)));
  }

  /** The UIDs the client knows within ranges of UIDs, ascending. */
  knownUids(ranges: NumberRanges): Uint32Array {
    if (ranges.length === 1 && ranges[0]) return this.#slice(ranges[0][0], ranges[0][1]);
    const parts = ranges.map(([first, last]) => this.#slice(first, last));
    const known = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      known.set(part, at);
      at += part.length;
    }
    return known;
  }

  #slice(first: number, last: number): Uint32Array {
    return this.#uids.subarray(this.#lowerBound(first), this.#lowerBound(last + 1));
  }

  /** Takes in what happened; nothing shows before `announce`. */
  absorb(changes: Absorbable): void {
    this.#modseq = Math.max(this.#modseq, changes.modseq);
    const last = Math.max(this.lastUid, this.#arrived.at(-1) ?? 0);
    for (const entry of changes.changed) {
      if (entry.uid > last) this.#arrived.push(entry.uid);
      else if (this.sequenceOf(entry.uid) > 0 && (this.#told?.get(entry.uid) ?? 0) < entry.modseq) {
        this.#changed ??= new Map();
        this.#changed.set(entry.uid, entry);
      }
    }
    for (const uid of changes.vanished) this.#forget(uid);
  }

  #forget(uid: number): void {
    this.#changed?.delete(uid);
    this.#told?.delete(uid);
    if (this.sequenceOf(uid) > 0) {
      this.#gone ??= new Set();
      this.#gone.add(uid);
    } else this.#arrived = this.#arrived.filter(arrived => arrived !== uid);
  }

  /**
   * Takes in a whole new picture, when what happened since the old one cannot be told. Flags may all have changed:
   * `entries` are the present ones.
   */
  absorbWhole(view: Pick<MailboxView, 'uids' | 'modseq'>, entries: readonly MessageEntry[]): void {
    const present = new Set(view.uids);
    for (const uid of this.#uids) if (!present.has(uid)) this.#forget(uid);
    this.#arrived = this.#arrived.filter(uid => present.has(uid));
    const since = this.#modseq;
    this.absorb({
      modseq: view.modseq,
      changed: entries.filter(entry => entry.modseq > since),
      vanished: [],
    });
  }

  /** The client has been told of these changes (the answer to its own STORE): they are not announced again. */
  markTold(entries: readonly Pick<MessageEntry, 'uid' | 'modseq'>[]): void {
    for (const { uid, modseq } of entries) {
      this.#told ??= new Map();
      this.#told.set(uid, modseq);
      const pending = this.#changed?.get(uid);
      if (pending && pending.modseq <= modseq) this.#changed?.delete(uid);
    }
  }

  /** The client is told by the answer itself that these are gone (its own EXPUNGE); they must be absorbed or noted as gone. */
  noteVanished(uids: readonly number[]): void {
    for (const uid of uids) this.#forget(uid);
  }

  /** Applies what was absorbed and returns what to say. Expunges stay hidden unless `expungeAllowed`. */
  announce(expungeAllowed: boolean): Announcement {
    const vanished =
      expungeAllowed && this.#gone !== null ? this.#dropGone(this.#gone) : { sequences: [], uids: [] };
    const exists = this.#arrived.length > 0 ? this.#append() : null;
    const changed = [...(this.#changed?.values() ?? [])]
      .map(entry => ({ sequence: this.sequenceOf(entry.uid), entry }))
      .filter(change => change.sequence > 0 && !this.isGone(change.entry.uid))
      .toSorted((left, right) => left.sequence - right.sequence);
    this.#changed = null;
    for (const [uid, modseq] of this.#told ?? []) if (modseq <= this.#modseq) this.#told?.delete(uid);
    if (this.#told?.size === 0) this.#told = null;
    return { expunged: vanished.sequences, vanished: vanished.uids, exists, changed };
  }

  #dropGone(gone: ReadonlySet<number>): { sequences: number[]; uids: number[] } {
    const sequences: number[] = [];
    const uids: number[] = [];
    const kept = new Uint32Array(this.#uids.length);
    let length = 0;
    for (const [index, uid] of this.#uids.entries()) {
      if (gone.has(uid)) {
        sequences.push(index + 1);
        uids.push(uid);
      } else kept[length++] = uid;
    }
    this.#gone = null;
    this.#uids = length === 0 ? none : kept.slice(0, length);
    return { sequences: sequences.reverse(), uids };
  }

  #append(): number {
    const longer = new Uint32Array(this.#uids.length + this.#arrived.length);
    longer.set(this.#uids);
    longer.set(this.#arrived, this.#uids.length);
    this.#uids = longer;
    this.#arrived = [];
    return longer.length;
  }
}
