import type { CounterChange } from '../../store/accounts/mailbox-rows.ts';
import { Flag } from '../types.ts';

/** Adds up how a mailbox's counters move, so that they are written once. */
export class Tally implements CounterChange {
  total = 0;
  unseen = 0;
  deleted = 0;
  bytes = 0;

  /** A message with these flags comes (`1`) or goes (`-1`). */
  count(bits: number, size: number, sign: 1 | -1): void {
    this.total += sign;
    this.bytes += sign * size;
    if (!(bits & Flag.Seen)) this.unseen += sign;
    if (bits & Flag.Deleted) this.deleted += sign;
  }

  /** A message's flags change. */
  change(before: number, after: number): void {
    this.unseen += (before & Flag.Seen) - (after & Flag.Seen);
    this.deleted += ((after & Flag.Deleted) - (before & Flag.Deleted)) / Flag.Deleted;
  }

  /** Whether flag changes moved a counter. */
  get moved(): boolean {
    return this.total !== 0 || this.unseen !== 0 || this.deleted !== 0 || this.bytes !== 0;
  }
}
