import { createHash, type Hash } from 'node:crypto';
import { BodyCanonicalizer, type Canonicalization } from '../canonical-body.ts';

/** A hash of a body. */
export interface BodyHash {
  /** Base64. */
  readonly hash: string;
  /** Octets of the canonical body that were there to be hashed. */
  readonly available: number;
}

interface Wanted {
  readonly hash: Hash;
  readonly limit: number;
}

/**
 * The SHA-256 hashes of a body that several signatures ask for, made in one pass while it streams by: one canonical form
 * each, one hash for each `l=` (RFC 6376 §3.7 step 1).
 */
export class BodyHashes {
  readonly #forms = new Map<
    Canonicalization,
    { readonly canonicalizer: BodyCanonicalizer; readonly wanted: Map<number, Wanted>; count: number }
  >();
  readonly #done = new Map<string, BodyHash>();

  /** Asks for a hash, before the body begins. */
  want(form: Canonicalization, length: number | null): void {
    let entry = this.#forms.get(form);
    if (entry === undefined) {
      const made = {
        canonicalizer: new BodyCanonicalizer(form, piece => this.#take(form, piece)),
        wanted: new Map<number, Wanted>(),
        count: 0,
      };
      this.#forms.set(form, made);
      entry = made;
    }
    const limit = length ?? Number.POSITIVE_INFINITY;
    if (!entry.wanted.has(limit)) entry.wanted.set(limit, { hash: createHash('sha256'), limit });
  }

  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  /** Takes the next bytes of the body. */
  push(chunk: Uint8Array): void {
    for (const { canonicalizer } of this.#forms.values()) canonicalizer.push(chunk);
  }

  /** Ends the body. */
  end(): void {
    for (const [form, { canonicalizer, wanted }] of this.#forms) {
      canonicalizer.end();
      const available = this.#forms.get(form)?.count ?? 0;
      for (const { hash, limit } of wanted.values())
        this.#done.set(`${form} ${limit}`, { hash: hash.digest('base64'), available });
    }
  }

  /** What was asked for, after `end`. */
  result(form: Canonicalization, length: number | null): BodyHash | null {
    return this.#done.get(`${form} ${length ?? Number.POSITIVE_INFINITY}`) ?? null;
  }

  #take(form: Canonicalization, piece: Uint8Array): void {
    const entry = this.#forms.get(form);
    if (entry === undefined) return;
    for (const { hash, limit } of entry.wanted.values()) {
      const room = limit - entry.count;
      if (room >= piece.length) hash.update(piece);
      else if (room > 0) hash.update(piece.subarray(0, room));
    }
    entry.count += piece.length;
  }
}
