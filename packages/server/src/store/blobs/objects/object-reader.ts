import type { PackReader } from '../packs/pack-engine.ts';

/** Bytes [start, start + length) of a pack, cut at its end; null when there is no such pack. */
export type FetchRange = (pack: number, start: number, length: number) => Promise<Buffer | null>;

/** Bytes that a sequential reader fetches at once. */
const windowBytes = 4 * 1024 * 1024;
const mostWindows = 3;
/** Longest range that is remembered, bytes. */
const cachedRange = 256 * 1024;

/**
 * What was fetched lately. A pack never changes where something was written, and its id is never used again, so what was
 * read once stays right.
 */
export class RangeCache {
  readonly #limit: number;
  readonly #fetch: FetchRange;
  readonly #ranges = new Map<string, Buffer>();
  readonly #windows = new Map<string, Promise<Buffer | null>>();
  #bytes = 0;

  /** `limit`: bytes that are remembered for random reads. */
  constructor(limit: number, fetch: FetchRange) {
    this.#limit = limit;
    this.#fetch = fetch;
  }

  async range(pack: number, start: number, length: number): Promise<Buffer | null> {
    const key = `${pack}:${start}:${length}`;
    const known = this.#ranges.get(key);
    if (known) {
      this.#ranges.delete(key);
      this.#ranges.set(key, known);
      return known;
    }
    const bytes = await this.#fetch(pack, start, length);
    // Only whole ranges: what ends early may be a pack that is still being written.
    if (bytes?.length === length && length <= cachedRange) this.#remember(key, bytes);
    return bytes;
  }

  /** The window with the number `index`, of `windowBytes`. Concurrent readers share one request. */
  async window(pack: number, index: number): Promise<Buffer | null> {
    const key = `${pack}:${index}`;
    const known = this.#windows.get(key);
    if (known) return known;
    const fetching = this.#fetch(pack, index * windowBytes, windowBytes);
    this.#windows.set(key, fetching);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= mostWindows) break;
      this.#windows.delete(oldest);
    }
    try {
      const bytes = await fetching;
      if (!bytes) this.#windows.delete(key);
      return bytes;
    } catch (error) {
      this.#windows.delete(key);
      throw error;
    }
  }

  /** Forgets the windows: whoever checks wants to see what is there now. */
  forget(): void {
    this.#windows.clear();
  }

  #remember(key: string, bytes: Buffer): void {
    if (this.#ranges.has(key)) return;
    this.#ranges.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, value] of this.#ranges) {
      if (this.#bytes <= this.#limit) break;
      this.#ranges.delete(oldest);
      this.#bytes -= value.length;
    }
  }
}

/** A pack read piece by piece. One that is not there has no bytes. */
export class RandomReader implements PackReader {
  readonly #cache: RangeCache;
  readonly #pack: number;
  readonly #size: () => Promise<number>;

  constructor(cache: RangeCache, pack: number, size: () => Promise<number>) {
    this.#cache = cache;
    this.#pack = pack;
    this.#size = size;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const bytes = await this.#cache.range(this.#pack, position, into.length);
    if (!bytes) return 0;
    into.set(bytes);
    return bytes.length;
  }

  size(): Promise<number> {
    return this.#size();
  }
}

/** A pack read from front to back, many records with one request. */
export class SequentialReader implements PackReader {
  readonly #cache: RangeCache;
  readonly #pack: number;
  readonly #size: () => Promise<number>;

  constructor(cache: RangeCache, pack: number, size: () => Promise<number>) {
    this.#cache = cache;
    this.#pack = pack;
    this.#size = size;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const at = position + done;
      const index = Math.floor(at / windowBytes);
      const window = await this.#cache.window(this.#pack, index);
      const piece = window?.subarray(at - index * windowBytes, at - index * windowBytes + into.length - done);
      if (!piece || piece.length === 0) break;
      into.set(piece, done);
      done += piece.length;
    }
    return done;
  }

  size(): Promise<number> {
    return this.#size();
  }
}
