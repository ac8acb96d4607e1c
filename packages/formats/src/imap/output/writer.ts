import { isUtf8 } from 'node:buffer';

const nothing = Buffer.alloc(0);
const firstSize = 512;
/** Longer strings go as literals: some clients keep quoted strings in small buffers. */
const longestQuoted = 1_000;

/** A place in the output: see `ImapWriter.mark`. */
export interface WriterMark {
  readonly length: number;
  readonly takes: number;
}

/**
 * Collects output octets in one growing buffer. `take` hands the buffer over, so what was written is never copied
 * again. Nothing here flushes: the session decides when.
 */
export class ImapWriter {
  #buffer: Buffer = nothing;
  #length = 0;
  #takes = 0;
  /** Whether 8-bit text may stand in quoted strings: IMAP4rev2 or UTF8=ACCEPT is enabled. */
  utf8: boolean;

  constructor(utf8: boolean = false) {
    this.utf8 = utf8;
  }

  /** Octets written and not taken. */
  get length(): number {
    return this.#length;
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, firstSize, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  /** Text of octets below 256: names, numbers, punctuation. */
  ascii(text: string): this {
    this.#room(text.length);
    this.#buffer.write(text, this.#length, 'latin1');
    this.#length += text.length;
    return this;
  }

  bytes(octets: Uint8Array): this {
    this.#room(octets.length);
    this.#buffer.set(octets, this.#length);
    this.#length += octets.length;
    return this;
  }

  /** A non-negative integer in decimal, without making a string of it. */
  number(value: number): this {
    if (value > 0xff_ff_ff_ff) return this.ascii(String(value));
    this.#room(10);
    let digits = 1;
    for (let bound = 10; value >= bound && digits < 10; bound *= 10) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      this.#buffer[at] = 0x30 + rest - next * 10;
      rest = next;
    }
    this.#length += digits;
    return this;
  }

  /** `string`: quoted if that is possible, else a literal. NUL, which neither can hold, becomes `?`. */
  string(octets: Uint8Array): this {
    return canQuote(octets, this.utf8) ? this.#quoted(octets) : this.literal(withoutNul(octets));
  }

  nstring(octets: Uint8Array | null): this {
    return octets === null ? this.ascii('NIL') : this.string(octets);
  }

  /** Unicode text as a string (UTF-8). */
  text(text: string): this {
    return this.string(Buffer.from(text, 'utf8'));
  }

  /** `astring`: an atom if it is one and does not read as NIL. */
  astring(octets: Uint8Array): this {
    const atom = octets.length > 0 && octets.length < 64 && octets.every(isAtomOctet);
    if (!atom) return this.string(octets);
    const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
    return text.toUpperCase() === 'NIL' ? this.#quoted(octets) : this.ascii(text);
  }

  /** `{n}` CRLF octets. */
  literal(octets: Uint8Array): this {
    return this.ascii(`{${octets.length}}\r\n`).bytes(octets);
  }

  /** `~{n}` CRLF octets: BINARY data that holds NUL (RFC 3516 §4.2). */
  literal8(octets: Uint8Array): this {
    return this.ascii(`~{${octets.length}}\r\n`).bytes(octets);
  }

  crlf(): this {
    return this.ascii('\r\n');
  }

  #quoted(octets: Uint8Array): this {
    this.#room(octets.length * 2 + 2);
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = 0x22;
    for (const octet of octets) {
      if (octet === 0x22 || octet === 0x5c) buffer[at++] = 0x5c;
      buffer[at++] = octet;
    }
    buffer[at++] = 0x22;
    this.#length = at;
    return this;
  }

  /** Makes room for `count` octets in advance, so that long output does not grow step by step. */
  reserve(count: number): this {
    this.#room(count);
    return this;
  }

  /** A place to come back to with `rewind`. */
  mark(): WriterMark {
    return { length: this.#length, takes: this.#takes };
  }

  /** Forgets what was written since `mark`. False when some of it has been handed over already. */
  rewind(mark: WriterMark): boolean {
    if (mark.takes !== this.#takes) return false;
    this.#length = mark.length;
    return true;
  }

  /** Hands over what was written and starts anew; holds no memory until the next octet. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#buffer = nothing;
    this.#length = 0;
    this.#takes++;
    return taken;
  }
}

function isAtomOctet(octet: number): boolean {
  return (
    (octet >= 0x30 && octet <= 0x39) ||
    (octet >= 0x41 && octet <= 0x5a) ||
    (octet >= 0x61 && octet <= 0x7a) ||
    octet === 0x2d ||
    octet === 0x2e ||
    octet === 0x2f ||
    octet === 0x5f
  );
}

/** Whether octets may stand in a quoted string (RFC 9051 §4.3: no NUL, CR, LF; 8-bit only as valid UTF-8 where enabled). */
export function canQuote(octets: Uint8Array, utf8: boolean): boolean {
  if (octets.length > longestQuoted) return false;
  let eightBit = false;
  for (const octet of octets) {
    if (octet === 0 || octet === 0x0a || octet === 0x0d) return false;
    if (octet >= 0x80) eightBit = true;
  }
  return !eightBit || (utf8 && isUtf8(octets));
}

function withoutNul(octets: Uint8Array): Uint8Array {
  return octets.includes(0) ? octets.map(octet => (octet === 0 ? 0x3f : octet)) : octets;
}
