import { nextLineEnd } from './line-ends.ts';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const nothing = Buffer.alloc(0);

/** What a piece of DATA brought. */
export interface DecodedData {
  /** Message bytes without the stuffed dots; a view of the input where nothing had to be removed. */
  readonly data: Buffer;
  /** Number of input bytes used: all of them, or up to and including the end mark. */
  readonly used: number;
  /** Whether the end mark was seen. */
  readonly done: boolean;
}

/** Where the decoder stands between two bytes. */
const inLine = 0;
const lineStart = 1;
const afterCr = 2;
const afterDot = 3;
const afterDotCr = 4;

/**
 * Takes the transparency off DATA (RFC 5321 §4.5.2) as it streams by, in pieces cut anywhere. Only CRLF "." CRLF
 * ends it (and "." CRLF at the very beginning). A CR or LF that stands alone makes the message unfit
 * (`bareLineEnd`): its bytes are no longer handed out, but the end is still found exactly where a correct
 * client meant it, so that nothing inside can pass for a command or a second message (SMTP smuggling).
 * The CRLF before the end mark belongs to the message.
 */
export class DotDecoder {
  #state = lineStart;
  #bare: 'cr' | 'lf' | null = null;

  /** The first line end that was not CRLF, if there was one. */
  get bareLineEnd(): 'cr' | 'lf' | null {
    return this.#bare;
  }

  decode(input: Buffer): DecodedData {
    const pieces = new Pieces(input);
    let position = 0;
    while (position < input.length) {
      const byte = input[position];
      switch (this.#state) {
        case lineStart:
          if (byte === DOT) {
            pieces.drop(position);
            this.#state = afterDot;
            position += 1;
          } else this.#state = inLine;
          break;
        case afterDot:
          this.#state = byte === CR ? afterDotCr : inLine;
          if (byte === CR) pieces.drop(position);
          if (byte === CR) position += 1;
          break;
        case afterDotCr:
          if (byte === LF) {
            pieces.drop(position);
            return this.#result(pieces, position + 1, true);
          }
          this.#bare ??= 'cr';
          this.#state = inLine;
          break;
        case afterCr:
          if (byte === LF) {
            this.#state = lineStart;
            position += 1;
          } else {
            this.#bare ??= 'cr';
            this.#state = inLine;
          }
          break;
        default: {
          const end = nextLineEnd(input, position);
          if (input[end] === LF) this.#bare ??= 'lf';
          else if (input[end] === CR) this.#state = afterCr;
          position = end + 1;
        }
      }
    }
    return this.#result(pieces, input.length, false);
  }

  #result(pieces: Pieces, used: number, done: boolean): DecodedData {
    return { data: this.#bare === null ? pieces.join(used) : nothing, used, done };
  }
}

/** The input minus single bytes, copied only when something was really taken out of the middle. */
class Pieces {
  readonly #input: Buffer;
  #output: Buffer | null = null;
  #written = 0;
  #from = 0;

  constructor(input: Buffer) {
    this.#input = input;
  }

  drop(at: number): void {
    if (at > this.#from) {
      this.#output ??= Buffer.allocUnsafe(this.#input.length);
      this.#written += this.#input.copy(this.#output, this.#written, this.#from, at);
    }
    this.#from = at + 1;
  }

  join(end: number): Buffer {
    if (this.#output === null) return this.#input.subarray(this.#from, end);
    if (end > this.#from) this.#written += this.#input.copy(this.#output, this.#written, this.#from, end);
    return this.#output.subarray(0, this.#written);
  }
}
