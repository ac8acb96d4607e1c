import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { MessageRow } from '../../../mailbox/types.ts';
import type { Session } from '../session.ts';
import { BodySource } from './body-items.ts';

/** Messages whose bodies are being read while an earlier one is written. */
const aheadMessages = 8;
/** Octets that may be read ahead of what is written. */
const aheadBytes = 256 * 1024;

/**
 * Bodies of the rows of one slice, in their order: while one is written the next small ones are on their way from the
 * disk, so that a mailbox is not read one wait after another. What is held is bounded by count and octets.
 */
export class ReadAhead {
  readonly #session: Session;
  readonly #rows: readonly MessageRow[];
  readonly #started: BodySource[] = [];
  /** Octets read and not taken yet. */
  #held = 0;
  #taken = 0;

  constructor(session: Session, rows: readonly MessageRow[]) {
    this.#session = session;
    this.#rows = rows;
  }

  #start(): boolean {
    const row = this.#rows[this.#taken + this.#started.length];
    if (row === undefined) return false;
    const size = row.prefix.length + row.blob.size;
    if (this.#started.length > 0 && this.#held + size > aheadBytes) return false;
    const source = new BodySource(this.#session, row, decodeParts(row.parts));
    if (size <= this.#session.services.limits.wholeBytes) {
      source.begin();
      this.#held += size;
    }
    this.#started.push(source);
    return true;
  }

  /** The body of the next row; the ones after it begin to be read. */
  next(): BodySource {
    while (this.#started.length <= aheadMessages && this.#start()) {
      // Each turn begins one more.
    }
    const source = this.#started.shift();
    if (source === undefined) throw new RangeError('no row is left');
    this.#taken += 1;
    if (source.size <= this.#session.services.limits.wholeBytes) this.#held -= source.size;
    return source;
  }
}
