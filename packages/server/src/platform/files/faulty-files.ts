import { MailError } from '../errors.ts';
import type { FileStatus, Files, OpenFile } from './files.ts';

/** What can go wrong at one operation. */
export type Fault =
  /** The operation fails once and changes nothing. */
  | { readonly kind: 'fail'; readonly code: 'store.full' | 'store.unavailable' }
  /** A write puts down its first half, then fails; other operations fail. */
  | { readonly kind: 'torn'; readonly code: 'store.full' | 'store.unavailable' }
  /** The operation and all later ones fail, as after the death of the process; a write is torn. */
  | { readonly kind: 'death' };

/** Operations that a fault can hit. Reading is counted apart: it changes nothing. */
export type FaultyOperation =
  | 'create'
  | 'write'
  | 'datasync'
  | 'rename'
  | 'link'
  | 'unlink'
  | 'sync-directory';

/**
 * A file system for tests that fails at the n-th changing operation, remembers what was synced and can lose the rest,
 * as a power cut does.
 */
export class FaultyFiles implements Files {
  readonly #inner: Files;
  #failAt = 0;
  #fault: Fault = { kind: 'death' };
  #dead = false;
  /** Changing operations so far, by name. */
  readonly operations: FaultyOperation[] = [];
  /** Length of each file that has been synced; files made here start at 0. */
  readonly #synced = new Map<string, number>();

  constructor(inner: Files) {
    this.#inner = inner;
  }

  /** Arms one fault at the n-th changing operation from now (1 is the next). */
  arm(n: number, fault: Fault): void {
    this.#failAt = this.operations.length + n;
    this.#fault = fault;
  }

  /** Everything works again. */
  heal(): void {
    this.#failAt = 0;
    this.#dead = false;
  }

  /** Cuts every file made through this layer back to what was synced, as a power cut may. */
  async loseUnsynced(): Promise<void> {
    for (const [path, synced] of this.#synced) {
      const file = await this.#inner.openRead(path);
      if (!file) continue;
      const kept = Buffer.alloc(Math.min(synced, await file.size()));
      await file.read(kept, 0);
      await file[Symbol.asyncDispose]();
      await this.#inner.unlink(path);
      const again = await this.#inner.create(path);
      if (!again) continue;
      await again.write([kept], 0);
      await again[Symbol.asyncDispose]();
    }
  }

  /** Counts an operation. Returns whether a write may put down its first half before it fails. */
  #step(name: FaultyOperation): { fail(): never; readonly torn: boolean } | null {
    this.operations.push(name);
    const hit = this.#failAt > 0 && this.operations.length === this.#failAt;
    if (hit && this.#fault.kind === 'death') this.#dead = true;
    if (!hit && !this.#dead) return null;
    const fault = this.#fault;
    return {
      torn: hit && fault.kind !== 'fail',
      fail: () => {
        const code = fault.kind === 'death' ? 'store.unavailable' : fault.code;
        throw new MailError(code, { fault: name });
      },
    };
  }

  #guard(name: FaultyOperation): void {
    this.#step(name)?.fail();
  }

  #wrap(path: string, file: OpenFile): OpenFile {
    return {
      read: (into, position) => file.read(into, position),
      write: async (chunks, position) => {
        const fault = this.#step('write');
        if (fault) {
          const bytes = Buffer.concat(chunks);
          if (fault.torn) await file.write([bytes.subarray(0, bytes.length >> 1)], position);
          fault.fail();
        }
        await file.write(chunks, position);
      },
      datasync: async () => {
        this.#guard('datasync');
        await file.datasync();
        this.#synced.set(path, await file.size());
      },
      size: () => file.size(),
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  }

  async openRead(path: string): Promise<OpenFile | null> {
    return this.#inner.openRead(path);
  }

  async openWrite(path: string): Promise<OpenFile | null> {
    const file = await this.#inner.openWrite(path);
    if (!file) return null;
    if (!this.#synced.has(path)) this.#synced.set(path, await file.size());
    return this.#wrap(path, file);
  }

  async create(path: string, mode?: number): Promise<OpenFile | null> {
    this.#guard('create');
    const file = await this.#inner.create(path, mode);
    if (!file) return null;
    this.#synced.set(path, 0);
    return this.#wrap(path, file);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#guard('rename');
    await this.#inner.rename(from, to);
    const synced = this.#synced.get(from);
    this.#synced.delete(from);
    if (synced !== undefined) this.#synced.set(to, synced);
  }

  async link(existing: string, to: string): Promise<boolean> {
    this.#guard('link');
    return this.#inner.link(existing, to);
  }

  async unlink(path: string): Promise<boolean> {
    this.#guard('unlink');
    this.#synced.delete(path);
    return this.#inner.unlink(path);
  }

  stat(path: string): Promise<FileStatus | null> {
    return this.#inner.stat(path);
  }

  list(directory: string): Promise<string[]> {
    return this.#inner.list(directory);
  }

  makeDirectory(path: string): Promise<void> {
    return this.#inner.makeDirectory(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#guard('sync-directory');
    await this.#inner.syncDirectory(path);
  }
}
