import { decodeWords, encodeWords } from './encoded-word.ts';

/** ASCII form of a text: as it is, or re-encoded as UTF-8 encoded-words when some character is not ASCII. */
export function asciiText(text: string): string {
  return /[^\u0000-\u007f]/.test(text) ? encodeWords(decodeWords(text)) : text;
}

/** An IMAP quoted string of ASCII text (RFC 9051 §4.3); CR, LF and NUL cannot be in one and are dropped. */
export function quotedString(text: string): string {
  if (/^[\t\u0020!\u0023-[\]-\u007e]*$/.test(text)) return `"${text}"`;
  const ascii = asciiText(text);
  return `"${ascii.replaceAll(/[\r\n\0]/g, '').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** An IMAP nstring: NIL for null. */
export function nstring(text: string | null): string {
  return text === null ? 'NIL' : quotedString(text);
}

/** A display name: NIL also when empty. */
export function addressString(name: string | null): string {
  return name === null || name === '' ? 'NIL' : quotedString(name);
}
