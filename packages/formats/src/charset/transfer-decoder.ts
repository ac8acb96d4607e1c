import { Buffer } from 'node:buffer';

/** Content-Transfer-Encoding values that are understood; anything else is passed through as `identity`. */
export type TransferEncoding = 'base64' | 'quoted-printable' | 'x-uuencode' | 'identity';

/** Decodes one transfer encoding piece by piece. The bytes returned are the caller's to keep. */
export interface TransferDecoder {
  push(chunk: Uint8Array): Uint8Array;
  /** What was held back; after it the decoder must not be used again. */
  finish(): Uint8Array;
}

/** Whether a Content-Transfer-Encoding is one that can be undone, or needs no undoing (RFC 2045 §6.1). */
export function isKnownTransferEncoding(token: string): boolean {
  const known = ['', '7bit', '8bit', 'binary'];
  return known.includes(token.toLowerCase()) || findTransferEncoding(token) !== 'identity';
}

/** Maps the token of a Content-Transfer-Encoding field (RFC 2045 §6) to a decoder; unknown tokens decode as they are. */
export function findTransferEncoding(token: string): TransferEncoding {
  switch (token.toLowerCase()) {
    case 'base64':
    case 'b':
      return 'base64';
    case 'quoted-printable':
    case 'quoted_printable':
    case 'q':
      return 'quoted-printable';
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
    case 'uue':
      return 'x-uuencode';
    default:
      return 'identity';
  }
}

const EMPTY = new Uint8Array(0);
const PAD = 64;
const SKIP = 255;

const BASE64 = ((): Uint8Array => {
  const table = new Uint8Array(256).fill(SKIP);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i;
  table[0x3d] = PAD;
  return table;
})();

/** RFC 2045 §6.8. Characters outside the alphabet are skipped; padding in the middle starts a new quantum. */
class Base64Decoder implements TransferDecoder {
  #bits = 0;
  #count = 0;

  push(chunk: Uint8Array): Uint8Array {
    const out = Buffer.allocUnsafe(Math.ceil((chunk.length * 3) / 4) + 6);
    let bits = this.#bits;
    let count = this.#count;
    let length = 0;
    for (let i = 0; i < chunk.length; i++) {
      const value = BASE64[chunk[i] ?? 0] ?? SKIP;
      if (value < PAD) {
        bits = (bits << 6) | value;
        if (++count === 4) {
          out[length++] = bits >> 16;
          out[length++] = bits >> 8;
          out[length++] = bits;
          bits = 0;
          count = 0;
        }
      } else if (value === PAD) {
        length = writeRest(out, length, bits, count);
        bits = 0;
        count = 0;
      }
    }
    this.#bits = bits;
    this.#count = count;
    return out.subarray(0, length);
  }

