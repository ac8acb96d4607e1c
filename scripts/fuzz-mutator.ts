/** Longest input made; long enough that more than linear work shows. */
const MAX_INPUT = 65_536;
const MAX_STEPS = 6;
const MAX_REPEATS = 4_000;
/** Bytes that end, escape or group something in most grammars. */
const TELLING = Buffer.from('\0\t\n\r "\'()*+,-./:;<=>?@[\\]{|}~\x7f\x80\xff', 'latin1');

/** Makes inputs from seeds by small random changes; the same start value gives the same inputs. */
export class Mutator {
  readonly #seeds: readonly Uint8Array[];
  readonly #words: readonly Buffer[];
  #state: number;

  constructor(seed: number, seeds: readonly Uint8Array[], dictionary: readonly string[]) {
    this.#state = seed | 0;
    this.#seeds = seeds.length === 0 ? [new Uint8Array(0)] : seeds;
    this.#words = dictionary.map(word => Buffer.from(word, 'utf8'));
  }

  /** A whole number from 0 up to, not including, `limit` (mulberry32). */
  #random(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  #pick<T>(list: ArrayLike<T>): T {
    return list[this.#random(list.length)] as T;
  }

  /** The next input. */
  next(): Uint8Array {
    let data = Buffer.from(this.#pick(this.#seeds));
    const steps = 1 + this.#random(MAX_STEPS);
    for (let step = 0; step < steps; step++) data = this.#change(data).subarray(0, MAX_INPUT);
    return data;
  }

  #change(data: Buffer): Buffer<ArrayBuffer> {
    const at = this.#random(data.length + 1);
    const to = Math.min(data.length, at + 1 + this.#random(this.#random(4) === 0 ? data.length + 1 : 16));
    const [before, middle, after] = [data.subarray(0, at), data.subarray(at, to), data.subarray(to)];
    switch (this.#random(9)) {
      case 0: {
        const copy = Buffer.from(data);
        if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << this.#random(8));
        return copy;
      }
      case 1: {
        const copy = Buffer.from(data);
        if (at < copy.length) copy[at] = this.#pick(TELLING);
        return copy;
      }
      case 2:
        return Buffer.concat([before, after]);
      case 3:
        return Buffer.from(before);
      case 4: {
        const piece = middle.length === 0 ? Buffer.from([this.#pick(TELLING)]) : middle;
        const room = Math.max(1, Math.floor((MAX_INPUT - data.length) / piece.length));
        const times = Math.min(room, this.#random(8) === 0 ? this.#random(MAX_REPEATS) : this.#random(8));
        return Buffer.concat([before, ...Array.from({ length: times }, () => piece), middle, after]);
      }
      case 5:
        return Buffer.concat([before, Buffer.from([this.#pick(TELLING)]), middle, after]);
      case 6: {
        const other = this.#pick(this.#seeds);
        const from = this.#random(other.length + 1);
        return Buffer.concat([before, other.subarray(from, from + this.#random(other.length + 1)), after]);
      }
      case 7: {
        const target = this.#random(data.length + 1);
        const rest = Buffer.concat([before, after]);
        return Buffer.concat([rest.subarray(0, target), middle, rest.subarray(target)]);
      }
      default: {
        if (this.#words.length === 0) return Buffer.concat([before, Buffer.from([this.#random(256)]), after]);
        const word = this.#pick(this.#words);
        const times = this.#random(16) === 0 ? this.#random(MAX_REPEATS) : 1;
        const pieces = Array.from(
          { length: Math.min(times, Math.ceil(MAX_INPUT / (word.length + 1))) },
          () => word,
        );
        return Buffer.concat([before, ...pieces, middle, after]);
      }
    }
  }
}
