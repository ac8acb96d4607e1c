import { Buffer, isUtf8 } from 'node:buffer';

/** Longest quoted string, octets (RFC 5804 §4). */
export const longestQuoted = 1024;

/** A word of a command (RFC 5804 §4). Strings are octets: a script may come as one and be anything. */
export type Word =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly octets: Buffer };

/** One line: its words, and the size of the literal that follows it, if it ends with one. */
export interface ScannedLine {
  readonly words: readonly Word[];
  readonly literal: number | null;
}

const most = 16;
const quote = 0x22;
const backslash = 0x5c;

function isAtomByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x5f
  );
}

function quoted(line: Buffer, start: number): { readonly octets: Buffer; readonly end: number } | null {
  const octets: number[] = [];
  for (let i = start + 1; i < line.length; i++) {
    let byte = line[i] ?? 0;
    if (byte === quote) return { octets: Buffer.from(octets), end: i + 1 };
    if (byte === backslash) byte = line[++i] ?? 0;
    if (byte === 0 || octets.length >= longestQuoted) return null;
    octets.push(byte);
  }
  return null;
}

/** Size announced by `{n+}` or `{n}` at the end of a line; -1 when it is none. */
function literalSize(line: Buffer, start: number): number {
  const match = /^\{(\d{1,10})\+?\}$/.exec(line.toString('latin1', start, Math.min(line.length, start + 16)));
  return match === null || line.length - start > 14 ? -1 : Number(match[1]);
}

function atom(line: Buffer, start: number): { readonly word: Word; readonly end: number } | null {
  let end = start;
  while (end < line.length && isAtomByte(line[end] ?? 0)) end++;
  if (end === start || end - start > 64) return null;
  const text = line.toString('latin1', start, end);
  if (!/^\d+$/.test(text)) return { word: { kind: 'atom', text }, end };
  const value = Number(text);
  return value > 0xffff_ffff ? null : { word: { kind: 'number', value }, end };
}

/** Reads one line without its line end; null when it is not well-formed. Linear, whatever comes. */
export function scanLine(line: Buffer): ScannedLine | null {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    const byte = line[at] ?? 0;
    if (byte === 0x20) {
      at++;
      continue;
    }
    if (words.length >= most) return null;
    if (byte === 0x7b) {
      const size = literalSize(line, at);
      return size === -1 ? null : { words, literal: size };
    }
    if (byte === quote) {
      const read = quoted(line, at);
      if (read === null) return null;
      words.push({ kind: 'string', octets: read.octets });
      at = read.end;
    } else {
      const read = atom(line, at);
      if (read === null) return null;
      words.push(read.word);
      at = read.end;
    }
    // Words stand apart.
    if (at < line.length && line[at] !== 0x20) return null;
  }
  return { words, literal: null };
}

/** Size of the literal that a line announces at its end, whatever stands before: what follows a line that is not well-formed. */
export function trailingLiteral(line: Buffer): number | null {
  const start = line.lastIndexOf(0x7b);
  const size = start === -1 ? -1 : literalSize(line, start);
  return size === -1 ? null : size;
}

/** A string of a command as text; null when it is not UTF-8. */
export function textOf(octets: Buffer): string | null {
  return isUtf8(octets) ? octets.toString('utf8') : null;
}
