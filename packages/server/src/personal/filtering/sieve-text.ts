/** A quoted string of Sieve (RFC 5228 §2.4.2). */
export function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** Text as a part of a pattern of `:matches`, where it stands for itself (RFC 5228 §2.7.1). */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\*?]/g, '\\$&');
}

/** A list of strings, or the one there is. */
export function strings(texts: readonly string[]): string {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? quoted(only) : `[${texts.map(quoted).join(', ')}]`;
}

/** `allof` or `anyof` of tests; the one there is stands alone. */
export function joined(tests: readonly string[], how: 'all' | 'any'): string {
  const [only] = tests;
  if (only === undefined) return how === 'all' ? 'true' : 'false';
  return tests.length === 1 ? only : `${how}of(${tests.join(', ')})`;
}
