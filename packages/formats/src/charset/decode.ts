import { Buffer, isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { hzToGbk, iso2022KrToEucKr } from './iso-2022.ts';
import { type Charset, findCharset } from './labels.ts';

/** Text that was decoded, the charset it was taken to be in, and whether anything was damaged or guessed. */
export interface DecodedText {
  readonly text: string;
  /** Preferred MIME name of the charset that was used, lower case. */
  readonly charset: string;
  /** True when the label was unknown or some bytes did not decode (RFC 8621 §4.1.4 isEncodingProblem). */
  readonly problem: boolean;
}

const REPLACEMENT = '\uFFFD';
const decoders = new Map<string, TextDecoder>();

/** One decoder per codec: they keep no state between calls without `stream`, and there are few codecs. */
function textDecoder(codec: string): TextDecoder {
  let decoder = decoders.get(codec);
  if (decoder === undefined) {
    decoder = new TextDecoder(codec);
    decoders.set(codec, decoder);
  }
  return decoder;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function isPlainAscii(bytes: Uint8Array): boolean {
  return isAscii(bytes) && !bytes.includes(0x1b) && !bytes.includes(0x0e);
}

function decodeWith(charset: Charset, bytes: Uint8Array): string {
  if (charset.engine === 'iconv') return iconv.decode(view(bytes), charset.codec);
  if (charset.engine === 'hz') return textDecoder('gb18030').decode(hzToGbk(bytes));
  if (charset.engine === 'iso-2022-kr') return iconv.decode(view(iso2022KrToEucKr(bytes)), 'cp949');
  return textDecoder(charset.codec).decode(bytes);
}

/** Charsets in which an ASCII byte can mean something else, so that the ASCII short cut is closed. */
const STATEFUL: ReadonlySet<string> = new Set([
  'utf-7',
  'utf-16',
  'utf-16le',
  'utf-16be',
  'utf-32',
  'utf-32le',
  'utf-32be',
  'hz-gb-2312',
]);

/**
 * Text whose charset nobody declared: ASCII, else UTF-8 when it is valid (but for a character cut off at the end), else
 * GB18030, which is what
 * Chinese programs that omit the declaration send.
 */
export function decodeUndeclared(bytes: Uint8Array): DecodedText {
  if (isAscii(bytes)) {
    // ISO-2022 escapes are unmistakable and were sent without a label for many years.
    if (bytes.includes(0x1b) && view(bytes).includes('\u001b$')) {
      const text = textDecoder('iso-2022-jp').decode(bytes);
      if (!text.includes(REPLACEMENT)) return { text, charset: 'iso-2022-jp', problem: false };
    }
    return { text: view(bytes).toString('latin1'), charset: 'us-ascii', problem: false };
  }
  if (isUtf8(bytes)) return { text: textDecoder('utf-8').decode(bytes), charset: 'utf-8', problem: false };
  if (isCutUtf8(bytes)) return { text: textDecoder('utf-8').decode(bytes), charset: 'utf-8', problem: true };
  const text = textDecoder('gb18030').decode(bytes);
  return { text, charset: 'gb18030', problem: text.includes(REPLACEMENT) };
}

/** UTF-8 that ends inside a character, as the first bytes of a longer text do. */
function isCutUtf8(bytes: Uint8Array): boolean {
  let lead = bytes.length - 1;
  while (lead > 0 && bytes.length - lead < 3 && ((bytes[lead] ?? 0) & 0xc0) === 0x80) lead--;
  const whole = bytes.subarray(0, lead);
  return (bytes[lead] ?? 0) >= 0xc2 && isUtf8(whole) && !isAscii(whole);
}

/**
 * Decodes bytes that a message labels with `label`. Never throws: damaged bytes become U+FFFD, and no label, an
 * unknown one, or `us-ascii` on 8-bit text leads to {@link decodeUndeclared}.
 */
export function decodeCharset(label: string | null, bytes: Uint8Array): DecodedText {
  const charset = label === null || label === '' ? null : findCharset(label);
  if (charset === null) {
    const guess = decodeUndeclared(bytes);
    return label === null || label === '' ? guess : { ...guess, problem: true };
  }
  if (!STATEFUL.has(charset.name) && isPlainAscii(bytes)) {
    return { text: view(bytes).toString('latin1'), charset: charset.name, problem: false };
  }
  if (charset.engine === 'ascii') {
    const guess = decodeUndeclared(bytes);
    return { ...guess, problem: guess.charset !== 'us-ascii' };
  }
  try {
    const text = decodeWith(charset, bytes);
    return { text, charset: charset.name, problem: text.includes(REPLACEMENT) };
  } catch {
    return { ...decodeUndeclared(bytes), problem: true };
  }
}
