const CR = 0x0d;
const LF = 0x0a;

/**
 * Cuts a message that streams by down to what TOP sends (RFC 1939 §7): header, the empty line, and so many lines of the
 * body. Pieces may be cut anywhere; lines end in LF, with or without CR. Holds no text.
 */
export class TopCutter {
  #bodyLines: number;
  #inBody = false;
  /** Whether the line that is being read has anything on it besides a CR at its end. */
  #lineHasText = false;
  #pendingCr = false;
  #done = false;

  /** `lines` of the body, from 0. */
  constructor(lines: number) {
    this.#bodyLines = lines;
  }

  /** Whether nothing further is wanted. */
  get done(): boolean {
    return this.#done;
  }

  /** The part of the next piece that belongs to the answer. */
  take(piece: Buffer): Buffer {
    if (this.#done) return piece.subarray(0, 0);
    let at = 0;
    while (at < piece.length) {
      const end = piece.indexOf(LF, at);
      if (end === -1) {
        this.#noteText(piece, at, piece.length);
        return piece;
      }
      this.#noteText(piece, at, end);
      at = end + 1;
      if (this.#endLine()) return piece.subarray(0, at);
    }
    return piece;
  }

  /** A CR is text unless the LF comes right behind it. */
  #noteText(piece: Buffer, from: number, to: number): void {
    if (this.#inBody || from === to) return;
    const lastIsCr = piece[to - 1] === CR;
    if (this.#pendingCr || !lastIsCr || to - from > 1) this.#lineHasText = true;
    this.#pendingCr = lastIsCr;
  }

  /** Whether the line that ended was the last one wanted. */
  #endLine(): boolean {
    if (this.#inBody) this.#bodyLines -= 1;
    else if (!this.#lineHasText) this.#inBody = true;
    this.#lineHasText = false;
    this.#pendingCr = false;
    this.#done = this.#inBody && this.#bodyLines === 0;
    return this.#done;
  }
}
