import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { MailError } from '../../platform/errors.ts';
import { type Argon2Hash, decodePhc, encodePhc } from './phc.ts';

export interface PasswordHasherOptions {
  /** KiB. */
  readonly memory?: number;
  readonly passes?: number;
  readonly parallelism?: number;
  /** Hashes computed at a time: each holds `memory`, and all share libuv's threads with file I/O. */
  readonly concurrency?: number;
  /** Requests that may wait; one more is refused with `auth.temporary`. */
  readonly maxWaiting?: number;
}

const saltOctets = 16;
const tagOctets = 32;

/** argon2id off the event loop, a bounded number at a time. Defaults: 19 MiB, 2 passes (OWASP's first choice). */
export class PasswordHasher {
  readonly #parameters: { readonly memory: number; readonly passes: number; readonly parallelism: number };
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Verified against when a login is unknown; its tag is random, so nothing matches it. */
  readonly #decoy: string;

  constructor(options: PasswordHasherOptions = {}) {
    this.#parameters = {
      memory: options.memory ?? 19_456,
      passes: options.passes ?? 2,
      parallelism: options.parallelism ?? 1,
    };
    this.#concurrency = options.concurrency ?? 2;
    this.#maxWaiting = options.maxWaiting ?? 1_000;
    this.#decoy = encodePhc({
      ...this.#parameters,
      salt: randomBytes(saltOctets),
      tag: randomBytes(tagOctets),
    });
  }

  /** A PHC string for storage. `password` is prepared (SASLprep) by the caller. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltOctets);
    const unhashed: Argon2Hash = { ...this.#parameters, salt, tag: new Uint8Array(tagOctets) };
    const tag = await this.#run(password, unhashed, () => undefined);
    return encodePhc({ ...unhashed, tag });
  }

  /**
   * Whether `password` belongs to the stored string. A null or unreadable string costs the same time and is false.
   * `admit` runs when the turn has come, before the work; what it throws ends the request.
   */
  async verify(
    stored: string | null,
    password: string,
    admit: () => void = () => undefined,
  ): Promise<boolean> {
    const real = stored === null ? null : decodePhc(stored);
    const hash = real ?? decodePhc(this.#decoy);
    if (!hash) throw new MailError('auth.temporary');
    const tag = await this.#run(password, hash, admit);
    return timingSafeEqual(tag, hash.tag) && real !== null;
  }

  async #run(password: string, hash: Argon2Hash, admit: () => void): Promise<Uint8Array> {
    await this.#enter();
    try {
      admit();
      return await new Promise((resolve, reject) => {
        argon2(
          'argon2id',
          {
            message: password,
            nonce: hash.salt,
            memory: hash.memory,
            passes: hash.passes,
            parallelism: hash.parallelism,
            tagLength: hash.tag.length,
          },
          (error, tag) => {
            if (error) reject(new MailError('auth.temporary', {}, { cause: error }));
            else resolve(tag);
          },
        );
      });
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) throw new MailError('auth.temporary', { reason: 'queue' });
    // The place is handed over by whoever leaves, so that nobody slips in between.
    await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