  finish(): Uint8Array {
    const out = Buffer.allocUnsafe(2);
    return out.subarray(0, writeRest(out, 0, this.#bits, this.#count));
  }
}

/** Writes the whole bytes of an unfinished quantum. */
function writeRest(out: Uint8Array, at: number, bits: number, count: number): number {
  if (count === 2) out[at++] = bits >> 4;
  if (count === 3) {
    out[at++] = bits >> 10;
    out[at++] = bits >> 2;
  }
  return at;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** A run of white space this long is text, wherever it stands; shorter ones are held back until the line goes on or ends. */
const MAX_HELD = 1024;

/**
 * RFC 2045 §6.7. White space at the end of a line is dropped, soft line breaks are joined, also with white space after
 * the `=`; an `=` that starts no valid escape is kept as it stands.
 */
class QuotedPrintableDecoder implements TransferDecoder {
  #held: Uint8Array = EMPTY;
  /** In a run of white space that is too long to be held back. */
  #inLongRun = false;

  push(chunk: Uint8Array): Uint8Array {
    return this.#decode(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]), false);
  }

  finish(): Uint8Array {
    return this.#decode(this.#held, true);
  }

  #decode(data: Uint8Array, last: boolean): Uint8Array {
    const out = Buffer.allocUnsafe(data.length);
    let length = 0;
    let i = 0;
    if (this.#inLongRun) {
      while (isBlank(data[i])) out[length++] = data[i++] ?? 0;
      this.#inLongRun = i === data.length;
    }
    while (i < data.length) {
      const byte = data[i] ?? 0;
      if (byte !== 0x3d && !isBlank(byte)) {
        out[length++] = byte;
        i++;
        continue;
      }
      if (byte === 0x3d) {
        const high = hexValue(data[i + 1]);
        const low = hexValue(data[i + 2]);
        if (high >= 0 && low >= 0) {
          out[length++] = (high << 4) | low;
          i += 3;
          continue;
        }
        if (high >= 0 && i + 2 === data.length && !last) break;
      }
      const start = byte === 0x3d ? i + 1 : i;
      const end = skipBlank(data, start);
      const isLong = end - start >= MAX_HELD;
      const isOpen = end === data.length || (data[end] === 0x0d && end + 1 === data.length);
      if (isOpen && !last && !isLong) break;
      const atLineEnd =
        !isLong && (isOpen || data[end] === 0x0a || (data[end] === 0x0d && data[end + 1] === 0x0a));
      if (byte === 0x3d) {
        if (atLineEnd) {
          i = skipLineEnd(data, end);
        } else {
          out[length++] = byte;
          i++;
        }
      } else {
        if (!atLineEnd) for (let k = i; k < end; k++) out[length++] = data[k] ?? 0;
        i = end;
        this.#inLongRun = isLong && end === data.length;
      }
    }
    this.#held = i === data.length ? EMPTY : data.slice(i);
    return out.subarray(0, length);
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function skipLineEnd(data: Uint8Array, from: number): number {
  let i = from;
  if (data[i] === 0x0d) i++;
  if (data[i] === 0x0a) i++;
  return i;
}

function skipBlank(data: Uint8Array, from: number): number {
  let i = from;
  while (isBlank(data[i])) i++;
  return i;
}

/** A uuencoded line carries 45 bytes; longer ones up to this are decoded, the rest is passed over. */
const MAX_UU_LINE = 256;

/** x-uuencode as old programs send it: `begin`, lines with a length character, `end`. Lines outside are dropped. */
class UuDecoder implements TransferDecoder {
  #line: number[] = [];
  #inside = false;

  push(chunk: Uint8Array): Uint8Array {
    const out = Buffer.allocUnsafe(chunk.length + MAX_UU_LINE);
    let length = 0;
    for (const byte of chunk) {
      if (byte === 0x0a) length = this.#flush(out, length);
      else if (byte !== 0x0d && this.#line.length < MAX_UU_LINE) this.#line.push(byte);
    }
    return out.subarray(0, length);
  }

  finish(): Uint8Array {
    const out = Buffer.allocUnsafe(MAX_UU_LINE);
    return out.subarray(0, this.#flush(out, 0));
  }

  #flush(out: Uint8Array, at: number): number {
    const line = this.#line;
    this.#line = [];
    if (!this.#inside) {
      this.#inside = String.fromCharCode(...line.slice(0, 6)) === 'begin ';
      return at;
    }
    if (String.fromCharCode(...line.slice(0, 4)).trimEnd() === 'end') {
      this.#inside = false;
      return at;
    }
    const count = ((line[0] ?? 0x20) - 0x20) & 0x3f;
    let written = 0;
    for (let i = 1; i < line.length && written < count; i += 4) {
      let bits = 0;
      for (let k = 0; k < 4; k++) bits = (bits << 6) | (((line[i + k] ?? 0x20) - 0x20) & 0x3f);
      for (let shift = 16; shift >= 0 && written < count; shift -= 8, written++)
        out[at++] = (bits >> shift) & 0xff;
    }
    return at;
  }
}

const identity: TransferDecoder = {
  push: chunk => chunk,
  finish: () => EMPTY,
};

/** An incremental decoder; damaged input never throws and loses no more than the damaged piece. */
export function createTransferDecoder(encoding: TransferEncoding): TransferDecoder {
  if (encoding === 'base64') return new Base64Decoder();
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder();
  return encoding === 'x-uuencode' ? new UuDecoder() : identity;
}

/** Decodes a whole body. With `identity` the bytes themselves are returned. */
export function decodeTransfer(encoding: TransferEncoding, bytes: Uint8Array): Uint8Array {
  const decoder = createTransferDecoder(encoding);
  const first = decoder.push(bytes);
  const rest = decoder.finish();
  return rest.length === 0 ? first : Buffer.concat([first, rest]);
}
