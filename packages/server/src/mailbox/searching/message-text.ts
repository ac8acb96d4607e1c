import { decodePartText } from '@hongyan/formats/message/content.ts';
import { decodeWords } from '@hongyan/formats/message/encoded-word.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import { htmlToText } from '@hongyan/formats/message/text/html-text.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { contains } from './fold.ts';

/** Bodies up to this size are read whole, larger ones part by part. */
const readWholeBytes = 256 * 1024;
/** Of one text part so much is searched; memory is a few times that. */
const maxPartBytes = 8 * 1024 * 1024;
/** Of one header so much is searched. */
const maxHeaderBytes = 1024 * 1024;

/** What is needed to search in a message's own text. */
export interface SearchedMessage {
  readonly prefix: Uint8Array;
  readonly hash: Uint8Array;
  readonly size: number;
  readonly parts: Uint8Array;
}

/** Where bodies are read from. */
export type BodySource = Pick<BlobStore, 'read' | 'readRange'>;

/**
 * Fields that hold signatures: whoever looks for a word in any header does not mean their random letters. Their names
 * count, and a search in that field alone sees everything.
 */
const signatureFields: ReadonlySet<string> = new Set([
  'dkim-signature',
  'arc-seal',
  'arc-message-signature',
  'domainkey-signature',
  'x-google-dkim-signature',
]);

/** Whether searches in any header pass over what the field says. */
export function isSignatureField(name: string): boolean {
  return signatureFields.has(name.toLowerCase());
}

/** One field of a header as text searches see it. */
export interface HeaderLine {
  /** In lower case. */
  readonly key: string;
  /** Decoded; empty for signatures. */
  readonly value: string;
}

/** Reads a message's texts for one search, as far as they are needed. */
export class MessageText {
  readonly #blobs: BodySource;
  readonly #tenantId: TenantId;
  readonly #message: SearchedMessage;
  readonly #root: StoredPart | null;
  #whole: Promise<Uint8Array> | null = null;

  constructor(blobs: BodySource, tenantId: TenantId, message: SearchedMessage) {
    this.#blobs = blobs;
    this.#tenantId = tenantId;
    this.#message = message;
    this.#root = partsOf(message.parts);
  }

  async #bytes(start: number, end: number): Promise<Uint8Array> {
    const { hash, size } = this.#message;
    if (size > readWholeBytes) return this.#blobs.readRange(this.#tenantId, hash, start, Math.min(end, size));
    this.#whole ??= this.#blobs.read(this.#tenantId, hash);
    return (await this.#whole).subarray(start, end);
  }

  /** Fields of a header at [start, end) of the body, decoded, one a line as `name: value`. */
  async #header(start: number, end: number): Promise<HeaderBlock> {
    return new HeaderBlock(await this.#bytes(start, Math.min(end, start + maxHeaderBytes)));
  }

  /** Whether a field of that name is there whose decoded text contains `needle` (folded). */
  async headerContains(field: string, needle: string): Promise<boolean> {
    const key = field.toLowerCase();
    const blocks = [
      new HeaderBlock(this.#message.prefix),
      await this.#header(0, this.#root?.bodyStart ?? maxHeaderBytes),
    ];
    return blocks.some(block => block.all(key).some(text => contains(decodeWords(text), needle)));
  }

  /** The fields of all headers, those of parts included: what `anyHeaderContains` looks through. */
  async *headerLines(): AsyncGenerator<HeaderLine, void, undefined> {
    yield* linesOf(new HeaderBlock(this.#message.prefix));
    for (const part of this.#root ? allParts(this.#root) : []) {
      if (part.bodyStart > part.headerStart)
        yield* linesOf(await this.#header(part.headerStart, part.bodyStart));
    }
  }

  /** Whether any header, those of parts included, contains `needle` (folded). */
  async anyHeaderContains(needle: string): Promise<boolean> {
    for await (const { key, value } of this.headerLines())
      if (contains(`${key}: ${value}`, needle)) return true;
    return false;
  }

  /** Texts of the text parts, and names of files: what `bodyContains` looks through. */
  async *bodyTexts(): AsyncGenerator<string, void, undefined> {
    const parts = this.#root ? [...allParts(this.#root)] : [];
    for (const { fileName } of parts) if (fileName !== null) yield fileName;
    for (const part of parts) {
      if (part.type !== 'text' || part.end <= part.bodyStart) continue;
      const end = Math.min(part.end, part.bodyStart + maxPartBytes);
      const { text } = decodePartText(part, await this.#bytes(part.bodyStart, end));
      yield part.subtype === 'html' ? htmlToText(text) : text;
    }
  }

  /** Whether the text of a text part, or the name of a file, contains `needle` (folded). */
  async bodyContains(needle: string): Promise<boolean> {
    for await (const text of this.bodyTexts()) if (contains(text, needle)) return true;
    return false;
  }
}

function* linesOf(block: HeaderBlock): Generator<HeaderLine, void, undefined> {
  for (const field of block.fields) {
    yield { key: field.key, value: isSignatureField(field.key) ? '' : decodeWords(block.text(field)) };
  }
}

/** Bytes of a body that its texts are read from, as half-open ranges in the order of parts. */
export function textRanges(
  parts: Uint8Array,
  size: number,
): { readonly start: number; readonly end: number }[] {
  if (size <= readWholeBytes) return [{ start: 0, end: size }];
  const root = partsOf(parts);
  if (!root) return [{ start: 0, end: Math.min(size, maxHeaderBytes) }];
  return [...allParts(root)].flatMap(part => {
    const header = {
      start: part.headerStart,
      end: Math.min(part.bodyStart, part.headerStart + maxHeaderBytes),
    };
    if (part.type !== 'text' || part.end <= part.bodyStart) return [header];
    return [header, { start: part.bodyStart, end: Math.min(part.end, part.bodyStart + maxPartBytes) }];
  });
}

/** The part tree; null when the table is damaged. */
export function partsOf(table: Uint8Array): StoredPart | null {
  try {
    return decodeParts(table);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A part, its children and the messages inside, in order. */
export function* allParts(root: StoredPart): Generator<StoredPart, void, undefined> {
  const waiting = [root];
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    yield part;
    if (part.message) waiting.push(part.message);
    waiting.push(...part.children.toReversed());
  }
}
