import { decodePartBody, decodePartText, mediaTypeOf } from '../../message/content.ts';
import { HeaderBlock } from '../../message/headers.ts';
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
  readonly header: HeaderBlock;
  /** RFC 5228 §5.9: octets of the whole message. */
  readonly size: number;
  readonly #load: () => Promise<LoadedBody>;
  #body: Promise<LoadedBody> | null = null;

  constructor(header: Uint8Array, size: number, load: () => Promise<LoadedBody>) {
    this.header = new HeaderBlock(header);
    this.size = size;
    this.#load = load;
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
