const CR = 0x0d;
const LF = 0x0a;

/** Finds CR and LF in one buffer from left to right in linear time, whatever their order. */
export class LineEnds {
  readonly #input: Buffer;
  #cr = -1;
  #lf = -1;

  constructor(input: Buffer) {
    this.#input = input;
  }

  /** Offset of the first CR or LF at or behind `from`, which never goes back; the buffer's length when there is none. */
  next(from: number): number {
    if (this.#cr < from) this.#cr = found(this.#input, CR, from);
    if (this.#lf < from) this.#lf = found(this.#input, LF, from);
    return Math.min(this.#cr, this.#lf);
  }
}

function found(input: Buffer, byte: number, from: number): number {
  const at = input.indexOf(byte, from);
  return at === -1 ? input.length : at;
}
