import { Buffer } from 'node:buffer';

/** A text as a comparator sees it. `origin` maps its places to places of the text as it was; null when they are the same. */
export interface Folded {
  readonly text: string;
  readonly origin: readonly number[] | null;
}

/** A way of comparing (RFC 4790). `substring`: whether `:contains` and `:matches` are possible with it. */
export interface Comparator {
  readonly name: string;
  readonly substring: boolean;
  fold(text: string): Folded;
  /** Negative, zero or positive. */
  compare(left: string, right: string): number;
}

function same(text: string): Folded {
  return { text, origin: null };
}

function octets(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8'));
}

function asciiUpper(text: string): string {
  return text.replaceAll(/[a-z]+/g, run => run.toUpperCase());
}

const plainAscii = /^[\0-\x7f]*$/;

/** RFC 5051 §2: title case, then decomposed. */
function unicodeFold(text: string): Folded {
  if (plainAscii.test(text)) return same(text.toUpperCase());
  const origin: number[] = [];
  let folded = '';
  let at = 0;
  for (const character of text) {
    const upper = character.toUpperCase();
    // A letter whose capital is several letters keeps its own form: the mapping is one to one.
    const next = (Array.from(upper).length === 1 ? upper : character).normalize('NFKD');
    for (let i = 0; i < next.length; i++) origin.push(at);
    folded += next;
    at += character.length;
  }
  origin.push(at);
  return { text: folded, origin };
}

/** RFC 4790 §9.1.1: what does not begin with a digit is positive infinity. */
function leadingDigits(text: string): string | null {
  let end = 0;
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  if (end === 0) return null;
  let start = 0;
  while (start < end - 1 && text.charAt(start) === '0') start++;
  return text.slice(start, end);
}

function numeric(left: string, right: string): number {
  const a = leadingDigits(left);
  const b = leadingDigits(right);
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The comparators of this server (RFC 4790 §9, RFC 5051). */
export const comparators: readonly Comparator[] = [
  { name: 'i;octet', substring: true, fold: same, compare: octets },
  {
    name: 'i;ascii-casemap',
    substring: true,
    fold: text => same(asciiUpper(text)),
    compare: (left, right) => octets(asciiUpper(left), asciiUpper(right)),
  },
  {
    name: 'i;unicode-casemap',
    substring: true,
    fold: unicodeFold,
    compare: (left, right) => octets(unicodeFold(left).text, unicodeFold(right).text),
  },
  { name: 'i;ascii-numeric', substring: false, fold: same, compare: numeric },
];

/** The default of RFC 5228 §2.7.3. */
export const standardComparator = 'i;ascii-casemap';

/** Those that need no `require` (RFC 5228 §2.7.3). */
export const freeComparators: ReadonlySet<string> = new Set(['i;octet', 'i;ascii-casemap']);
