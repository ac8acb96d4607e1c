const CR = 0x0d;
const LF = 0x0a;

/** Where in the line end the last octet stood. */
type State = 'line' | 'line-cr' | 'start' | 'start-cr';

/**
 * Finds the body of a message that streams by: what follows the first empty line (RFC 5322 §2.1). Only CRLF ends lines:
 * a signature over anything else would not hold (RFC 6376 §5.3).
 */
export class BodyStart {
  #state: State = 'start';
  #position = 0;
  #found: number | null = null;

  /** Octets before the body; null while it has not begun. */
  get offset(): number | null {
    return this.#found;
  }

  /** The part of the next piece that is body. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#found !== null) return chunk;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LF && this.#state === 'start-cr') {
        this.#found = this.#position + at + 1;
        return chunk.subarray(at + 1);
      }
      if (byte === LF && this.#state === 'line-cr') this.#state = 'start';
      else if (byte === CR) this.#state = this.#state === 'start' ? 'start-cr' : 'line-cr';
      else this.#state = 'line';
    }
    this.#position += chunk.length;
    return chunk.subarray(chunk.length);
  }
}
