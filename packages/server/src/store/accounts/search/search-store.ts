import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import type { AccountKey } from '../account-key.ts';
import type { AccountIndex } from './index-port.ts';
import { SearchFile } from './search-file.ts';

/** Where an account's index lies. Apart from its mail: no backup has it, and nothing is lost with it. */
export function searchPath(dataFolder: string, { tenantId, accountId }: AccountKey): string {
  return join(dataFolder, 'tenants', String(tenantId), 'search', `${accountId}.db`);
}

/** Removes an index. Who has it open notices at the next use. */
export function removeIndex(path: string): void {
  for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true });
}

/** Indexes by `Key`, opened as they are needed. Safe with several processes and threads on the same files. */
interface Indexes<Key> extends AsyncDisposable {
  /**
   * Runs `work` with an index; null when there is none and `make` is not set. An index that turns out to be broken is
   * thrown away; the failure is passed on.
   */
  use<T>(key: Key, work: (index: AccountIndex) => Promise<T>, make?: boolean): Promise<T | null>;
  /** Throws an index away. */
  remove(key: Key): Promise<void>;
}

/** Indexes by the path of their file. */
export type SearchFiles = Indexes<string>;

/** The indexes of accounts. */
export interface SearchStore extends Indexes<AccountKey> {
  /** The file of an account's index. */
  path(account: AccountKey): string;
}

export interface SearchFilesOptions {
  readonly clock: Clock;
  /** Most files open at a time. */
  readonly maxOpen?: number;
  /** Bytes of terms kept in memory, of all files together. */
  readonly maxMemory?: number;
}

interface Entry {
  readonly file: Promise<SearchFile>;
  readonly inode: number;
  users: number;
}

class OpenSearchFiles implements SearchFiles {
  readonly #options: SearchFilesOptions;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: SearchFilesOptions) {
    this.#options = options;
  }

  async use<T>(path: string, work: (index: AccountIndex) => Promise<T>, make = false): Promise<T | null> {
    if (!existsSync(path)) {
      await this.#forget(path);
      if (!make) return null;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    }
    const entry = this.#enter(path);
    try {
      return await work(await entry.file);
    } catch (error) {
      if (error instanceof MailError && error.code === 'store.corrupt') {
        await this.#forget(path);
        removeIndex(path);
      }
      throw error;
    } finally {
      entry.users -= 1;
      await this.#shrink();
    }
  }

  async remove(path: string): Promise<void> {
    await this.#forget(path);
    removeIndex(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const path of this.#entries.keys()) await this.#forget(path);
  }

  #enter(path: string): Entry {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
    let entry = this.#entries.get(path);
    // Somebody threw the file away and began another.
    if (entry && entry.inode !== inode) {
      void this.#forget(path);
      entry = undefined;
    }
    this.#entries.delete(path);
    if (!entry) {
      const file = SearchFile.open(path, this.#options.clock.now());
      entry = { file, inode: statSync(path, { throwIfNoEntry: false })?.ino ?? 0, users: 0 };
      file.catch(() => this.#entries.delete(path));
    }
    entry.users += 1;
    this.#entries.set(path, entry);
    return entry;
  }

  async #forget(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (!entry) return;
    this.#entries.delete(path);
    const file = await entry.file.catch(() => null);
    // Its statements end by themselves: closing waits for them.
    await file?.[Symbol.asyncDispose]();
  }

  async #shrink(): Promise<void> {
    const { maxOpen = 50, maxMemory = 64 * 1024 * 1024 } = this.#options;
    let memory = 0;
    for (const { file } of this.#entries.values()) memory += (await file.catch(() => null))?.memory ?? 0;
    for (const [path, entry] of this.#entries) {
      if (this.#entries.size <= maxOpen && memory <= maxMemory) return;
      // The last one used may be as large as it likes.
      if (entry.users > 0 || this.#entries.size === 1) continue;
      memory -= (await entry.file.catch(() => null))?.memory ?? 0;
      await this.#forget(path);
    }
  }
}

/** Opens indexes by their path. */
export function openSearchFiles(options: SearchFilesOptions): SearchFiles {
  return new OpenSearchFiles(options);
}

export interface SearchStoreOptions extends SearchFilesOptions {
  readonly dataFolder: string;
}

/** Opens indexes by their account. */
export function openSearchStore(options: SearchStoreOptions): SearchStore {
  const files = openSearchFiles(options);
  const path = (account: AccountKey): string => searchPath(options.dataFolder, account);
  return {
    path,
    use: (account, work, make) => files.use(path(account), work, make),
    remove: account => files.remove(path(account)),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}
