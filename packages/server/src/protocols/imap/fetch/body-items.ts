import {
  createTransferDecoder,
  decodeTransfer,
  findTransferEncoding,
  type TransferEncoding,
} from '@hongyan/formats/charset/transfer-decoder.ts';
import type { FetchItem, Partial } from '@hongyan/formats/imap/arguments/fetch-items.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { findPart, findSection } from '@hongyan/formats/message/section.ts';
import { readMessage, readMessageRange, streamMessage } from '../../../mailbox/body.ts';
import type { MessageRow } from '../../../mailbox/types.ts';
import type { Session } from '../session.ts';
import { type LocatedSection, locateSection, pickFields } from './section.ts';

/** A part is encoded in a way we cannot undo (RFC 3516 §4.3): the FETCH is answered NO [UNKNOWN-CTE]. */
export class UnknownEncoding extends Error {}

type BodyItem = Exclude<FetchItem, { kind: 'plain' }>;

const understood: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary', '']);

/**
 * The bytes of one message for the items of one FETCH. Small messages are read once and cut from memory; large parts are
 * streamed and never held.
 */
export class BodySource {
  readonly #session: Session;
  readonly #row: MessageRow;
  readonly #root: StoredPart;
  #whole: Promise<Uint8Array> | null = null;

  constructor(session: Session, row: MessageRow, root: StoredPart) {
    this.#session = session;
    this.#row = row;
    this.#root = root;
  }

  /** Octets of the whole message. */
  get size(): number {
    return this.#row.prefix.length + this.#row.blob.size;
  }

  /** Begins to read the whole message, for small ones; a failure shows when it is written. */
  begin(): void {
    const { mail, selected } = this.#session;
    this.#whole ??= readMessage(mail, selected.scope, this.#row);
    this.#whole.catch(() => undefined);
  }

  async #range(start: number, end: number): Promise<Uint8Array> {
    const { mail, services, selected } = this.#session;
    const { scope } = selected;
    if (this.size > services.limits.wholeBytes) return readMessageRange(mail, scope, this.#row, start, end);
    this.#whole ??= readMessage(mail, scope, this.#row);
    return (await this.#whole).subarray(start, end);
  }

  /** Writes one item, label and value. */
  async write(item: BodyItem): Promise<void> {
    if (item.kind === 'section') return this.#writeSection(item);
    const part = this.#partOf(item.part);
    if (item.kind === 'binary-size') {
      const size = part === null ? 0 : await this.#decodedSize(part);
      this.#session.out.ascii(`${item.label} `).number(size);
      return;
    }
    if (part === null) this.#session.out.ascii(`${item.label} NIL`);
    else await this.#writeBinary(part, item.partial, item.label);
  }

  async #writeSection(item: Extract<BodyItem, { kind: 'section' }>): Promise<void> {
    const { out } = this.#session;
    const located = locateSection(this.#root, item.section, this.#row.prefix.length);
    if (located === null) {
      out.ascii(`${item.label} NIL`);
      return;
    }
    if (located.fields !== null) {
      out.ascii(`${item.label} `).literal(cut(await this.#fields(located), item.partial));
      return;
    }
    const start = Math.min(located.end, located.start + (item.partial?.offset ?? 0));
    const end = Math.min(located.end, start + (item.partial?.length ?? Number.POSITIVE_INFINITY));
    if (end - start > this.#session.services.limits.wholeBytes) {
      const { mail, selected } = this.#session;
      const { scope } = selected;
      await this.#stream(
        `${item.label} {${end - start}}\r\n`,
        streamMessage(mail, scope, this.#row, start, end),
      );
      return;
    }
    const bytes = await this.#range(start, end);
    out.ascii(`${item.label} `).literal(bytes);
  }

  async #fields({ start, end, fields }: LocatedSection): Promise<Buffer> {
    return pickFields(await this.#range(start, end), fields?.names ?? new Set(), fields?.without ?? false);
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

  #isLarge(part: BinaryPart): boolean {
    return part.end - part.start > this.#session.services.limits.wholeBytes;
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
    const { mail, selected } = this.#session;
    const { scope } = selected;
    const decoder = createTransferDecoder(part.encoding);
    for await (const piece of streamMessage(mail, scope, this.#row, part.start, part.end))
      yield decoder.push(piece);
    yield decoder.finish();
  }

  async #writeBinary(part: BinaryPart, partial: Partial | null, label: string): Promise<void> {
    if (!this.#isLarge(part)) {
      const decoded = decodeTransfer(part.encoding, await this.#range(part.start, part.end));
      this.#session.out.ascii(`${label} `).literal8(cut(decoded, partial));
      return;
    }
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

interface BinaryPart {
  readonly start: number;
  readonly end: number;
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
