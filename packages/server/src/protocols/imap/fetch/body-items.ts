import {
  createTransferDecoder,
  decodeTransfer,
  findTransferEncoding,
  type TransferEncoding,
} from '@hongyan/formats/charset/transfer-decoder.ts';
import type { FetchItem, Partial, Section } from '@hongyan/formats/imap/arguments/fetch-items.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import { type ByteRange, findPart, findSection } from '@hongyan/formats/message/section.ts';
import { readMessage, readMessageRange, streamMessage } from '../../../mailbox/body.ts';
import type { MessageRow } from '../../../mailbox/types.ts';
import type { Session } from '../session.ts';
import { type LocatedSection, locateSection, pickFields } from './section.ts';

/** A part is encoded in a way we cannot undo (RFC 3516 §4.3): the FETCH is answered NO [UNKNOWN-CTE]. */
export class UnknownEncoding extends Error {}

type BodyItem = Exclude<FetchItem, { kind: 'plain' }>;

function isWhole({ part, text }: Section): boolean {
  return part.length === 0 && text === null;
}

/** Whether an item can only be cut out of a message by its part table. */
export function needsParts(item: FetchItem): boolean {
  if (item.kind === 'plain') return false;
  return item.kind === 'section' ? !isWhole(item.section) : item.part.length > 0;
}

const understood: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary', '']);

/** What of a message an item is: octets [start, end), and what is made of them before they are said. */
interface Piece {
  readonly start: number;
  readonly end: number;
  /** What is said before the octets: `BODY[1] {` or, with NUL allowed, `BINARY[1] ~{`. */
  readonly head: string;
  /** Null: they are said as they are. */
  readonly make: ((bytes: Uint8Array) => Uint8Array) | null;
}

/**
 * The bytes of one message for the items of one FETCH. Small messages are read once, as a rule together with their
 * neighbours (`held`), and cut from memory; large parts are streamed and never held.
 */
export class BodySource {
  readonly #session: Session;
  readonly #row: MessageRow;
  #parts: StoredPart | null = null;
  #held: Uint8Array | null;

  /** `row` carries its part table if one of the items `needsParts`. */
  constructor(session: Session, row: MessageRow, held: Uint8Array | null) {
    this.#session = session;
    this.#row = row;
    this.#held = held;
  }

