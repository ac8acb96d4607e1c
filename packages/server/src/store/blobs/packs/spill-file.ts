import { join } from 'node:path';
import { MailError } from '../../../platform/errors.ts';
import type { Files, OpenFile } from '../../../platform/files/files.ts';
import { packHeaderBytes, recordHeaderBytes } from '../record/record-format.ts';
import type { PackFiles } from './pack-files.ts';

const copyBytes = 256 * 1024;
/** Files that nobody has written for this long are left over, ms. */
const leftAfterMs = 24 * 60 * 60 * 1000;
const framesStart = packHeaderBytes + recordHeaderBytes;

/** A body that is too big for memory, on its way in. Laid out as a pack of one record, whose headers come last. */
export class SpillFile {
  readonly path: string;
  readonly file: OpenFile;
  readonly #packs: PackFiles;
  #end = framesStart;

  private constructor(packs: PackFiles, path: string, file: OpenFile) {
    this.#packs = packs;
    this.path = path;
    this.file = file;
  }

  /** Removes files that nobody has written for a day. `now`: ms since the epoch. */
  static async removeOld(files: Files, incoming: string, now: number): Promise<void> {
    for (const name of await files.list(incoming)) {
      const path = join(incoming, name);
      const status = await files.stat(path);
      if (status && status.modifiedAt < now - leftAfterMs) await files.unlink(path);
    }
  }

  static async open(packs: PackFiles, name: string): Promise<SpillFile> {
    const path = join(packs.incoming, name);
    const file = await packs.files.create(path);
    if (!file) throw new MailError('store.unavailable', { reason: 'name is taken' });
    return new SpillFile(packs, path, file);
  }

  /** Length of the file so far. */
  get end(): number {
    return this.#end;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    await this.file.write(parts, this.#end);
    for (const part of parts) this.#end += part.length;
  }

  async writeHeader(header: Uint8Array): Promise<void> {
    await this.file.write([header], packHeaderBytes);
  }

  /** The record, to be copied into a pack. */
  async *record(): AsyncGenerator<Uint8Array> {
    for (let at = packHeaderBytes; at < this.#end; at += copyBytes) {
      const bytes = Buffer.allocUnsafe(Math.min(copyBytes, this.#end - at));
      const got = await this.file.read(bytes, at);
      if (got !== bytes.length) throw new MailError('store.unavailable', { reason: 'file became shorter' });
      yield bytes;
    }
  }

  /** Closes and removes it. What cannot be removed is left to the collector. */
  async discard(): Promise<void> {
    await this.file[Symbol.asyncDispose]();
    await this.#packs.files.unlink(this.path).catch(() => false);
  }
}
