import { Buffer } from 'node:buffer';
import { decodeCharset } from '../charset/decode.ts';
import { decodeWords } from './encoded-word.ts';

/** A parameter of Content-Type or Content-Disposition, decoded. */
export interface Parameter {
  /** Lower case, without RFC 2231 marks. */
  readonly name: string;
  readonly value: string;
  /** The value before RFC 2047 decoding (which the RFC forbids here and many senders use). */
  readonly raw: string;
  /** True when the sender used RFC 2231 character set information. */
  readonly extended: boolean;
}

/** The value of a structured MIME field: a leading token or `type/subtype`, and parameters. */
export interface ParameterisedValue {
  /** What stands before the first `;`, lower case, comments and blanks removed. */
  readonly value: string;
  readonly parameters: readonly Parameter[];
}

/** Parameters read per field, continuation pieces included; further ones are passed over. */
const MAX_PARAMETERS = 200;

interface RawParameter {
  readonly name: string;
  readonly value: string;
}

/** Skips blanks and comments (RFC 5322 §3.2.2; nested comments and quoted pairs) and returns the next index. */
export function skipCfws(text: string, from: number): number {
  let i = from;
  let depth = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (depth > 0) {
      if (code === 0x5c) i++;
      else if (code === 0x28) depth++;
      else if (code === 0x29) depth--;
    } else if (code === 0x28) {
      depth = 1;
    } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) {
      return i;
    }
    i++;
  }
  return Math.min(i, text.length);
}

/** Reads the quoted string whose opening quote is at `start`: its content unescaped, and the index after it. */
export function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = '';
  let from = start + 1;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return { value: value + text.slice(from, i), end: i + 1 };
    if (code === 0x5c && i + 1 < text.length) {
      value += text.slice(from, i);
      from = ++i;
    }
  }
  return { value: value + text.slice(from), end: text.length };
}

/**
 * Parses a Content-Type, Content-Disposition or similar field body (RFC 2045 §5.1, RFC 2183, RFC 2231) that was
 * unfolded. Tolerates missing quotes, missing semicolons, stray text and encoded-words in values.
 */
export function parseParameterised(text: string): ParameterisedValue {
  let at = skipCfws(text, 0);
  let value = '';
  while (at < text.length && text[at] !== ';') {
    const next = skipCfws(text, at);
    if (next !== at) {
      at = next;
      // A missing semicolon: another word can only be a parameter.
      if (value !== '' && !value.endsWith('/') && text[at] !== '/') break;
      continue;
    }
    if (text[at] === '=' && value !== '') break;
    value += text[at];
    at++;
  }
  return { value: value.toLowerCase(), parameters: joinParameters(readParameters(text, at)) };
}

function readParameters(text: string, from: number): RawParameter[] {
  const found: RawParameter[] = [];
  let at = from;
  while (at < text.length && found.length < MAX_PARAMETERS) {
    at = skipCfws(text, at);
    if (text[at] === ';') {
      at++;
      continue;
    }
    const nameStart = at;
    while (at < text.length && !isNameEnd(text.charCodeAt(at))) at++;
    const name = text.slice(nameStart, at).toLowerCase();
    at = skipCfws(text, at);
    if (text[at] !== '=' || name === '') {
      if (at === nameStart) at++;
      continue;
    }
    at = skipCfws(text, at + 1);
    const piece = text[at] === '"' ? readQuoted(text, at) : readBare(text, at, name);
    found.push({ name, value: piece.value });
    at = piece.end;
  }
  return found;
}

function isNameEnd(code: number): boolean {
  return code <= 0x20 || code === 0x3d || code === 0x3b || code === 0x22 || code === 0x28;
}

/** An unquoted value; file names may hold blanks and parentheses, as careless senders write them. */
function readBare(text: string, start: number, name: string): { value: string; end: number } {
  const isFileName = name.startsWith('name') || name.startsWith('filename');
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === 0x3b || (!isFileName && (code <= 0x20 || code === 0x28))) break;
    end++;
  }
  return { value: text.slice(start, end).trimEnd(), end };
}

interface Piece {
  readonly index: number;
  readonly encoded: boolean;
  readonly value: string;
}

/** Puts RFC 2231 §3 and §4 pieces together; the first of several equal names counts, an extended form before a plain one. */
function joinParameters(raw: readonly RawParameter[]): Parameter[] {
  const order: string[] = [];
  const plain = new Map<string, string>();
  const pieces = new Map<string, Piece[]>();
  for (const { name, value } of raw) {
    const star = name.indexOf('*');
    const base = star < 0 ? name : name.slice(0, star);
    if (base === '') continue;
    if (!plain.has(base) && !pieces.has(base)) order.push(base);
    if (star < 0) {
      if (!plain.has(base)) plain.set(base, value);
      continue;
    }
    const encoded = name.endsWith('*');
    const digits = name.slice(star + 1, encoded ? -1 : undefined);
    const index = /^[0-9]{1,4}$/.test(digits) ? Number(digits) : encoded && digits === '' ? 0 : -1;
    if (index < 0) continue;
    const list = pieces.get(base) ?? [];
    if (!list.some(piece => piece.index === index)) list.push({ index, encoded, value });
    pieces.set(base, list);
  }
  return order.flatMap(name => {
    const list = pieces.get(name);
    const extended = list === undefined ? null : decodePieces(list);
    if (extended !== null) return [{ name, ...extended, raw: extended.value }];
    const value = plain.get(name);
    if (value === undefined) return [];
    return [{ name, value: value.includes('=?') ? decodeWords(value) : value, raw: value, extended: false }];
  });
}

/** Null when the first piece is missing. */
function decodePieces(list: Piece[]): { value: string; extended: boolean } | null {
  list.sort((a, b) => a.index - b.index);
  if (list[0]?.index !== 0) return null;
  let charset: string | null = null;
  const parts: Uint8Array[] = [];
  for (const [i, piece] of list.entries()) {
    if (piece.index !== i) break;
    let value = piece.value;
    if (i === 0 && piece.encoded) {
      const first = value.indexOf("'");
      const second = first < 0 ? -1 : value.indexOf("'", first + 1);
      if (second >= 0) {
        charset = value.slice(0, first);
        value = value.slice(second + 1);
      }
    }
    parts.push(piece.encoded ? percentDecode(value) : Buffer.from(value, 'utf8'));
  }
  const text = decodeCharset(charset, Buffer.concat(parts)).text;
  return {
    value: text.includes('=?') ? decodeWords(text) : text,
    extended: list.some(piece => piece.encoded),
  };
}

/** Decodes `%XX`; anything else stays as its UTF-8 bytes. */
function percentDecode(text: string): Uint8Array {
  const source = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const hex = source[i] === 0x25 ? source.toString('latin1', i + 1, i + 3) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else {
      out[length++] = source[i] ?? 0;
    }
  }
  return out.subarray(0, length);
}

/** The decoded value of a parameter, or null. `name` in lower case. */
export function findParameter(parameters: readonly Parameter[], name: string): string | null {
  return parameters.find(parameter => parameter.name === name)?.value ?? null;
}
