import { isUtf8 } from 'node:buffer';

/** A command line taken apart. */
export interface Pop3CommandLine {
  /** In upper case; empty when the line does not begin with a keyword. */
  readonly keyword: string;
  /** What follows the one space behind the keyword, as it was sent: of PASS every space counts (RFC 1939 §7). */
  readonly argument: Buffer;
}

const space = 0x20;
/** Longest keyword looked at: RFC 2449 §3 has four characters at most, nothing longer is registered. */
const longestKeyword = 8;
/** No maildrop has more messages, and no TOP more lines, than nine digits can say. */
const longestNumber = 9;

function isKeywordByte(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}

/** Splits a command line without its line end (RFC 1939 §3, RFC 2449 §3). Keywords are of letters and digits (`UTF8`). */
export function splitPop3Command(line: Buffer): Pop3CommandLine {
  let end = 0;
  while (end < line.length && end <= longestKeyword && isKeywordByte(line[end] ?? 0)) end += 1;
  if (end === 0 || end > longestKeyword || (end < line.length && line[end] !== space)) {
    return { keyword: '', argument: line };
  }
  return { keyword: line.toString('latin1', 0, end).toUpperCase(), argument: line.subarray(end + 1) };
}

/** Words of an argument, separated by spaces; spaces at both ends are passed over. At most `most`, else null. */
export function splitWords(argument: Buffer, most: number): string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < argument.length) {
    if (argument[at] === space) {
      at += 1;
      continue;
    }
    if (words.length === most) return null;
    const found = argument.indexOf(space, at);
    const end = found === -1 ? argument.length : found;
    words.push(argument.toString('latin1', at, end));
    at = end;
  }
  return words;
}

/** A decimal number without sign, from `least` up; null for anything else. Leading zeros are allowed. */
export function parseNumber(word: string, least: number): number | null {
  if (word === '' || word.length > longestNumber) return null;
  let value = 0;
  for (let at = 0; at < word.length; at += 1) {
    const digit = word.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value < least ? null : value;
}

/** The message-number of RETR and DELE (RFC 1939 §5), from 1 up. Null when it is not one. */
export function parseMessageNumber(argument: Buffer): number | null {
  const words = splitWords(argument, 1);
  return words?.[0] === undefined ? null : parseNumber(words[0], 1);
}

/** The message-number that LIST and UIDL may have (RFC 1939 §5, §7): `all` without one, null when it is not one. */
export function parseOptionalNumber(argument: Buffer): number | 'all' | null {
  const words = splitWords(argument, 1);
  if (words === null) return null;
  return words[0] === undefined ? 'all' : parseNumber(words[0], 1);
}

/** `TOP msg n` (RFC 1939 §7): message-number from 1, lines from 0. Null when it is not that. */
export function parseTopArgument(
  argument: Buffer,
): { readonly message: number; readonly lines: number } | null {
  const [first, second] = splitWords(argument, 2) ?? [];
  const message = parseNumber(first ?? '', 1);
  const lines = parseNumber(second ?? '', 0);
  return message === null || lines === null ? null : { message, lines };
}

/** `AUTH mechanism [initial-response]` (RFC 5034 §4): mechanism in upper case. Null when it is not that. */
export function parseAuthArgument(
  argument: Buffer,
): { readonly mechanism: string; readonly initial: string | null } | null {
  const [mechanism, initial] = splitWords(argument, 2) ?? [];
  if (mechanism === undefined) return null;
  return { mechanism: mechanism.toUpperCase(), initial: initial ?? null };
}

/**
 * The name of USER or the password of PASS (RFC 1939 §7, RFC 6856 §2.2): everything behind the one space, in UTF-8. Null
 * when it is empty, not UTF-8, or has a NUL.
 */
export function parseCredential(argument: Buffer): string | null {
  return argument.length === 0 || argument.includes(0) || !isUtf8(argument)
    ? null
    : argument.toString('utf8');
}
