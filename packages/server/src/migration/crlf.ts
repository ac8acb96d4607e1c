const lf = 0x0a;
const cr = 0x0d;

/** Makes bare LF into CRLF while bytes stream by; a lone CR stays. Files on Unix keep mail with LF, the wire and the store with CRLF. */
export class CrlfNormalizer {
  #endsInCr = false;

  /** The chunk as it goes on. It is the chunk itself when nothing had to change. */
  push(chunk: Uint8Array): Uint8Array {
    const bare: number[] = [];
    for (let at = chunk.indexOf(lf); at >= 0; at = chunk.indexOf(lf, at + 1)) {
      const before = at === 0 ? this.#endsInCr : chunk[at - 1] === cr;
      if (!before) bare.push(at);
    }
    if (chunk.length > 0) this.#endsInCr = chunk.at(-1) === cr;
    if (bare.length === 0) return chunk;
    const out = new Uint8Array(chunk.length + bare.length);
    let from = 0;
    let to = 0;
    for (const at of bare) {
      out.set(chunk.subarray(from, at), to);
      to += at - from;
      out[to] = cr;
      out[to + 1] = lf;
      to += 2;
      from = at + 1;
    }
    out.set(chunk.subarray(from), to);
    return out;
  }
}

/** The other way, for files: CRLF becomes LF; a lone CR stays. */
export class LfNormalizer {
  #heldCr = false;

  push(chunk: Uint8Array): Uint8Array {
    const out = Buffer.alloc(chunk.length + 1);
    let length = 0;
    for (const octet of chunk) {
      if (this.#heldCr && octet !== lf) {
        out[length] = cr;
        length += 1;
      }
      this.#heldCr = octet === cr;
      if (this.#heldCr) continue;
      out[length] = octet;
      length += 1;
    }
    return out.subarray(0, length);
  }

  /** What was held back at the end. */
  end(): Uint8Array {
    const held = this.#heldCr ? Uint8Array.of(cr) : new Uint8Array(0);
    this.#heldCr = false;
    return held;
  }
}
