import type { Clock } from '../../../platform/clock.ts';
import type { Files } from '../../../platform/files/files.ts';
import type { Log } from '../../../platform/log.ts';
import type { SqlDatabase } from '../../sql/port.ts';
import { type PackOptions, packLeaseMs } from '../pack-options.ts';
import type { Appended, PackEngine, PackReader, RecordSource } from './pack-engine.ts';
import { PackFiles } from './pack-files.ts';
import { PackHandles } from './pack-handles.ts';
import { seedPackIds } from './pack-rows.ts';
import { PackWriter } from './pack-writer.ts';
import { SpillFile } from './spill-file.ts';

export interface DiskPacksContext {
  /** Directory of the packs; made if missing. */
  readonly directory: string;
  readonly files: Files;
  /** `spool.db`, migrated. */
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this process, as in the blob store. */
  readonly owner: string;
  readonly options?: PackOptions;
}

/** Packs as files of a directory. Several processes may use one directory at once. */
export class DiskPacks implements PackEngine {
  readonly rowBytes: number = 0;
  readonly packedBytes: number;
  readonly groupBytes: number = 4 * 1024 * 1024;
  /** Where the files are. */
  readonly files: PackFiles;
  readonly #context: DiskPacksContext;
  readonly #handles: PackHandles;
  readonly #writer: PackWriter;
  #spills = 0;

  constructor(context: DiskPacksContext) {
    const options = context.options ?? {};
    const { database, clock, log, owner } = context;
    this.#context = context;
    this.packedBytes = options.packedBytes ?? 4 * 1024 * 1024;
    this.files = new PackFiles(context.files, context.directory);
    this.#handles = new PackHandles(this.files, options.openPacks ?? 64);
    this.#writer = new PackWriter({
      packs: this.files,
      database,
      clock,
      log,
      owner,
      maxPackBytes: options.maxPackBytes ?? 128 * 1024 * 1024,
      leaseMs: options.leaseMs ?? packLeaseMs,
    });
  }

  async prepare(): Promise<void> {
    await this.files.files.makeDirectory(this.files.incoming);
    // The table may have been lost or restored from an older copy: never give out the name of an existing file.
    const highest = (await this.list()).at(-1);
    if (highest !== undefined) await seedPackIds(this.#context.database, highest);
  }

  use<T>(pack: number, work: (reader: PackReader | null) => Promise<T>): Promise<T> {
    return this.#handles.use(pack, work);
  }

  list(): Promise<number[]> {
    return this.files.list();
  }

  async size(pack: number): Promise<number | null> {
    return (await this.files.files.stat(this.files.path(pack)))?.size ?? null;
  }

  async remove(pack: number): Promise<void> {
    await this.#handles.forget(pack);
    await this.files.files.unlink(this.files.path(pack));
  }

  append(source: RecordSource): Promise<Appended> {
    return this.#writer.append(source);
  }

  spill(): Promise<SpillFile> {
    return SpillFile.open(this.files, `${this.#context.owner}.${(this.#spills += 1)}`);
  }

  publish(spill: SpillFile): Promise<Appended> {
    return this.#writer.publish(spill.path, spill.file, spill.end);
  }

  release(pack: number): void {
    this.#writer.release(pack);
  }

  abandon(pack: number): void {
    this.#writer.abandon(pack);
  }

  endPack(): Promise<void> {
    return this.#writer.endPack();
  }

  async removeLeftovers(now: number): Promise<void> {
    await SpillFile.removeOld(this.files.files, this.files.incoming, now);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
    await this.#handles[Symbol.asyncDispose]();
  }
}
