import { Buffer, isAscii } from 'node:buffer';
import { decodeUndeclared } from '../charset/decode.ts';

/** One field of a header block. Offsets count from the start of the block. */
export interface HeaderField {
  /** Field name as written. */
  readonly name: string;
  /** Field name in lower case. */
  readonly key: string;
  /** First byte of the name. */
  readonly start: number;
  /** First byte after the colon. */
  readonly valueStart: number;
  /** First byte after the field's last line end. */
  readonly end: number;
}

/** Fields looked at in one header block; further ones are not reported. */
export const MAX_HEADER_FIELDS = 10_000;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const MAX_FIELD_NAME = 998;

/** Node's Buffer view of the same memory, for its faster searching and slicing. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Offset of the colon that ends the field name starting at `start`, or -1 when this is no header field
 * (RFC 5322 §3.6.8; blanks before the colon as in §4.5 are accepted).
 */
export function findFieldColon(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_FIELD_NAME);
  let i = start;
  while (i < limit) {
    const byte = bytes[i] ?? 0;
    if (byte === COLON) return i > start ? i : -1;
    if (byte <= 0x20 || byte >= 0x7f) break;
    i++;
  }
  if (i === start) return -1;
  while (i < limit && (bytes[i] === 0x20 || bytes[i] === 0x09)) i++;
  return i < limit && bytes[i] === COLON ? i : -1;
}

/**
 * The fields of a header block in their order. Lines that are neither a field nor a continuation (an mbox `From `
 * line, debris) are passed over; a blank line ends the block.
 */
export function parseHeaderFields(bytes: Uint8Array): HeaderField[] {
  const fields: HeaderField[] = [];
  const data = asBuffer(bytes);
  let at = 0;
  while (at < data.length && fields.length < MAX_HEADER_FIELDS) {
    let end = lineEnd(data, at);
    if (isBlankLine(data, at, end)) break;
    const colon = findFieldColon(data, at, end);
    while (end < data.length && isBlank(data[end] ?? 0) && !isBlankLine(data, end, lineEnd(data, end))) {
      end = lineEnd(data, end);
    }
    if (colon >= 0) {
      const name = data.toString('latin1', at, colon).trimEnd();
      fields.push({ name, key: name.toLowerCase(), start: at, valueStart: colon + 1, end });
    }
    at = end;
  }
  return fields;
}

function lineEnd(data: Buffer, from: number): number {
  const lf = data.indexOf(LF, from);
  return lf < 0 ? data.length : lf + 1;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** True for a line of nothing but its line end (CR CR LF included). */
export function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end && bytes[i] === CR) i++;
  return i < end && bytes[i] === LF && i + 1 === end;
}

/**
 * Text of a field body: unfolded (RFC 5322 §2.2.3), trimmed, line ends and NUL removed, 8-bit bytes taken as
 * UTF-8 (RFC 6532) or else GB18030. Encoded-words stay as they are.
 */
export function unfoldField(bytes: Uint8Array, start: number, end: number): string {
  const slice = asBuffer(bytes).subarray(start, end);
  const text = isAscii(slice) ? slice.toString('latin1') : decodeUndeclared(slice).text;
  return unfoldText(text);
}

/** Removes line breaks and NULs from a field body; a line break without white space after it becomes one space. */
export function unfoldText(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isFoldChar(text.charCodeAt(from))) from++;
  while (to > from && isFoldChar(text.charCodeAt(to - 1))) to--;
  const inner = from === 0 && to === text.length ? text : text.slice(from, to);
  if (!/[\r\n\0]/.test(inner)) return inner;
  return inner.replaceAll(/[\r\n\0]+/g, (run: string, at: number) => {
    const next = inner.charCodeAt(at + run.length);
    return next === 0x20 || next === 0x09 || !/[\r\n]/.test(run) ? '' : ' ';
  });
}

function isFoldChar(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === CR || code === LF || code === 0;
}

/** A header block read on demand. */
export class HeaderBlock {
  readonly bytes: Uint8Array;
  readonly fields: readonly HeaderField[];
  readonly #data: Buffer;
  readonly #ascii: boolean;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#data = asBuffer(bytes);
    this.#ascii = isAscii(bytes);
    this.fields = parseHeaderFields(bytes);
  }

  /** Unfolded text of the first field of that name (lower case), or null. */
  first(key: string): string | null {
    for (const field of this.fields) if (field.key === key) return this.text(field);
    return null;
  }

  /** Unfolded texts of all fields of that name (lower case), in order. */
  all(key: string): string[] {
    return this.fields.filter(field => field.key === key).map(field => this.text(field));
  }

  /** Unfolded text of one field; see {@link unfoldField}. */
  text(field: HeaderField): string {
    if (this.#ascii) return unfoldText(this.#data.toString('latin1', field.valueStart, field.end));
    return unfoldField(this.bytes, field.valueStart, field.end);
  }

  /** The bytes between the colon and the field's end, line ends included (JMAP "Raw", RFC 8621 §4.1.2.1). */
  raw(field: HeaderField): Uint8Array {
    return this.bytes.subarray(field.valueStart, field.end);
  }
}
