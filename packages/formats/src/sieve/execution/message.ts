import { Buffer } from 'node:buffer';
import { decodePartBody, decodePartText, mediaTypeOf } from '../../message/content.ts';
import { HeaderBlock, type HeaderField } from '../../message/headers.ts';
import type { StoredPart } from '../../message/part.ts';
import { htmlToText } from '../../message/text/html-text.ts';
import { cutText } from './run.ts';

/** A message's bytes with its part table. */
export interface LoadedBody {
  readonly bytes: Uint8Array;
  readonly root: StoredPart;
}

/** The message that a script looks at. The body is only loaded when the script asks for it. */
export class SieveMessage {
  readonly #load: () => Promise<LoadedBody>;
  /** RFC 5228 §5.9: octets of the whole message as it came. */
  readonly size: number;
  #header: HeaderBlock;
  #edited = false;
  #body: Promise<LoadedBody> | null = null;

  constructor(header: Uint8Array, size: number, load: () => Promise<LoadedBody>) {
    this.#header = new HeaderBlock(header);
    this.size = size;
    this.#load = load;
  }

  /** The header, as edited so far. */
  get header(): HeaderBlock {
    return this.#header;
  }

  /** The header for an action that is taken now; null when it was not edited. */
  get edited(): Uint8Array | null {
    return this.#edited ? this.#header.bytes : null;
  }

  /** Puts a field, with its line end, first or last (RFC 5293 §4). */
  addField(field: string, last: boolean): void {
    const { bytes, fields } = this.#header;
    const end = fields.at(-1)?.end ?? 0;
    const kept = wholeLines(bytes.subarray(0, end));
    this.#replace(last ? [kept, Buffer.from(field)] : [Buffer.from(field), kept]);
  }

  /** Takes fields out (RFC 5293 §5). */
  removeFields(gone: readonly HeaderField[]): void {
    if (gone.length === 0) return;
    const { bytes, fields } = this.#header;
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (const { start, end } of gone) {
      pieces.push(bytes.subarray(from, start));
      from = end;
    }
    pieces.push(wholeLines(bytes.subarray(from, Math.max(from, fields.at(-1)?.end ?? 0))));
    this.#replace(pieces);
  }

  #replace(pieces: readonly Uint8Array[]): void {
    this.#header = new HeaderBlock(Buffer.concat(pieces));
    this.#edited = true;
  }

  /** Everything after the header, as it is (RFC 5173 §5.1). */
  async rawBody(max: number): Promise<string> {
    const { bytes, root } = await this.#loaded();
    const body = bytes.subarray(root.bodyStart, Math.min(bytes.length, root.bodyStart + max));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  }

  /** Decoded texts of the parts of these types (RFC 5173 §5.2); null is `:text`, HTML as text (§5.3). */
  async partTexts(types: readonly string[] | null, max: number): Promise<string[]> {
    const { bytes, root } = await this.#loaded();
    const texts: string[] = [];
    collect(root, types === null ? isText : part => types.some(type => fits(part, type)), part => {
      const text = contentOf(part, bytes, types, max);
      if (text !== null) texts.push(cutText(text, max));
    });
    return texts;
  }

  #loaded(): Promise<LoadedBody> {
    this.#body ??= this.#load();
    return this.#body;
  }
}

/** A header whose last line has its line end. */
function wholeLines(header: Uint8Array): Uint8Array {
  return header.length === 0 || header.at(-1) === 0x0a
    ? header
    : Buffer.concat([header, Buffer.from('\r\n')]);
}

function isText(part: StoredPart): boolean {
  return part.type === 'text';
}

/** RFC 5173 §5.2: a whole media type, a type alone, or the empty string for everything. */
function fits(part: StoredPart, wanted: string): boolean {
  const type = wanted.trim().toLowerCase();
  if (type === '') return true;
  const slash = type.indexOf('/');
  if (slash === 0 || slash === type.length - 1 || type.indexOf('/', slash + 1) !== -1) return false;
  return slash === -1 ? part.type === type : mediaTypeOf(part) === type;
}

function collect(
  part: StoredPart,
  wanted: (part: StoredPart) => boolean,
  found: (part: StoredPart) => void,
): void {
  if (wanted(part)) found(part);
  for (const child of part.children) collect(child, wanted, found);
  if (part.message !== null) collect(part.message, wanted, found);
}

function contentOf(
  part: StoredPart,
  bytes: Uint8Array,
  types: readonly string[] | null,
  max: number,
): string | null {
  // Base64 and quoted-printable take up to three characters for one, with line ends.
  const encoded = bytes.subarray(part.bodyStart, Math.min(part.end, part.bodyStart + 4 * max));
  if (part.type === 'multipart') {
    const [first] = part.children;
    const prologueEnd = Math.min(first?.headerStart ?? part.end, part.bodyStart + max);
    return new TextDecoder().decode(bytes.subarray(part.bodyStart, prologueEnd));
  }
  // RFC 5173 §5.2: of a message/rfc822 part its header; what is inside are parts of their own.
  if (part.message !== null)
    return new TextDecoder().decode(bytes.subarray(part.message.headerStart, part.message.bodyStart));
  if (part.type !== 'text')
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(decodePartBody(part, encoded));
  const { text } = decodePartText(part, encoded);
  return types === null && part.subtype === 'html' ? htmlToText(text) : text;
}
