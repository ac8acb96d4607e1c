import { join } from 'node:path';
import type { Files } from '../../../platform/files/files.ts';

/** Where packs lie and what they are called. */
export class PackFiles {
  readonly files: Files;
  /** Directory of the packs. */
  readonly directory: string;
  /** Directory of bodies that are still coming in and too big for memory. */
  readonly incoming: string;

  constructor(files: Files, directory: string) {
    this.files = files;
    this.directory = directory;
    this.incoming = join(directory, 'incoming');
  }

  path(pack: number): string {
    return join(this.directory, `${String(pack).padStart(10, '0')}.pack`);
  }

  /** Ids of all pack files, ascending. */
  async list(): Promise<number[]> {
    const names = await this.files.list(this.directory);
    return names.filter(name => /^\d{10,}\.pack$/.test(name)).map(name => Number.parseInt(name, 10));
  }
}
