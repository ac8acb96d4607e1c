/** Up to this length the engine's own search is used: its worst case is this many comparisons for each character. */
const shortNeedle = 8;

/** Length of the longest border of each prefix (Knuth, Morris, Pratt). */
function bordersOf(needle: string): Int32Array {
  const borders = new Int32Array(needle.length);
  let length = 0;
  for (let i = 1; i < needle.length; i++) {
    while (length > 0 && needle.charCodeAt(i) !== needle.charCodeAt(length))
      length = borders[length - 1] ?? 0;
    if (needle.charCodeAt(i) === needle.charCodeAt(length)) length++;
    borders[i] = length;
  }
  return borders;
}

/** First place at or after `from` where `needle` stands, or -1. Linear in the text whatever the needle. */
export function findText(text: string, needle: string, from: number): number {
  if (needle.length <= shortNeedle) return text.indexOf(needle, from);
  const borders = bordersOf(needle);
  let matched = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    while (matched > 0 && code !== needle.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
    if (code === needle.charCodeAt(matched)) matched++;
    if (matched === needle.length) return i - matched + 1;
  }
  return -1;
}
