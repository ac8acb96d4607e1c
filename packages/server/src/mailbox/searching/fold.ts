/** Anything outside ASCII. */
const beyondAscii = /[^\u0000-\u007f]/;
const jamo = /[\u1100-\u11ff]+/g;

/**
 * Text as it is compared: without case, compatibility forms (full and half width) as one, marks apart from their letters,
 * so that `cafe` is in `café` (i;unicode-casemap, RFC 5051 §2). Korean syllables stay whole: a part of one is no text.
 */
export function foldText(text: string): string {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replaceAll(jamo, syllables => syllables.normalize('NFC'))
    .toLowerCase()
    .replaceAll('ς', 'σ');
}

/** Whether `text` contains `needle`, which is folded already. The empty needle is in every text. */
export function contains(text: string, needle: string): boolean {
  return needle === '' || foldText(text).includes(needle);
}

/** Folded text, and for each of its units where the character it came of begins; one more for the end. */
export interface FoldedPlaces {
  readonly text: string;
  readonly places: readonly number[];
}

/** A character with its marks, or a row of Korean letters. */
const cluster = /[\u1100-\u11ff]+|[^]\p{M}*/gu;

/** As `foldText`, for showing where something was found. */
export function foldWithPlaces(text: string): FoldedPlaces {
  let folded = '';
  const places: number[] = [];
  for (const match of text.matchAll(cluster)) {
    const piece = foldText(match[0]);
    for (let unit = 0; unit < piece.length; unit++) places.push(match.index);
    folded += piece;
  }
  places.push(text.length);
  return { text: folded, places };
}
