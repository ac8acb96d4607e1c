import { Buffer } from 'node:buffer';

/** How header or body are made comparable before they are hashed (RFC 6376 §3.4). */
export type Canonicalization = 'simple' | 'relaxed';

const CR = 0x0d;
const LF = 0x0a;
const SP = 0x20;
const HTAB = 0x09;
const bufferBytes = 16 * 1024;

/**
 * The canonical form of a body (RFC 6376 §3.4.3, §3.4.4), made while it streams by in pieces cut anywhere, in constant
 * memory. `sink` gets it in pieces that it must use at once: their memory is written over. A CR or LF alone is an
 * ordinary octet.
 */
export class BodyCanonicalizer {
  readonly #relaxed: boolean;
  readonly #sink: (piece: Uint8Array) => void;
  readonly #out = Buffer.allocUnsafe(bufferBytes);
  #length = 0;
  #empty = true;
  /** Line ends seen since the last octet that counts: dropped if nothing follows. */
  #lineEnds = 0;
  #cr = false;
  #space = false;

  constructor(form: Canonicalization, sink: (piece: Uint8Array) => void) {
    this.#relaxed = form === 'relaxed';
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#lineEnds === 0 && !this.#cr && !this.#space) {
        const end = this.#plainEnd(chunk, at);
        if (end > at) this.#copy(chunk.subarray(at, end));
        at = end;
        if (at >= chunk.length) return;
      }
      this.#take(chunk[at] ?? 0);
      at += 1;
    }
  }

  /** Gives out the rest. Nothing may be pushed after. */
  end(): void {
    if (this.#cr) this.#keep(CR);
    // An empty body is one CRLF when simple (§3.4.3) and nothing when relaxed (§3.4.4).
    if (!(this.#relaxed && this.#empty)) this.#lineEnd();
    this.#flush();
  }

  /** Where the stretch from `at` ends that is canonical as it stands, whatever follows; most of a body is such. */
  #plainEnd(chunk: Uint8Array, at: number): number {
    const relaxed = this.#relaxed;
    const length = chunk.length;
    let end = at;
    while (end < length) {
      const byte = chunk[end] ?? 0;
      let next = end + 1;
      if (byte === CR) {
        if (chunk[next] !== LF) break;
        next += 1;
      } else if (!relaxed || (byte !== SP && byte !== HTAB)) {
        end = next;
        continue;
      } else if (byte === HTAB) break;
      // A line end or space counts only with something after it.
      const after = next < length ? chunk[next] : CR;
      if (after === CR || (relaxed && (after === SP || after === HTAB))) break;
      end = next + 1;
    }
    return end;
  }

  #copy(piece: Uint8Array): void {
    this.#empty = false;
    if (this.#length + piece.length > this.#out.length) this.#flush();
    if (piece.length > this.#out.length) {
      this.#sink(piece);
      return;
    }
    this.#out.set(piece, this.#length);
    this.#length += piece.length;
  }

  #take(byte: number): void {
    if (this.#cr) {
      this.#cr = false;
      if (byte === LF) {
        this.#space = false;
        this.#lineEnds += 1;
        return;
      }
      this.#keep(CR);
    }
    if (byte === CR) this.#cr = true;
    else if (this.#relaxed && (byte === SP || byte === HTAB)) this.#space = true;
    else this.#keep(byte);
  }

  /** Takes an octet that is no line end, after all that was waiting for one. */
  #keep(byte: number): void {
    for (; this.#lineEnds > 0; this.#lineEnds -= 1) this.#lineEnd();
    if (this.#space) this.#put(SP);
    this.#space = false;
    this.#put(byte);
    this.#empty = false;
  }

  #lineEnd(): void {
    this.#put(CR);
    this.#put(LF);
  }

  #put(byte: number): void {
    if (this.#length === this.#out.length) this.#flush();
    this.#out[this.#length] = byte;
    this.#length += 1;
  }

  #flush(): void {
    if (this.#length > 0) this.#sink(this.#out.subarray(0, this.#length));
    this.#length = 0;
  }
}
