import { Buffer } from 'node:buffer';
import { decodeCharset } from '../charset/decode.ts';
import { decodeTransfer } from '../charset/transfer-decoder.ts';

interface Word {
  readonly charset: string;
  readonly encoding: 'b' | 'q';
  readonly text: string;
  /** Index after the closing `?=`. */
  readonly end: number;
}

/** A charset token longer than this is no encoded-word. */
const MAX_CHARSET_TOKEN = 80;

/**
 * Reads the encoded-word at `start` (where `=?` stands), or null. Longer words than RFC 2047 §2 allows and blanks
 * inside are accepted, as real senders produce them.
 */
function readWord(text: string, start: number): Word | null {
  const charsetEnd = text.indexOf('?', start + 2);
  if (charsetEnd < 0 || charsetEnd === start + 2 || charsetEnd - start > MAX_CHARSET_TOKEN) return null;
  const encoding = (text[charsetEnd + 1] ?? '').toLowerCase();
  if ((encoding !== 'b' && encoding !== 'q') || text[charsetEnd + 2] !== '?') return null;
  const textStart = charsetEnd + 3;
  const close = text.indexOf('?=', textStart);
  if (close < 0) return null;
  const label = text.slice(start + 2, charsetEnd);
  const star = label.indexOf('*');
  return {
    charset: (star < 0 ? label : label.slice(0, star)).toLowerCase(),
    encoding,
    text: text.slice(textStart, close),
    end: close + 2,
  };
}

function decodeQ(text: string): Uint8Array {
  const source = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    if (byte === 0x5f) {
      out[length++] = 0x20;
    } else if (byte === 0x3d) {
      const value = Number.parseInt(source.toString('latin1', i + 1, i + 3), 16);
      if (/^[0-9a-f]{2}$/i.test(source.toString('latin1', i + 1, i + 3))) {
        out[length++] = value;
        i += 2;
      } else {
        out[length++] = byte;
      }
    } else {
      out[length++] = byte;
    }
  }
  return out.subarray(0, length);
}

/** Words that belong together: same charset, nothing but white space between them. */
class WordRun {
  readonly charset: string;
  #pieces: Uint8Array[] = [];
  #base64 = '';
  /** Each word starts and ends in ASCII (RFC 2047 §3), and joined escape sequences would count as damage. */
  readonly #isStateful: boolean;

  constructor(charset: string) {
    this.charset = charset;
    this.#isStateful = charset.startsWith('iso-2022-');
  }

  add(word: Word): void {
    if (word.encoding === 'b') {
      this.#base64 += word.text;
      // Some senders cut base64 anywhere, so an unfinished quantum is continued by the next word.
      if (this.#isStateful || word.text.trimEnd().endsWith('=')) this.#flush();
    } else {
      this.#flush();
      this.#pieces.push(decodeQ(word.text));
    }
  }

  #flush(): void {
    if (this.#base64 !== '') this.#pieces.push(decodeTransfer('base64', Buffer.from(this.#base64, 'latin1')));
    this.#base64 = '';
  }

  decode(): string {
    this.#flush();
    if (this.#isStateful) {
      return withoutControls(this.#pieces.map(piece => decodeCharset(this.charset, piece).text).join(''));
    }
    return withoutControls(decodeCharset(this.charset, Buffer.concat(this.#pieces)).text);
  }
}

/** What nobody can see has no place in a header field (RFC 8621 §4.1.2.2). */
function withoutControls(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, '');
}

/**
 * Decodes the encoded-words of an unfolded field body (RFC 2047 §6, RFC 2231 §5). White space between adjacent words
 * disappears, and characters split over words of one charset are joined. What is no valid word stays as it is.
 */
export function decodeWords(text: string): string {
  let open = text.indexOf('=?');
  if (open < 0) return text;
  const lastClose = text.lastIndexOf('?=');
  let out = '';
  let at = 0;
  let run: WordRun | null = null;
  while (open >= 0 && open < lastClose) {
    const word = readWord(text, open);
    if (word === null) {
      open = text.indexOf('=?', open + 2);
      continue;
    }
    const between = text.slice(at, open);
    if (run !== null && between.trim() !== '') {
      out += run.decode();
      run = null;
    }
    if (run === null) {
      out += between;
    } else if (run.charset !== word.charset) {
      out += run.decode();
      run = null;
    }
    run ??= new WordRun(word.charset);
    run.add(word);
    at = word.end;
    open = text.indexOf('=?', at);
  }
  if (run !== null) out += run.decode();
  return out + text.slice(at);
}

/** Longest encoded-word, RFC 2047 §2. */
const MAX_WORD = 75;
/** Room for at least one character of four bytes in either encoding. */
const MIN_ROOM = 12;
const PREFIX_LENGTH = '=?UTF-8?B??='.length;

/** Whether `text` needs encoded-words: something outside printable ASCII, or what would be read as one. */
export function needsWords(text: string): boolean {
  return /[^\t\u0020-\u007e]/.test(text) || text.includes('=?');
}

/**
 * Encodes a whole text as UTF-8 encoded-words (RFC 2047 §2, §5) of at most 75 characters each, separated by
 * single spaces; whole characters only in each word. B or Q, whichever is shorter. The empty text stays empty.
 * @param used columns already taken on the line of the first word
 */
export function encodeWords(text: string, used = 0): string {
  const bytes = Buffer.from(text.toWellFormed(), 'utf8');
  const qLength = bytes.reduce((sum, byte) => sum + (isQSafe(byte) || byte === 0x20 ? 1 : 3), 0);
  const useB = qLength > Math.ceil(bytes.length / 3) * 4;
  let room = Math.max(MAX_WORD - PREFIX_LENGTH - used, MIN_ROOM);
  const words: string[] = [];
  let piece = '';
  let size = 0;
  const flush = (): void => {
    if (piece !== '')
      words.push(
        `=?UTF-8?${useB ? 'B' : 'Q'}?${useB ? Buffer.from(piece).toString('base64') : encodeQ(piece)}?=`,
      );
    piece = '';
    size = 0;
    room = MAX_WORD - PREFIX_LENGTH;
  };
  for (const character of text.toWellFormed()) {
    const cost = useB ? Buffer.byteLength(character) : encodeQ(character).length;
    const next = size + cost;
    if (useB ? Math.ceil(next / 3) * 4 > room : next > room) flush();
    piece += character;
    size += cost;
  }
  flush();
  return words.join(' ');
}

/** Characters that may stand for themselves in a phrase (RFC 2047 §5 rule 3). */
function isQSafe(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x21 ||
    byte === 0x2a ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2f
  );
}

function encodeQ(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    if (byte === 0x20) out += '_';
    else if (isQSafe(byte)) out += String.fromCharCode(byte);
    else out += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
