/** What a code point is to the index. */
export const CharacterClass = {
  /** Between words: blanks, punctuation, controls. */
  Separator: 0,
  /** Letter, mark or digit of a script that puts blanks between words. */
  Word: 1,
  /** Of a script written without blanks: Chinese, Japanese, Korean, Thai and their like. */
  Dense: 2,
  /** A word by itself: currency signs, arrows, emoji. */
  Symbol: 3,
} as const;

export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

const { Separator, Word, Dense, Symbol: Sign } = CharacterClass;

const letters = /^[\p{L}\p{M}\p{N}]$/u;
const signs = /^\p{S}$/u;
const dense =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Yi}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}]$/u;

function classify(code: number): CharacterClass {
  if (code >= 0xd800 && code <= 0xdfff) return Separator;
  const character = String.fromCodePoint(code);
  // Variation selectors only say how the sign before them is drawn.
  if (code >= 0xfe00 && code <= 0xfe0f) return Separator;
  if (letters.test(character)) return dense.test(character) ? Dense : Word;
  return code > 0x7f && signs.test(character) ? Sign : Separator;
}

/** Classes of the basic plane as they became known, plus one; 0 is not known yet. */
const known = new Uint8Array(0x1_0000);

/** The class of a code point. It depends on nothing around it, so that a piece of a text is cut like the text. */
export function classOf(code: number): CharacterClass {
  if (code > 0xffff) return classify(code);
  const cached = known[code] ?? 0;
  if (cached > 0) return (cached - 1) as CharacterClass;
  const found = classify(code);
  known[code] = found + 1;
  return found;
}
