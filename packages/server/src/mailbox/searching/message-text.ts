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

/** Reads a message's texts for one search, as far as they are needed. */
export class MessageText {
  readonly #blobs: BlobStore;
  readonly #tenantId: TenantId;
  readonly #message: SearchedMessage;
  readonly #root: StoredPart | null;
  #whole: Promise<Uint8Array> | null = null;

  constructor(blobs: BlobStore, tenantId: TenantId, message: SearchedMessage) {
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

  /** Whether any header, those of parts included, contains `needle` (folded). */
  async anyHeaderContains(needle: string): Promise<boolean> {
    if (headerHas(new HeaderBlock(this.#message.prefix), needle)) return true;
    for (const part of this.#root ? allParts(this.#root) : []) {
      if (part.bodyStart <= part.headerStart) continue;
      if (headerHas(await this.#header(part.headerStart, part.bodyStart), needle)) return true;
    }
    return false;
  }

  /** Whether the text of a text part contains `needle` (folded). */
  async bodyContains(needle: string): Promise<boolean> {
    for (const part of this.#root ? allParts(this.#root) : []) {
      if (part.type !== 'text' || part.end <= part.bodyStart) continue;
      const end = Math.min(part.end, part.bodyStart + maxPartBytes);
      const { text } = decodePartText(part, await this.#bytes(part.bodyStart, end));
      if (contains(part.subtype === 'html' ? htmlToText(text) : text, needle)) return true;
    }
    return false;
  }
}

function headerHas(block: HeaderBlock, needle: string): boolean {
  return block.fields.some(field => contains(`${field.key}: ${decodeWords(block.text(field))}`, needle));
}

/** The part tree; null when the table is damaged. */
function partsOf(table: Uint8Array): StoredPart | null {
  try {
    return decodeParts(table);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A part, its children and the messages inside, in order. */
function* allParts(root: StoredPart): Generator<StoredPart, void, undefined> {
  const waiting = [root];
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    yield part;
    if (part.message) waiting.push(part.message);
    waiting.push(...part.children.toReversed());
  }
}
