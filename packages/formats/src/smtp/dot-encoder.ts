import { nextLineEnd } from './line-ends.ts';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const crlf = Buffer.from('\r\n');
const dot = Buffer.from('.');

/**
 * Makes a message ready for DATA (RFC 5321 §4.5.2) as it streams by, in pieces cut anywhere: doubles the dots at
 * line starts and makes every line end CRLF, because a CR or LF alone is what smuggling is made of and good
 * servers refuse it. A message whose line ends are CRLF passes byte for byte.
 */
export class DotEncoder {
  #atLineStart = true;
  #pendingCr = false;

  /** Pieces to send, views of the input where possible. A CR at the end of the input waits for what follows. */
  encode(input: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    if (input.length === 0) return pieces;
    let from = 0;
    if (this.#pendingCr) {
      pieces.push(crlf);
      this.#pendingCr = false;
      this.#atLineStart = true;
      if (input[0] === LF) from = 1;
    }
    let position = from;
    const emit = (until: number, line: boolean): void => {
      if (until > from) pieces.push(input.subarray(from, until));
      if (line) pieces.push(crlf);
    };
    while (position < input.length) {
      if (this.#atLineStart && input[position] === DOT) {
        emit(position, false);
        pieces.push(dot);
        from = position;
      }
      const end = nextLineEnd(input, position);
      this.#atLineStart = end < input.length;
      if (input[end] === CR && input[end + 1] === LF) position = end + 2;
      else if (end < input.length) {
        this.#pendingCr = input[end] === CR && end + 1 === input.length;
        emit(end, !this.#pendingCr);
        from = position = end + 1;
      } else position = end;
    }
    emit(input.length, false);
    return pieces;
  }

  /** The end mark, with the line end the message may lack. Nothing can follow. */
  finish(): Buffer {
    return Buffer.from(this.#atLineStart && !this.#pendingCr ? '.\r\n' : '\r\n.\r\n');
  }
}
