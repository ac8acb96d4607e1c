import type { Scope } from '../access/scope.ts';
import { allParts, partsOf, textRanges } from '../mailbox/searching/message-text.ts';
import { isMailError, MailError } from '../platform/errors.ts';
import type { ContentRow } from '../store/accounts/emails/content-rows.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { documentKind } from './extract/kind.ts';
import type { ExtractLimits } from './extract/limits.ts';

/** Bytes of a body from `start` on. */
export interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A message on its way into the index: what its texts are read from, nothing more. */
export interface RawMessage {
  readonly id: number;
  readonly prefix: Uint8Array;
  readonly envelope: Uint8Array;
  readonly parts: Uint8Array;
  readonly size: number;
  /** Ascending by `start`. */
  readonly pieces: readonly Piece[];
  /** Some bytes of its texts could not be had. */
  readonly partial: boolean;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Ranges of the attachments whose text will be read. */
function attachmentRanges(parts: Uint8Array, limits: ExtractLimits): Range[] {
  const root = partsOf(parts);
  let left = limits.maxMessageBytes;
  const ranges: Range[] = [];
  for (const part of root ? allParts(root) : []) {
    const size = part.end - part.bodyStart;
    if (!documentKind(part) || size > limits.maxBytes || size > left) continue;
    left -= size;
    ranges.push({ start: part.bodyStart, end: part.end });
  }
  return ranges;
}

/** Ascending, with those that touch or nearly touch as one, up to `limit` bytes in all. */
function gather(
  ranges: readonly Range[],
  limit: number,
): { readonly ranges: Range[]; readonly cut: boolean } {
  const near = 4_096;
  const merged: { start: number; end: number }[] = [];
  let left = limit;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (end <= start) continue;
    const last = merged.at(-1);
    if (last && start <= last.end + near) {
      left -= Math.max(0, end - last.end);
      last.end = Math.max(last.end, end);
    } else {
      left -= end - start;
      merged.push({ start, end });
    }
    if (left < 0) return { ranges: merged.slice(0, -1), cut: true };
  }
  return { ranges: merged, cut: false };
}

/** Bytes of one message that are read for its index at most, and of these of its header and texts. */
const maxMessageBytes = 24 * 1024 * 1024;
/** A longer text is nobody's letter: it stays out of the index, and searches read it. */
const maxTextBytes = 4 * 1024 * 1024;

/** Reads what indexing a message needs. A body that cannot be read makes it partial; other failures are thrown. */
export async function readRaw(
  blobs: BlobStore,
  scope: Scope,
  row: ContentRow,
  limits: ExtractLimits | null,
): Promise<RawMessage> {
  const attachments = limits ? attachmentRanges(row.parts, limits) : [];
  const texts = gather(textRanges(row.parts, row.blobSize), maxTextBytes);
  const { ranges, cut } = gather([...texts.ranges, ...attachments], maxMessageBytes);
  const pieces: Piece[] = [];
  let partial = cut || texts.cut;
  try {
    for (const { start, end } of ranges) {
      const whole = start === 0 && end >= row.blobSize;
      const bytes = whole
        ? await blobs.read(scope.tenantId, row.blobHash)
        : await blobs.readRange(scope.tenantId, row.blobHash, start, end);
      // A copy of its own: whoever hands it to a thread must not hand over what it was cut from.
      pieces.push({ start, bytes: new Uint8Array(bytes) });
    }
  } catch (error) {
    if (!isMailError(error, 'store.corrupt') && !isMailError(error, 'message.not_found')) throw error;
    partial = true;
  }
  const { id, prefix, envelope, parts, blobSize: size } = row;
  return { id, prefix, envelope, parts, size, pieces, partial };
}

/** Reads from the pieces of a raw message. Throws `message.not_found` for what is not in them. */
export class PieceSource {
  readonly #message: RawMessage;

  constructor(message: RawMessage) {
    this.#message = message;
  }

  read(): Promise<Uint8Array> {
    return this.readRange(0, new Uint8Array(0), 0, this.#message.size);
  }

  async readRange(_tenant: number, _hash: Uint8Array, start: number, end: number): Promise<Uint8Array> {
    const last = Math.min(end, this.#message.size);
    if (last <= start) return new Uint8Array(0);
    for (const piece of this.#message.pieces) {
      if (piece.start <= start && last <= piece.start + piece.bytes.length) {
        return piece.bytes.subarray(start - piece.start, last - piece.start);
      }
    }
    throw new MailError('message.not_found');
  }
}