  get #root(): StoredPart {
    this.#parts ??= decodeParts(this.#row.parts);
    return this.#parts;
  }

  /** Octets of the whole message. */
  get size(): number {
    return this.#row.prefix.length + this.#row.blob.size;
  }

  /** Writes one item, label and value: at once if its octets are at hand. */
  write(item: BodyItem): void | Promise<void> {
    if (item.kind === 'binary-size') return this.#writeDecodedSize(item);
    const piece = item.kind === 'section' ? this.#pieceOfSection(item) : this.#pieceOfBinary(item);
    if (piece === null) this.#session.out.ascii(`${item.label} NIL`);
    else if (this.#held !== null) this.#say(piece, this.#held.subarray(piece.start, piece.end));
    else return this.#fetchAndSay(item, piece);
  }

  #say({ head, make }: Piece, bytes: Uint8Array): void {
    const said = make === null ? bytes : make(bytes);
    this.#session.out.ascii(`${head}${said.length}}\r\n`).bytes(said);
  }

  async #fetchAndSay(item: Exclude<BodyItem, { kind: 'binary-size' }>, piece: Piece): Promise<void> {
    const { start, end, head } = piece;
    if (!this.#isLarge(piece)) this.#say(piece, await this.#range(start, end));
    else if (item.kind === 'binary') await this.#streamBinary(item);
    else if (piece.make !== null) this.#say(piece, await this.#range(start, end));
    else await this.#stream(`${head}${end - start}}\r\n`, this.#octets(start, end));
  }

  async #range(start: number, end: number): Promise<Uint8Array> {
    const { mail, services, selected } = this.#session;
    const { scope } = selected;
    if (this.size > services.limits.wholeBytes) return readMessageRange(mail, scope, this.#row, start, end);
    this.#held ??= await readMessage(mail, scope, this.#row);
    return this.#held.subarray(start, end);
  }

  #octets(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    const { mail, selected } = this.#session;
    return streamMessage(mail, selected.scope, this.#row, start, end);
  }

  #pieceOfSection({ section, partial, label }: Extract<BodyItem, { kind: 'section' }>): Piece | null {
    const located = this.#locate(section);
    if (located === null) return null;
    const head = `${label} {`;
    const { fields } = located;
    if (fields !== null) {
      const make = (header: Uint8Array): Uint8Array =>
        cut(pickFields(header, fields.names, fields.without), partial);
      return { start: located.start, end: located.end, head, make };
    }
    const start = Math.min(located.end, located.start + (partial?.offset ?? 0));
    const end = Math.min(located.end, start + (partial?.length ?? Number.POSITIVE_INFINITY));
    return { start, end, head, make: null };
  }

  #locate(section: Section): LocatedSection | null {
    if (isWhole(section)) return { start: 0, end: this.size, fields: null };
    return locateSection(this.#root, section, this.#row.prefix.length);
  }

  #pieceOfBinary({ part: path, partial, label }: Extract<BodyItem, { kind: 'binary' }>): Piece | null {
    const part = this.#partOf(path);
    if (part === null) return null;
    const make = (bytes: Uint8Array): Uint8Array => cut(decodeTransfer(part.encoding, bytes), partial);
    return { start: part.start, end: part.end, head: `${label} ~{`, make };
  }

  /** Range and encoding of a part as BINARY sees it; the whole message is not encoded (RFC 3516 §4.2). */
  #partOf(path: readonly number[]): BinaryPart | null {
    if (path.length === 0) return { start: 0, end: this.size, encoding: 'identity' };
    const part = findPart(this.#root, path);
    const range = findSection(this.#root, path, null);
    if (part === null || range === null) return null;
    const encoding = findTransferEncoding(part.encoding);
    if (encoding === 'identity' && !understood.has(part.encoding.toLowerCase())) throw new UnknownEncoding();
    const shift = this.#row.prefix.length;
    return { start: range.start + shift, end: range.end + shift, encoding };
  }

  #isLarge({ start, end }: ByteRange): boolean {
    return end - start > this.#session.services.limits.wholeBytes;
  }

  async #writeDecodedSize({ part: path, label }: Extract<BodyItem, { kind: 'binary-size' }>): Promise<void> {
    const part = this.#partOf(path);
    const size = part === null ? 0 : await this.#decodedSize(part);
    this.#session.out.ascii(`${label} `).number(size);
  }

  async #decodedSize(part: BinaryPart): Promise<number> {
    if (part.encoding === 'identity') return part.end - part.start;
    if (!this.#isLarge(part))
      return decodeTransfer(part.encoding, await this.#range(part.start, part.end)).length;
    let size = 0;
    for await (const piece of this.#decoded(part)) size += piece.length;
    return size;
  }

  async *#decoded(part: BinaryPart): AsyncGenerator<Uint8Array> {
    const decoder = createTransferDecoder(part.encoding);
    for await (const piece of this.#octets(part.start, part.end)) yield decoder.push(piece);
    yield decoder.finish();
  }

  async #streamBinary({ part: path, partial, label }: Extract<BodyItem, { kind: 'binary' }>): Promise<void> {
    const part = this.#partOf(path);
    if (part === null) return;
    const size = await this.#decodedSize(part);
    const start = Math.min(size, partial?.offset ?? 0);
    const end = Math.min(size, start + (partial?.length ?? Number.POSITIVE_INFINITY));
    await this.#stream(`${label} ~{${end - start}}\r\n`, between(this.#decoded(part), start, end));
  }

  /** Sends a literal piece by piece. Once its size is said it must come whole: on failure the connection is cut. */
  async #stream(head: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { connection, out } = this.#session;
    out.ascii(head);
    this.#session.flushOutput();
    try {
      for await (const piece of pieces) {
        if (connection.closed) break;
        connection.write(piece);
        await connection.flush();
      }
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }
}

interface BinaryPart extends ByteRange {
  readonly encoding: TransferEncoding;
}

function cut(bytes: Uint8Array, partial: Partial | null): Uint8Array {
  return partial === null ? bytes : bytes.subarray(partial.offset, partial.offset + partial.length);
}

/** Octets [start, end) of a stream. */
async function* between(
  pieces: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    const from = Math.max(0, start - at);
    const to = Math.min(piece.length, end - at);
    if (from < to) yield piece.subarray(from, to);
    at += piece.length;
    if (at >= end) return;
  }
}
