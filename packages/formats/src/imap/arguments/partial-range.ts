import type { Scanner } from '../scanner.ts';

/** `1:100`: places in the result, counted from its beginning; `-1:-100`: from its end (RFC 9394 §3.1). */
export interface PartialRange {
  readonly first: number;
  readonly last: number;
  readonly fromEnd: boolean;
}

/** `partial-range` of RFC 9394 §3.1. Never zero; both ends count from the same side. */
export function parsePartialRange(scanner: Scanner): PartialRange {
  const fromEnd = scanner.take(0x2d);
  const first = scanner.nzNumber();
  scanner.expect(0x3a);
  if (scanner.take(0x2d) !== fromEnd) scanner.fail('Both ends of a range must count from the same side');
  const last = scanner.nzNumber();
  return { first: Math.min(first, last), last: Math.max(first, last), fromEnd };
}
