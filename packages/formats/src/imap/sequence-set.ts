import type { Scanner } from './scanner.ts';

/** Stands for `*` in a range. Larger than any UID or sequence number. */
export const STAR = 0x1_00_00_00_00;

/** `sequence-set` of RFC 9051 §9: ranges as the client wrote them, or `$` (RFC 5182). */
export type SequenceSet =
  | { readonly kind: 'ranges'; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly kind: 'saved' };

/** Inclusive ranges, ascending, apart from each other. */
export type NumberRanges = readonly (readonly [first: number, last: number])[];

const COMMA = 0x2c;
const COLON = 0x3a;
const ASTERISK = 0x2a;
const DOLLAR = 0x24;

/** Whether a sequence set can start with `octet`. */
export function startsSequenceSet(octet: number): boolean {
  return (octet >= 0x30 && octet <= 0x39) || octet === ASTERISK || octet === DOLLAR;
}

function seqNumber(scanner: Scanner): number {
  return scanner.take(ASTERISK) ? STAR : scanner.nzNumber();
}

/** Reads a sequence set (RFC 9051 §4.1.1). At most `limits.setRanges` ranges. */
export function parseSequenceSet(scanner: Scanner): SequenceSet {
  if (scanner.take(DOLLAR)) return { kind: 'saved' };
  const ranges: (readonly [number, number])[] = [];
  do {
    const first = seqNumber(scanner);
    const last = scanner.take(COLON) ? seqNumber(scanner) : first;
    ranges.push([first, last]);
    if (ranges.length > scanner.limits.setRanges) scanner.failLimit('Sequence set too long');
  } while (scanner.take(COMMA));
  return { kind: 'ranges', ranges };
}

/** Puts `largest` in place of `*`, orders each range, sorts and joins them. */
export function normalizeRanges(
  ranges: readonly (readonly [number, number])[],
  largest: number,
): NumberRanges {
  const ordered = ranges.map(([a, b]): [number, number] => {
    const first = a === STAR ? largest : a;
    const last = b === STAR ? largest : b;
    return first <= last ? [first, last] : [last, first];
  });
  ordered.sort((left, right) => left[0] - right[0]);
  const joined: [number, number][] = [];
  for (const range of ordered) {
    const previous = joined.at(-1);
    if (previous && range[0] <= previous[1] + 1) previous[1] = Math.max(previous[1], range[1]);
    else joined.push(range);
  }
  return joined;
}

/** Ranges that hold exactly `numbers` (ascending, without duplicates). */
export function rangesOf(numbers: Iterable<number>): NumberRanges {
  const ranges: [number, number][] = [];
  let current: [number, number] | undefined;
  for (const value of numbers) {
    if (current && value === current[1] + 1) current[1] = value;
    else {
      current = [value, value];
      ranges.push(current);
    }
  }
  return ranges;
}

/** `1:3,7` for ranges; empty text for none. */
export function formatRanges(ranges: NumberRanges): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
}

/** Sequence-set text of numbers in the order given: neighbours that ascend by one become a range (COPYUID, RFC 4315 §3). */
export function formatNumbers(numbers: Iterable<number>): string {
  return formatRanges(rangesOf(numbers));
}
