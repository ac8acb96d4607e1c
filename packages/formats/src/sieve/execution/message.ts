import { Buffer } from 'node:buffer';
import { decodePartBody, decodePartText, mediaTypeOf } from '../../message/content.ts';
import { HeaderBlock, type HeaderField } from '../../message/headers.ts';
import type { StoredPart } from '../../message/part.ts';
import { scanMessage } from '../../message/scan.ts';
import { htmlToText } from '../../message/text/html-text.ts';
import { type PartPath, partAt } from '../mime/part-paths.ts';
import type { BodyPiece, Edited } from './action.ts';
import { cutText } from './run.ts';

/** A message's bytes with its part table. */
export interface LoadedBody {
  /** Its beginning at least. */
  readonly bytes: Uint8Array;
  readonly root: StoredPart;
  /** Octets of all of it. */
  readonly size: number;
}

/** The message that a script looks at. The body is only loaded when the script asks for it. */
export class SieveMessage {
  readonly #load: () => Promise<LoadedBody>;
  /** RFC 5228 §5.9: octets of the whole message as it came. */
  readonly size: number;
  #header: HeaderBlock;
  #edited = false;
  /** What follows the header, where it was changed. */
  #body: readonly BodyPiece[] | null = null;
  /** As it came. */
  #stored: Promise<LoadedBody> | null = null;
  /** As it is now, when the body was changed. */
  #current: LoadedBody | null = null;
  /** As it was before it was enclosed. */
  #unenclosed: Edited | undefined;
  readonly #replaced: PartPath[] = [];
  #renewed = 0;

  constructor(header: Uint8Array, size: number, load: () => Promise<LoadedBody>) {
    this.#header = new HeaderBlock(header);
    this.size = size;
    this.#load = load;
  }

  /** The header, as edited so far. */
  get header(): HeaderBlock {
    return this.#header;
  }

  /** The header's octets without the blank line behind them; the last line has its line end. */
  get headerLines(): Uint8Array {
    return wholeLines(withoutBlankLine(this.#header.bytes));
  }

  /** The message for an action that is taken now; null when it was not changed. */
  get edited(): Edited {
    return this.#edited ? { header: this.headerLines, body: this.#body } : null;
  }

  /** The same without what it was enclosed in (RFC 5703 §6). */
  get unenclosed(): Edited {
    return this.#unenclosed === undefined ? this.edited : this.#unenclosed;
  }

  /** Counts how often all of the message became another one. */
  get renewed(): number {
    return this.#renewed;
  }

  /** Parts that were replaced, in the order in which that was done. */
  get replaced(): readonly PartPath[] {
    return this.#replaced;
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
    const { bytes, root } = await this.loaded();
    const body = bytes.subarray(root.bodyStart, Math.min(bytes.length, root.bodyStart + max));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  }

  /** Decoded texts of the parts of these types (RFC 5173 §5.2); null is `:text`, HTML as text (§5.3). */
  async partTexts(types: readonly string[] | null, max: number): Promise<string[]> {
    const { bytes, root } = await this.loaded();
    const texts: string[] = [];
    collect(root, types === null ? isText : part => types.some(type => fits(part, type)), part => {
      const text = contentOf(part, bytes, types, max);
      if (text !== null) texts.push(cutText(text, max));
    });
    return texts;
  }

  /** The message as it is now, as far as it is looked at. Its header is that of `header`. */
  async loaded(): Promise<LoadedBody> {
    this.#stored ??= this.#load();
    if (this.#body === null) return this.#stored;
    this.#current ??= await this.#assemble(this.#body);
    return this.#current;
  }

  /** Puts the changed message together, so that it can be looked at like one that came. */
  async #assemble(body: readonly BodyPiece[]): Promise<LoadedBody> {
    const { bytes: stored } = await (this.#stored ??= this.#load());
    const pieces = body.map(piece =>
      piece instanceof Uint8Array ? piece : stored.subarray(piece.start, piece.end),
    );
    const bytes = Buffer.concat([this.headerLines, Buffer.from('\r\n'), ...pieces]);
    const missing = body.reduce(
      (sum, piece) =>
        sum +
        (piece instanceof Uint8Array ? 0 : Math.max(0, piece.end - Math.max(piece.start, stored.length))),
      0,
    );
    return { bytes, root: scanMessage(bytes).root, size: bytes.length + missing };
  }

  /** What follows the header, as it is now. */
  async bodyPieces(): Promise<readonly BodyPiece[]> {
    if (this.#body !== null) return this.#body;
    const { root, size } = await this.loaded();
    return [{ start: root.bodyStart, end: size }];
  }

  /** Puts an entity in the place of a part that is not the whole message. The message must be loaded whole. */
  async replacePart(path: PartPath, entity: Uint8Array): Promise<void> {
    const { bytes, root } = await this.loaded();
    const part = partAt(root, path);
    if (part === null) return;
    this.#body = [bytes.subarray(root.bodyStart, part.headerStart), entity, bytes.subarray(part.end)];
    this.#replaced.push(path);
    this.#changed();
  }

  /** Makes another message of it. */
  renew(header: Uint8Array, body: readonly BodyPiece[]): void {
    this.#header = new HeaderBlock(header);
    this.#body = body;
    this.#renewed++;
    this.#changed();
  }

  /** The same, for a message that the one before is enclosed in: what is sent on is still that one. */
  enclose(header: Uint8Array, body: readonly BodyPiece[]): void {
    if (this.#unenclosed === undefined) this.#unenclosed = this.edited;
    this.renew(header, body);
  }

  #changed(): void {
    this.#edited = true;
    this.#current = null;
  }
}

function withoutBlankLine(header: Uint8Array): Uint8Array {
  let end = header.length;
  if (header[end - 1] !== 0x0a) return header;
  end -= header[end - 2] === 0x0d ? 2 : 1;
  return end === 0 || header[end - 1] === 0x0a ? header.subarray(0, end) : header;
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
