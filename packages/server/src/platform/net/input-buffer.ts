const LF = 0x0a;
const CR = 0x0d;
const empty = Buffer.alloc(0);

/** Smallest buffer allocated to join chunks; a line that arrives in one piece needs none. */
const smallestJoin = 1024;

/** What is kept of a line that was dropped for its length: enough to name the command and to see how it ended. */
export interface DroppedLine {
  /** Its first bytes, at most 64. */
  readonly head: Buffer;
  /** Its last bytes, at most 32, line end included. */
  readonly tail: Buffer;
}

const keptHead = 64;
const keptTail = 32;

/**
 * Bytes received and not yet taken. A line inside one chunk is handed out as a view without a copy; only what
 * straddles chunks is joined, into a buffer that doubles, so the work stays linear however the peer cuts its
 * packets. Views stay valid after later calls (nothing is ever overwritten), but they keep their chunk alive:
 * copy what is to be kept. Holds no memory while empty.
 */
export class InputBuffer {
  #store: Buffer = empty;
  #start = 0;
  #end = 0;
  /** Whether `#store` was allocated here, so that there may be room behind `#end`. */
  #owned = false;
  /** Where the search for the next LF goes on. */
  #scan = 0;
  /** Inside a line that was longer than its limit: drop until its LF. */
  #skipping = false;
  #skipped = 0;
  #droppedHead: Buffer = empty;
  #droppedTail: Buffer = empty;

  /** The line that was last reported as `too-long`. */
  get dropped(): DroppedLine {
    return { head: this.#droppedHead, tail: this.#droppedTail };
  }

  /** Bytes held. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Bytes dropped so far from the over-long line that is being skipped; 0 outside one. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Takes over `chunk`, which the caller must not change any more. */
  append(chunk: Buffer): void {
    const held = this.#end - this.#start;
    if (held === 0) {
      this.#store = chunk;
      this.#start = 0;
      this.#scan = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    if (!this.#owned || this.#end + chunk.length > this.#store.length) {
      const joined = Buffer.allocUnsafeSlow(Math.max(smallestJoin, 2 * (held + chunk.length)));
      this.#store.copy(joined, 0, this.#start, this.#end);
      this.#scan -= this.#start;
      this.#start = 0;
      this.#end = held;
      this.#store = joined;
      this.#owned = true;
    }
    chunk.copy(this.#store, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The next line with its line end (LF, with or without CR), at most `limit` bytes including it. A longer line
   * is dropped up to and including its LF and reported once as `too-long`. `undefined`: no complete line yet.
   */
  takeLine(limit: number): Buffer | 'too-long' | undefined {
    const found = this.#scan < this.#end ? this.#store.indexOf(LF, this.#scan) : -1;
    if (found === -1 || found >= this.#end) {
      this.#scan = this.#end;
      if (this.#skipping || this.length >= limit) {
        this.#noteDropped(this.#store.subarray(this.#start, this.#end));
        this.#skipping = true;
        this.#skipped += this.length;
        this.clear();
      }
      return undefined;
    }
    const line = this.#take(found + 1 - this.#start);
    if (!this.#skipping && line.length <= limit) return line;
    this.#noteDropped(line);
    this.#skipping = false;
    this.#skipped = 0;
    return 'too-long';
  }

  #noteDropped(piece: Buffer): void {
    if (!this.#skipping) {
      this.#droppedHead = Buffer.from(piece.subarray(0, keptHead));
      this.#droppedTail = empty;
    }
    this.#droppedTail = Buffer.from(
      Buffer.concat([this.#droppedTail, piece.subarray(-keptTail)]).subarray(-keptTail),
    );
  }

  /** Exactly `count` bytes in one piece, or `undefined` while there are fewer. */
  takeExactly(count: number): Buffer | undefined {
    if (this.length < count) return undefined;
    return this.#take(count);
  }

  /** What is there, at most `max` bytes; `undefined` when empty. */
  takeSome(max: number): Buffer | undefined {
    const count = Math.min(max, this.length);
    if (count === 0) return undefined;
    return this.#take(count);
  }

  /** Puts `bytes`, the tail of what was just taken, back in front of everything held. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const inPlace =
      bytes.buffer === this.#store.buffer &&
      bytes.byteOffset + bytes.length === this.#store.byteOffset + this.#start &&
      bytes.length <= this.#start;
    if (inPlace) {
      this.#start -= bytes.length;
      this.#scan = this.#start;
      return;
    }
    const rest = this.#store.subarray(this.#start, this.#end);
    this.clear();
    this.append(bytes);
    if (rest.length > 0) this.append(rest);
  }

  /** Drops everything held and returns how many bytes that were. */
  clear(): number {
    const dropped = this.length;
    this.#store = empty;
    this.#start = 0;
    this.#end = 0;
    this.#scan = 0;
    this.#owned = false;
    return dropped;
  }

  #take(count: number): Buffer {
    const taken = this.#store.subarray(this.#start, this.#start + count);
    this.#start += count;
    if (this.#scan < this.#start) this.#scan = this.#start;
    if (this.#start === this.#end) this.clear();
    return taken;
  }
}

/** Whether a line ends in CRLF (and not in a bare LF). */
export function endsInCrlf(line: Uint8Array): boolean {
  return line.length >= 2 && line[line.length - 1] === LF && line[line.length - 2] === CR;
}

/** A line without its line end (CRLF or bare LF). */
export function withoutLineEnd(line: Buffer): Buffer {
  return line.subarray(0, endsInCrlf(line) ? -2 : line[line.length - 1] === LF ? -1 : line.length);
}
