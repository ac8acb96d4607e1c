import { Buffer, isAscii } from 'node:buffer';
import { envelopeText, readEnvelope } from './envelope.ts';
import { HeaderBlock } from './headers.ts';
import { nstring, quotedString } from './imap-string.ts';
import type { Parameter } from './parameters.ts';
import type { MessagePart, MessageStructure } from './part.ts';

const NON_ASCII = /[^\u0000-\u007f]/;

/**
 * Parameters in IMAP form. A value that is not ASCII goes out as `name*` with RFC 2231 percent encoding when the
 * sender wrote it so, otherwise as the encoded-word form that clients read everywhere.
 */
function parameterList(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'NIL';
  const pairs = parameters.map(({ name, value, raw, extended }) => {
    if (extended && NON_ASCII.test(value)) {
      return `${quotedString(`${name}*`)} ${quotedString(`utf-8''${percentEncode(value)}`)}`;
    }
    // An encoded-word the sender wrote is passed on as it was.
    return `${quotedString(name)} ${quotedString(NON_ASCII.test(raw) || extended ? value : raw)}`;
  });
  return `(${pairs.join(' ')})`;
}

/** RFC 2231 §4 extended-other-values. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/['()*]/g, character => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

function disposition(part: MessagePart): string {
  if (part.disposition === null) return 'NIL';
  return `(${quotedString(part.disposition)} ${parameterList(part.dispositionParameters)})`;
}

function languages(part: MessagePart): string {
  if (part.language.length === 0) return 'NIL';
  const tags = part.language.map(tag => quotedString(tag));
  return tags.length === 1 ? (tags[0] ?? 'NIL') : `(${tags.join(' ')})`;
}

/** Extension data that multiparts and single parts have in common. */
function commonExtension(part: MessagePart): string {
  return ` ${disposition(part)} ${languages(part)} ${nstring(part.location)}`;
}

function bodyParameters(part: MessagePart): string {
  // RFC 2045 §5.2; but 8-bit text without a label is better left for the client to guess.
  if (!part.typed && part.type === 'text' && (part.prefix === null || isAscii(part.prefix))) {
    return '("charset" "us-ascii")';
  }
  return parameterList(part.parameters);
}

/** Renders one part; depth is bounded by the scan limits. */
function renderPart(part: MessagePart, extended: boolean): string {
  if (part.type === 'multipart') {
    const children = part.children.map(child => renderPart(child, extended)).join('');
    const extension = extended ? ` ${parameterList(part.parameters)}${commonExtension(part)}` : '';
    return `(${children} ${quotedString(part.subtype)}${extension})`;
  }
  const size = part.end - part.bodyStart;
  let out =
    `(${quotedString(part.type)} ${quotedString(part.subtype)} ${bodyParameters(part)} ${nstring(part.id)}` +
    ` ${nstring(part.description)} ${quotedString(part.encoding)} ${size}`;
  if (part.message !== null) {
    const header = new HeaderBlock(part.messageHeader ?? new Uint8Array(0));
    out += ` ${envelopeText(readEnvelope(header))} ${renderPart(part.message, extended)} ${part.lines}`;
  } else if (part.type === 'text') {
    out += ` ${part.lines}`;
  }
  if (extended) out += ` ${nstring(part.md5)}${commonExtension(part)}`;
  return `${out})`;
}

/**
 * The value of the IMAP BODYSTRUCTURE item, or of BODY when `extended` is false (RFC 3501 §7.4.2, RFC 9051 §7.5.2).
 * ASCII, no literals, no CR, LF or NUL.
 */
export function renderBodyStructure(structure: MessageStructure, extended: boolean): Uint8Array {
  return Buffer.from(renderPart(structure.root, extended), 'latin1');
}

/** Walks a rendered body structure and copies what BODY contains. */
class BodyReducer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Copies one body and leaves out its extension data. */
  body(): string {
    this.#at++;
    let out = '(';
    if (this.#text[this.#at] === '(') {
      while (this.#text[this.#at] === '(') out += this.body();
      out += this.#item();
    } else {
      const type = this.#item();
      const subtype = this.#item();
      out += type + subtype;
      for (let i = 0; i < 5; i++) out += this.#item();
      if (type === '"text"') {
        out += this.#item();
      } else if (type === '"message"' && (subtype === ' "rfc822"' || subtype === ' "global"')) {
        out += this.#item();
        this.#at++;
        out += ` ${this.body()}`;
        out += this.#item();
      }
    }
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') this.#item();
    this.#at++;
    return `${out})`;
  }

  /** One value with the space before it. */
  #item(): string {
    const text = this.#text;
    const start = this.#at;
    let depth = 0;
    while (this.#at < text.length) {
      const character = text[this.#at];
      if (character === '"') {
        this.#at++;
        while (this.#at < text.length && text[this.#at] !== '"') this.#at += text[this.#at] === '\\' ? 2 : 1;
      } else if (character === '(') {
        depth++;
      } else if (character === ')') {
        if (depth === 0) break;
        depth--;
      } else if (character === ' ' && depth === 0 && this.#at > start) {
        break;
      }
      this.#at++;
      if (depth === 0 && (character === '"' || character === ')')) break;
    }
    return text.slice(start, this.#at);
  }
}

/** The BODY value from a stored BODYSTRUCTURE value as {@link renderBodyStructure} made it. */
export function bodyFromBodyStructure(bodyStructure: Uint8Array): Uint8Array {
  const text = Buffer.from(bodyStructure.buffer, bodyStructure.byteOffset, bodyStructure.length).toString(
    'latin1',
  );
  return Buffer.from(new BodyReducer(text).body(), 'latin1');
}
