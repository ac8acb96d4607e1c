import type { UidRanges } from '../types.ts';
import { lowerBound } from '../views/uid-vector.ts';

const comma = 0x2c;

/** A subset of a view's messages: one byte per message, 1 for those in it. */
export class UidSet {
  readonly uids: Uint32Array;
  readonly marks: Uint8Array;

  constructor(uids: Uint32Array, marks: Uint8Array = new Uint8Array(uids.length)) {
    this.uids = uids;
    this.marks = marks;
  }

  static all(uids: Uint32Array): UidSet {
    return new UidSet(uids, new Uint8Array(uids.length).fill(1));
  }

  get empty(): boolean {
    return !this.marks.includes(1);
  }

  /** Adds the UIDs of a text of numbers joined by commas, as far as they are in the view. */
  addText(text: string): void {
    if (text === '') return;
    let at = 0;
    let value = 0;
    for (let i = 0; i <= text.length; i += 1) {
      const unit = i < text.length ? text.charCodeAt(i) : comma;
      if (unit !== comma) {
        value = value * 10 + unit - 0x30;
        continue;
      }
      // Mostly ascending: the next one is near.
      if (this.uids[at] !== value) at = this.uids[at + 1] === value ? at + 1 : lowerBound(this.uids, value);
      if (this.uids[at] === value) this.marks[at] = 1;
      value = 0;
    }
  }

  addRanges(ranges: UidRanges): void {
    for (const [first, last] of ranges) {
      this.marks.fill(1, lowerBound(this.uids, first), lowerBound(this.uids, last + 1));
    }
  }

  and(other: UidSet): UidSet {
    return new UidSet(
      this.uids,
      this.marks.map((mark, i) => mark & (other.marks[i] ?? 0)),
    );
  }

  minus(other: UidSet): UidSet {
    return new UidSet(
      this.uids,
      this.marks.map((mark, i) => mark & ~(other.marks[i] ?? 0) & 1),
    );
  }

  or(other: UidSet): UidSet {
    return new UidSet(
      this.uids,
      this.marks.map((mark, i) => mark | (other.marks[i] ?? 0)),
    );
  }

  /** Ascending. */
  toArray(): number[] {
    const result: number[] = [];
    for (let i = this.marks.indexOf(1); i >= 0; i = this.marks.indexOf(1, i + 1))
      result.push(this.uids[i] ?? 0);
    return result;
  }
}
