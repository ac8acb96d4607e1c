const shape = /^[A-Za-z0-9_-]{1,255}$/;

/** Id of RFC 8620 §1.2: 1 to 255 octets of the URL-safe base64 alphabet. */
export function isId(value: string): boolean {
  return shape.test(value);
}

/**
 * First letter of the ids that we give out. RFC 8620 §1.2 advises against ids that begin with a digit or a dash, or
 * that differ only in case.
 */
export type IdKind = 'a' | 'm' | 'e' | 't' | 'i' | 's' | 'q' | 'p' | 'r';

/** Prints an object's number as an id: `a7`, `m12`, `e1048`. */
export function printId(kind: IdKind, value: number): string {
  return kind + value.toString(10);
}

/** The number in an id that `printId` made; null for anything else, and for numbers with leading zeros. */
export function parseId(kind: IdKind, id: string): number | null {
  if (id.length < 2 || id.length > 17 || id[0] !== kind) return null;
  let value = 0;
  for (let at = 1; at < id.length; at++) {
    const digit = id.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9 || (at === 1 && digit === 0)) return null;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : null;
}
