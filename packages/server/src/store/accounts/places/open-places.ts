import type { Clock, Timer } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { OpenFile } from '../open-file.ts';

export interface OpenPlacesOptions {
  readonly bootId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Most files open at a time. */
  readonly maxOpen?: number;
  /** A file that nobody used for so long is closed, ms. */
  readonly idleMs?: number;
}

const defaultMaxOpen = 500;
const defaultIdleMs = 60_000;

/** A file that is open or being opened. One with users is never closed. */
interface Entry {
  readonly opening: Promise<OpenFile>;
  users: number;
  lastUsed: number;
  /** Not kept any more: closed when the last user leaves. */
  forgotten?: boolean;
}

/** Databases of accounts that are open, by path: shared by their users, closed when nobody used them for a while. */
export class OpenPlaces implements AsyncDisposable {
  readonly #options: OpenPlacesOptions;
  readonly #maxOpen: number;
  readonly #idleMs: number;
  /** Open files, least recently used first. */
  readonly #files = new Map<string, Entry>();
  readonly #closing = new Map<string, Promise<void>>();
  #sweep: Timer | null = null;
  #closed = false;

  constructor(options: OpenPlacesOptions) {
    this.#options = options;
    this.#maxOpen = options.maxOpen ?? defaultMaxOpen;
    this.#idleMs = options.idleMs ?? defaultIdleMs;
  }

  /** Runs `work` with a database, opened with `open` if it is not. Throws `store.unavailable` after the end. */
  async use<T>(
    path: string,
    open: (path: string) => Promise<OpenFile>,
    work: (file: OpenFile) => Promise<T>,
  ): Promise<T> {
    const entry = await this.#acquire(path, open);
    try {
      return await work(await entry.opening);
    } finally {
      entry.users -= 1;
      entry.lastUsed = this.#options.clock.now();
      if (entry.forgotten && entry.users === 0) void this.#closeForgotten(entry);
    }
  }

  /** Closes a file if nobody is using it. Returns whether nothing is open now. */
  async release(path: string): Promise<boolean> {
    const entry = this.#files.get(path);
    if (entry && entry.users > 0) return false;
    if (entry) await this.#close(path, entry);
    await this.#closing.get(path);
    return true;
  }

  /** Closes a file as soon as nobody uses it; who asks for the path from now on opens it anew. */
  async forget(path: string): Promise<void> {
    const entry = this.#files.get(path);
    if (!entry) return;
    if (entry.users === 0) return this.#close(path, entry);
    this.#files.delete(path);
    entry.forgotten = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#sweep?.cancel();
    await Promise.all([...this.#files].map(([path, entry]) => this.#close(path, entry)));
    await Promise.all(this.#closing.values());
  }

  /** The entry of a database, opened if need be and already counted as in use. */
  async #acquire(path: string, open: (path: string) => Promise<OpenFile>): Promise<Entry> {
    for (;;) {
      if (this.#closed) throw new MailError('store.unavailable', { reason: 'closed' });
      const closing = this.#closing.get(path);
      if (closing) {
        await closing;
        continue;
      }
      const now = this.#options.clock.now();
      let entry = this.#files.get(path);
      if (entry) {
        this.#files.delete(path);
      } else {
        const opening = open(path);
        entry = { opening, users: 0, lastUsed: now };
        const made = entry;
        opening.catch(() => {
          if (this.#files.get(path) === made) this.#files.delete(path);
        });
        this.#scheduleSweep();
      }
      entry.users += 1;
      this.#files.set(path, entry);
      this.#evict();
      return entry;
    }
  }

  /** Closes the least recently used files that nobody is using, until the limit holds. */
  #evict(): void {
    let surplus = this.#files.size - this.#maxOpen;
    if (surplus <= 0) return;
    for (const [path, entry] of this.#files) {
      if (surplus <= 0) return;
      if (entry.users > 0) continue;
      surplus -= 1;
      void this.#close(path, entry);
    }
  }

  async #close(path: string, entry: Entry): Promise<void> {
    this.#files.delete(path);
    const closing = entry.opening
      .then(file => file.close(this.#options.bootId))
      .catch((error: unknown) => this.#options.log.error('account.close_failed', { path, error }))
      .finally(() => this.#closing.delete(path));
    this.#closing.set(path, closing);
    await closing;
  }

  async #closeForgotten(entry: Entry): Promise<void> {
    try {
      await (await entry.opening).database[Symbol.asyncDispose]();
    } catch (error) {
      this.#options.log.warn('account.close_failed', { error });
    }
  }

  #scheduleSweep(): void {
    if (this.#sweep || this.#closed) return;
    this.#sweep = this.#options.clock.after(this.#idleMs, () => {
      this.#sweep = null;
      void this.#closeIdle();
    });
  }

  async #closeIdle(): Promise<void> {
    const before = this.#options.clock.now() - this.#idleMs;
    for (const [path, entry] of this.#files) {
      // Others ran while the last one closed: ask again.
      if (entry.users > 0 || entry.lastUsed > before || this.#files.get(path) !== entry) continue;
      await this.#close(path, entry);
    }
    if (this.#files.size > 0) this.#scheduleSweep();
  }
}
