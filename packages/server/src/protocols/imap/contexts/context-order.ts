import { type SortRow, sortedPlace } from '../ordering/sort-rows.ts';

/** UIDs that go from or come to a result at a place, counted from 1; 0: wherever the order of the mailbox has them. */
export interface ContextChange {
  readonly position: number;
  readonly uids: readonly number[];
}

/** The result of a search that is kept up to date, in its order (RFC 5267 §4.3). */
export interface ContextOrder {
  /** Messages whose sort values are held. */
  readonly held: number;
  has(uid: number): boolean;
  /** Takes messages out. The changes apply one after the other. */
  remove(uids: readonly number[]): ContextChange[];
  /** Puts messages in. The changes apply one after the other. */
  add(rows: readonly SortRow[]): ContextChange[];
}

/** The order of the mailbox, for SEARCH: places need not be told. */
export class MailboxOrder implements ContextOrder {
  readonly held: number = 0;
  #uids: Uint32Array;

  /** `uids` ascending. */
  constructor(uids: readonly number[]) {
    this.#uids = Uint32Array.from(uids);
  }

  has(uid: number): boolean {
    let low = 0;
    let high = this.#uids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#uids[middle] as number) < uid) low = middle + 1;
      else high = middle;
    }
    return this.#uids[low] === uid;
  }

  remove(uids: readonly number[]): ContextChange[] {
    const gone = new Set(uids);
    this.#uids = this.#uids.filter(uid => !gone.has(uid));
    return [{ position: 0, uids: ascending(uids) }];
  }

  add(rows: readonly SortRow[]): ContextChange[] {
    const uids = rows.map(row => row.uid);
    const all = new Uint32Array(this.#uids.length + uids.length);
    all.set(this.#uids);
    all.set(uids, this.#uids.length);
    this.#uids = all.sort();
    return [{ position: 0, uids: ascending(uids) }];
  }
}

function ascending(uids: readonly number[]): number[] {
  return uids.toSorted((left, right) => left - right);
}

/** The order of a SORT: places are told, neighbours together. */
export class SortedOrder implements ContextOrder {
  readonly #compare: (left: SortRow, right: SortRow) => number;
  readonly #known: Set<number>;
  #rows: SortRow[];

  /** `rows` in order. */
  constructor(rows: readonly SortRow[], compare: (left: SortRow, right: SortRow) => number) {
    this.#rows = [...rows];
    this.#compare = compare;
    this.#known = new Set(rows.map(row => row.uid));
  }

  get held(): number {
    return this.#rows.length;
  }

  has(uid: number): boolean {
    return this.#known.has(uid);
  }

  /** From the end, so that no place told before has moved. */
  remove(uids: readonly number[]): ContextChange[] {
    const gone = new Set(uids);
    const changes: ContextChange[] = [];
    let run: number[] = [];
    for (let at = this.#rows.length - 1; at >= -1; at--) {
      const uid = this.#rows[at]?.uid;
      if (uid !== undefined && gone.has(uid)) run.unshift(uid);
      else if (run.length > 0) {
        changes.push({ position: at + 2, uids: run });
        run = [];
      }
    }
    this.#rows = this.#rows.filter(row => !gone.has(row.uid));
    for (const uid of uids) this.#known.delete(uid);
    return changes;
  }

  /** From the beginning: what stands before a place is there already. */
  add(rows: readonly SortRow[]): ContextChange[] {
    const changes: { position: number; uids: number[] }[] = [];
    for (const row of rows.toSorted(this.#compare)) {
      const at = sortedPlace(this.#rows, row, this.#compare);
      this.#rows.splice(at, 0, row);
      this.#known.add(row.uid);
      const last = changes.at(-1);
      if (last !== undefined && last.position + last.uids.length === at + 1) last.uids.push(row.uid);
      else changes.push({ position: at + 1, uids: [row.uid] });
    }
    return changes;
  }
}
