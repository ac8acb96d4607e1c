import { decodeCharset, decodeUndeclared } from '../charset/decode.ts';
import { findCharset } from '../charset/labels.ts';
import { BadCharsetError, ImapSyntaxError } from './syntax-error.ts';

/** Turns the octets of a search string into text. Throws `ImapSyntaxError` if they are not of the charset. */
export type TextDecoding = (octets: Buffer) => string;

/** Charsets named in NO [BADCHARSET (…)]; more are taken. */
export const advertisedCharsets: readonly string[] = [
  'UTF-8',
  'US-ASCII',
  'GB18030',
  'GBK',
  'BIG5',
  'ISO-8859-1',
];

/** Decoder for `SEARCH CHARSET name` (RFC 9051 §6.4.4). Throws `BadCharsetError` for a name we do not know. */
export function decoderFor(name: string, saves: boolean = false): TextDecoding {
  if (findCharset(name) === null) throw new BadCharsetError(name, saves);
  return octets => {
    const { text, problem } = decodeCharset(name, octets);
    if (problem) throw new ImapSyntaxError('String is not valid in its charset', 0);
    return text;
  };
}

/** Without CHARSET: UTF-8 (RFC 9051), and GB18030 for clients that send their local charset unannounced. */
export const undeclaredText: TextDecoding = octets => decodeUndeclared(octets).text;
