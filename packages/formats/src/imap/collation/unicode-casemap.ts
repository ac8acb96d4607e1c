const beyondAscii = /[^\u0000-\u007f]/;
const surrogate = /[\ud800-\udfff]/;

/** The upper case of a character if that is one character too: the simple mapping of the Unicode data file. */
function simpleUpper(character: string): string {
  const upper = character.toUpperCase();
  return upper.length === character.length ? upper : character;
}

/** A string in the form in which i;unicode-casemap compares it (RFC 5051 §2): without case, compatibility forms as one. */
export function casemap(text: string): string {
  if (!beyondAscii.test(text)) return text.toUpperCase();
  let mapped = '';
  for (const character of text) mapped += simpleUpper(character);
  return mapped.normalize('NFKD');
}

/** Compares two casemapped strings by code point, as their octets in UTF-8 compare (RFC 5051 §2). */
export function compareCasemapped(left: string, right: string): number {
  if (left === right) return 0;
  if (!surrogate.test(left) && !surrogate.test(right)) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
