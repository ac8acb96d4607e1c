/** Ranges of code points, inclusive, as RFC 3454's tables list them. */
type Ranges = readonly (readonly [number, number])[];

function one(code: number): readonly [number, number] {
  return [code, code];
}

/** B.1, mapped to nothing. */
const dropped: Ranges = [
  one(0x00ad),
  one(0x034f),
  one(0x1806),
  [0x180b, 0x180d],
  [0x200b, 0x200d],
  one(0x2060),
  [0xfe00, 0xfe0f],
  one(0xfeff),
];

/** C.1.2, mapped to SPACE. U+200B is in B.1, too, and dropped. */
const spaces: Ranges = [one(0x00a0), one(0x1680), [0x2000, 0x200a], one(0x202f), one(0x205f), one(0x3000)];

/** C.2.1 to C.9 without the planes' last two code points, which `prohibited` checks by arithmetic. */
const forbidden: Ranges = [
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  [0x0340, 0x0341],
  one(0x06dd),
  one(0x070f),
  one(0x180e),
  [0x200c, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2063],
  [0x206a, 0x206f],
  [0x2ff0, 0x2ffb],
  [0xd800, 0xf8ff],
  [0xfdd0, 0xfdef],
  one(0xfeff),
  [0xfff9, 0xfffd],
  [0x1d173, 0x1d17a],
  one(0xe0001),
  [0xe0020, 0xe007f],
  [0xf0000, 0x10ffff],
];

/** D.1, characters that run from right to left. */
const rightToLeft: Ranges = [
  one(0x05be),
  one(0x05c0),
  one(0x05c3),
  [0x05d0, 0x05ea],
  [0x05f0, 0x05f4],
  one(0x061b),
  one(0x061f),
  [0x0621, 0x063a],
  [0x0640, 0x064a],
  [0x066d, 0x066f],
  [0x0671, 0x06d5],
  one(0x06dd),
  [0x06e5, 0x06e6],
  [0x06fa, 0x06fe],
  [0x0700, 0x070d],
  one(0x0710),
  [0x0712, 0x072c],
  [0x0780, 0x07a5],
  one(0x07b1),
  one(0x200f),
  one(0xfb1d),
  [0xfb1f, 0xfb28],
  [0xfb2a, 0xfb36],
  [0xfb38, 0xfb3c],
  one(0xfb3e),
  [0xfb40, 0xfb41],
  [0xfb43, 0xfb44],
  [0xfb46, 0xfbb1],
  [0xfbd3, 0xfd3d],
  [0xfd50, 0xfd8f],
  [0xfd92, 0xfdc7],
  [0xfdf0, 0xfdfc],
  [0xfe70, 0xfe74],
  [0xfe76, 0xfefc],
];

function within(ranges: Ranges, code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}

function prohibited(code: number): boolean {
  return (code & 0xfffe) === 0xfffe || within(forbidden, code);
}

/** RFC 3454 §6: with one right-to-left character there is no left-to-right letter, and the first and last are of the kind. */
function directionsMix(codes: readonly number[]): boolean {
  if (!codes.some(code => within(rightToLeft, code))) return false;
  const letter = (code: number): boolean =>
    !within(rightToLeft, code) && /\p{L}/u.test(String.fromCodePoint(code));
  const ends = [codes[0] ?? 0, codes.at(-1) ?? 0];
  return codes.some(letter) || !ends.every(code => within(rightToLeft, code));
}

/**
 * SASLprep (RFC 4013) of a password, so that the same one typed on another system compares equal. Null for prohibited
 * characters and mixed directions. Code points assigned after Unicode 3.2 are let through (RFC 3454 §7, query strings).
 */
export function saslPrep(text: string): string | null {
  // Plain ASCII is by far the usual case and stays as it is.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  let mapped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (within(dropped, code)) continue;
    mapped += within(spaces, code) ? ' ' : character;
  }
  const prepared = mapped.normalize('NFKC');
  const codes = Array.from(prepared, character => character.codePointAt(0) ?? 0);
  return codes.some(prohibited) || directionsMix(codes) ? null : prepared;
}
