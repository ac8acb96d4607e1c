import type { OpenFile } from '../../../platform/files/files.ts';
import type { PackFiles } from './pack-files.ts';

interface Handle {
  readonly file: OpenFile;
  users: number;
  evicted: boolean;
}

/** Open pack files for reading. Keeps the ones used last; a file is closed only when nobody reads it. */
export class PackHandles implements AsyncDisposable {
  readonly #packs: PackFiles;
  readonly #limit: number;
  readonly #handles = new Map<number, Promise<Handle | null>>();

  constructor(packs: PackFiles, limit: number) {
    this.#packs = packs;
    this.#limit = limit;
  }

  /** Runs `work` with the pack's file; with null when there is no such pack. */
  async use<T>(pack: number, work: (file: OpenFile | null) => Promise<T>): Promise<T> {
    const handle = await this.#acquire(pack);
    if (!handle) return work(null);
    handle.users += 1;
    try {
      return await work(handle.file);
    } finally {
      handle.users -= 1;
      if (handle.evicted && handle.users === 0) await handle.file[Symbol.asyncDispose]();
    }
  }

  /** Stops keeping a pack open, for instance because its file is about to go. */
  async forget(pack: number): Promise<void> {
    const opening = this.#handles.get(pack);
    this.#handles.delete(pack);
    const handle = await opening;
    if (handle) await this.#evict(handle);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pack of this.#handles.keys()) await this.forget(pack);
  }

  async #acquire(pack: number): Promise<Handle | null> {
    let opening = this.#handles.get(pack);
    if (opening) {
      // Move to the young end.
      this.#handles.delete(pack);
    } else {
      opening = this.#open(pack);
    }
    this.#handles.set(pack, opening);
    const handle = await opening.catch((error: unknown) => {
      if (this.#handles.get(pack) === opening) this.#handles.delete(pack);
      throw error;
    });
    if (!handle && this.#handles.get(pack) === opening) this.#handles.delete(pack);
    // Closed between our look and now: open it again.
    if (handle?.evicted) return this.#acquire(pack);
    return handle;
  }

  async #open(pack: number): Promise<Handle | null> {
    const oldest = this.#handles.size >= this.#limit ? this.#handles.keys().next().value : undefined;
    if (oldest !== undefined) await this.forget(oldest);
    const file = await this.#packs.files.openRead(this.#packs.path(pack));
    return file && { file, users: 0, evicted: false };
  }

  async #evict(handle: Handle): Promise<void> {
    if (handle.evicted) return;
    handle.evicted = true;
    if (handle.users === 0) await handle.file[Symbol.asyncDispose]();
  }
}
