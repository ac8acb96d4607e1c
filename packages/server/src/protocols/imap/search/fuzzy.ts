import type { SearchKey } from '@hongyan/formats/imap/arguments/search-keys.ts';

/** A key that asks for a text. */
export type TextKey = Extract<SearchKey, { readonly value: string }>;

/** Words of one text that are looked for; the rest is left out. */
const maxWords = 12;

const letters = /[\p{L}\p{N}\p{M}]+/gu;
const ideographs = /^\p{Script=Han}+$/u;

/** Ideographs in pairs, the last one overlapping if need be: what stands between them does not matter. */
function pairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length <= 2) return [run];
  const starts = Array.from({ length: Math.ceil(characters.length / 2) }, (_, index) =>
    Math.min(index * 2, characters.length - 2),
  );
  return starts.map(start => characters.slice(start, start + 2).join(''));
}

/** What of a text is looked for loosely: its words in any order, Chinese by pairs. */
export function looseWords(text: string): string[] {
  const words = new Set<string>();
  for (const [run] of text.matchAll(letters)) {
    for (const word of ideographs.test(run) ? pairs(run) : [run]) {
      words.add(word);
      if (words.size === maxWords) return [...words];
    }
  }
  return [...words];
}

export function isTextKey(key: SearchKey): key is TextKey {
  return 'value' in key;
}

/** The same key for each word; itself when there are not several. */
export function allWords(key: TextKey): SearchKey {
  const words = looseWords(key.value);
  if (words.length === 0 || (words.length === 1 && words[0] === key.value)) return key;
  return { key: 'and', children: words.map(value => ({ ...key, value })) };
}

/** A key as FUZZY matches it (RFC 6203 §3): texts by their words; all others, for which it means nothing, exactly (§5). */
export function loosened(key: SearchKey): SearchKey {
  switch (key.key) {
    case 'not':
      return { key: 'not', child: loosened(key.child) };
    case 'fuzzy':
      return loosened(key.child);
    case 'or':
      return { key: 'or', left: loosened(key.left), right: loosened(key.right) };
    case 'and':
      return { key: 'and', children: key.children.map(loosened) };
    default:
      return isTextKey(key) ? allWords(key) : key;
  }
}

/** Texts that are asked for loosely and make a message relevant: those under NOT do not. */
export function fuzzyTexts(key: SearchKey, fuzzy: boolean = false): TextKey[] {
  switch (key.key) {
    case 'not':
      return [];
    case 'fuzzy':
      return fuzzyTexts(key.child, true);
    case 'or':
      return [...fuzzyTexts(key.left, fuzzy), ...fuzzyTexts(key.right, fuzzy)];
    case 'and':
      return key.children.flatMap(child => fuzzyTexts(child, fuzzy));
    default:
      return fuzzy && isTextKey(key) ? [key] : [];
  }
}
