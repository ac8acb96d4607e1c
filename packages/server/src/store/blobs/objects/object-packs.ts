import type { Timer } from '../../../platform/clock.ts';
import { isMailError, MailError } from '../../../platform/errors.ts';
import { packLeaseMs } from '../pack-options.ts';
import type { Appended, PackAccess, PackEngine, PackReader, RecordSource } from '../packs/pack-engine.ts';
import { PackFiles } from '../packs/pack-files.ts';
import { PackHandles } from '../packs/pack-handles.ts';
import { closePack, registerPack, renewPacks } from '../packs/pack-rows.ts';
import { SpillFile } from '../packs/spill-file.ts';
import { encodePackHeader, packHeaderBytes } from '../record/record-format.ts';
import { rowsPack } from '../waiting/waiting-rows.ts';
import { ObjectNames } from './object-names.ts';
import type { ObjectPacksContext } from './object-options.ts';
import { RandomReader, RangeCache, SequentialReader } from './object-reader.ts';
import { keepPack, keptPacks, partsLength, readParts, removeParts } from './part-rows.ts';

interface Waiting {
  readonly source: RecordSource;
  resolve(value: Appended): void;
  reject(error: unknown): void;
}

interface OwnedObject {
  holds: number;
  readonly length: number;
}

/** Uploads of one process at a time. */
const mostUploads = 4;
/** Records in one object when they wait to be sent. */
const mostRecords = 4096;
const abandonedUploadMs = 24 * 60 * 60 * 1000;
/** A body of 64 KiB with header, tag and index of its record. */
const defaultRowBytes = 64 * 1024 + 512;

function isList(parts: RecordSource['parts']): parts is readonly Uint8Array[] {
  return Array.isArray(parts);
}

/**
 * Packs as objects of an S3-compatible store, in the format of pack files and under the same numbers. An object is written
 * whole and never changed. What the store does not take is kept in the database until it does. Packs that lie in the
 * directory from before are read there.
 */
export class ObjectPacks implements PackEngine {
  readonly rowBytes: number;
  readonly packedBytes: number = 0;
  readonly groupBytes: number;
  /** How long others wait before they take this process for dead, ms. */
  readonly leaseMs: number;
  readonly #context: ObjectPacksContext;
  readonly #cache: RangeCache;
  readonly #names: ObjectNames;
  readonly #files: PackFiles;
  readonly #handles: PackHandles;
  readonly #owned = new Map<number, OwnedObject>();
  readonly #closing = new Set<Promise<unknown>>();
  readonly #local = new Set<number>();
  #waiting: Waiting[] = [];
  #planned = false;
  #uploads = 0;
  /** Objects on their way and work on claimed packs: what needs the lease although no pack is complete. */
  #busy = 0;
  #spills = 0;
  #renewal: Timer | null = null;
  #idle: (() => void) | null = null;
  #closed = false;

  constructor(context: ObjectPacksContext) {
    const { options } = context;
    this.#context = context;
    this.rowBytes = options.rowBytes ?? defaultRowBytes;
    this.groupBytes = options.packBytes ?? 32 * 1024 * 1024;
    this.leaseMs = options.leaseMs ?? packLeaseMs;
    this.#names = new ObjectNames(context);
    this.#files = new PackFiles(context.files, context.directory);
    this.#handles = new PackHandles(this.#files, 64);
    this.#cache = new RangeCache(options.cacheBytes ?? 32 * 1024 * 1024, (pack, start, length) =>
      this.#fetch(pack, start, length),
    );
  }

  /** Packs that lie in the directory still, ascending. */
  get localPacks(): readonly number[] {
    return [...this.#local].toSorted((a, b) => a - b);
  }

  async prepare(): Promise<void> {
    await this.#files.files.makeDirectory(this.#files.incoming);
    for (const pack of await this.#files.list()) this.#local.add(pack);
  }

  async use<T>(
    pack: number,
    work: (reader: PackReader | null) => Promise<T>,
    access: PackAccess = 'random',
  ): Promise<T> {
    if (pack === rowsPack) return work(null);
    if (this.#local.has(pack)) {
      const here = await this.#handles.use(pack, async file => (file ? { result: await work(file) } : null));
      if (here) return here.result;
      this.#local.delete(pack);
    }
    const size = async (): Promise<number> => (await this.size(pack)) ?? 0;
    const Reader = access === 'random' ? RandomReader : SequentialReader;
    return work(new Reader(this.#cache, pack, size));
  }

  async list(): Promise<number[]> {
    const ids = new Set([...this.#local, ...(await keptPacks(this.#context.database))]);
    for await (const pack of this.#names.list()) ids.add(pack);
    return [...ids].toSorted((a, b) => a - b);
  }

  async size(pack: number): Promise<number | null> {
    const { client, database, files } = this.#context;
    if (this.#local.has(pack)) {
      const status = await files.stat(this.#files.path(pack));
      if (status) return status.size;
    }
    return (await partsLength(database, pack)) ?? (await client.head(this.#names.key(pack)))?.size ?? null;
  }

  async remove(pack: number): Promise<void> {
    const { client, database } = this.#context;
    await client.remove(this.#names.key(pack));
    await removeParts(database, pack);
    if (this.#local.has(pack)) await this.dropLocal(pack);
    this.#cache.forget();
  }

  append(source: RecordSource): Promise<Appended> {
    if (this.#closed) return Promise.reject(new MailError('store.unavailable', { reason: 'closed' }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ source, resolve, reject });
      this.#plan();
    });
  }

  spill(): Promise<SpillFile> {
    return SpillFile.open(this.#files, `${this.#context.owner}.${(this.#spills += 1)}`);
  }

  async publish(spill: SpillFile): Promise<Appended> {
    const length = spill.end - packHeaderBytes;
    const { pack } = await this.#store([{ length, read: () => spill.record() }], true);
    await spill.discard();
    return { pack, offset: packHeaderBytes };
  }

  /** Makes an object of complete records; each holds the pack once. Unlike `append` it fails when the store is away. */
  async gather(
    records: readonly Uint8Array[],
  ): Promise<{ readonly pack: number; readonly offsets: number[] }> {
    const readers = records.map(bytes => ({ length: bytes.length, read: () => [bytes] }));
    return this.#store(readers, false);
  }

  /** Keeps the lease on all that this process has until disposed: for work that takes long on packs claimed by it. */
  keepLease(): Disposable {
    this.#busy += 1;
    this.#keepLease();
    return { [Symbol.dispose]: () => void (this.#busy -= 1) };
  }

  /** Sends a complete pack from elsewhere under its number. */
  async send(pack: number, length: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { client } = this.#context;
    if (await client.create(this.#names.key(pack), length, chunks)) return;
    // A try of a process that died may have sent it: the same pack has the same bytes.
    if ((await client.head(this.#names.key(pack)))?.size !== length) {
      throw new MailError('store.unavailable', { reason: 'pack name is taken', pack });
    }
  }

  /** Bytes of a pack in the directory, for `send`; null when it is not there. */
  async readLocal(pack: number): Promise<{ length: number; chunks: AsyncIterable<Uint8Array> } | null> {
    const length = (await this.#context.files.stat(this.#files.path(pack)))?.size;
    if (length === undefined) return null;
    return { length, chunks: this.#localChunks(pack, length) };
  }

  /** Removes a pack from the directory: it lies in the object store now. */
  async dropLocal(pack: number): Promise<void> {
    await this.#handles.forget(pack);
    await this.#files.files.unlink(this.#files.path(pack));
    this.#local.delete(pack);
  }

  release(id: number): void {
    const object = this.#owned.get(id);
    if (!object) return;
    object.holds -= 1;
    if (object.holds === 0) this.#close(id, object.length);
  }

  abandon(id: number): void {
    this.#owned.delete(id);
  }

  async endPack(): Promise<void> {
    while (this.#uploads > 0 || this.#waiting.length > 0) await this.#settled();
    await Promise.all(this.#closing);
  }

  async removeLeftovers(now: number): Promise<void> {
    const { client, files, options, log } = this.#context;
    await SpillFile.removeOld(files, this.#files.incoming, now);
    try {
      const count = await client.abortUploads(`${options.prefix}packs/`, now - abandonedUploadMs);
      if (count > 0) log.info('blob.uploads_given_up', { count });
    } catch (error) {
      log.warn('blob.uploads_not_listed', { error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    while (this.#uploads > 0 || this.#waiting.length > 0) await this.#settled();
    this.#renewal?.cancel();
    for (const [id, { length }] of this.#owned) this.#close(id, length);
    await Promise.all(this.#closing);
    await this.#handles[Symbol.asyncDispose]();
    this.#context.client[Symbol.dispose]();
  }

  async *#localChunks(pack: number, length: number): AsyncGenerator<Uint8Array> {
    await using file = await this.#context.files.openRead(this.#files.path(pack));
    if (!file) throw new MailError('store.unavailable', { reason: 'pack file is gone', pack });
    for (let at = 0; at < length; at += 1024 * 1024) {
      const bytes = Buffer.allocUnsafe(Math.min(1024 * 1024, length - at));
      if ((await file.read(bytes, at)) !== bytes.length) throw new MailError('store.unavailable', { pack });
      yield bytes;
    }
  }

  async #fetch(pack: number, start: number, length: number): Promise<Buffer | null> {
    const { client, database, log } = this.#context;
    const kept = (): Promise<Buffer | null> => readParts(database, pack, start, start + length);
    // Twice: while it is sent a pack changes from the rows to the store between our looks.
    for (let look = 0; look < 2; look += 1) {
      try {
        const bytes = await client.get(this.#names.key(pack), start, length);
        if (bytes) return bytes;
      } catch (error) {
        const bytes = isMailError(error, 'store.unavailable') ? await kept() : null;
        if (bytes) return bytes;
        throw error;
      }
      const bytes = await kept();
      if (bytes) return bytes;
    }
    log.error('blob.object_missing', { pack });
    return null;
  }

  /** Sends what waits at the end of this turn; when all uploads are taken, when the next one ends. */
  #plan(): void {
    if (this.#planned || this.#uploads >= mostUploads) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      while (this.#waiting.length > 0 && this.#uploads < mostUploads) {
        this.#uploads += 1;
        void this.#sendBatch(this.#takeBatch()).finally(() => {
          this.#uploads -= 1;
          if (this.#waiting.length > 0) this.#plan();
          else if (this.#uploads === 0) this.#idle?.();
        });
      }
    });
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { source } of this.#waiting) {
      if (count > 0 && (count === mostRecords || bytes + source.length > this.groupBytes)) break;
      bytes += source.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const readers = batch.map(({ source: { length, parts } }) => ({ length, read: () => parts }));
      // What can be read only once cannot be kept after a failed upload.
      const again = batch.every(({ source }) => isList(source.parts));
      const { pack, offsets } = await this.#store(readers, again);
      for (const [i, waiting] of batch.entries()) waiting.resolve({ pack, offset: offsets[i] ?? 0 });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  /** Writes records as one pack, in the store or, if it is away and `keep` says so, in the database. */
  async #store(
    records: readonly { length: number; read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array> }[],
    keep: boolean,
  ): Promise<{ readonly pack: number; readonly offsets: number[] }> {
    const { client, database, owner, log, options } = this.#context;
    const offsets: number[] = [];
    let length = packHeaderBytes;
    for (const record of records) {
      offsets.push(length);
      length += record.length;
    }
    await this.#names.seed(Math.max(0, ...this.#local), keep);
    // An upload may take longer than a lease lasts.
    using _ = this.keepLease();
    const id = await registerPack(database, owner, this.#leaseEnd());
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield encodePackHeader(id);
      for (const record of records) yield* record.read();
    }
    try {
      if (!(await client.create(this.#names.key(id), length, bytes()))) {
        this.#names.taken();
        throw new MailError('store.busy', { reason: 'pack name is taken', pack: id });
      }
    } catch (error) {
      try {
        if (!keep || !isMailError(error, 'store.unavailable')) throw error;
        await keepPack(database, id, bytes(), options.mostKeptBytes);
        log.info('blob.kept_in_database', { pack: id, bytes: length });
      } catch (failure) {
        // The upload may have succeeded all the same: the collector removes what nothing refers to.
        this.#close(id, packHeaderBytes);
        throw failure;
      }
    }
    this.#owned.set(id, { holds: records.length, length });
    return { pack: id, offsets };
  }

  #close(id: number, length: number): void {
    this.#owned.delete(id);
    const { database, owner, log } = this.#context;
    const closing = closePack(database, id, owner, length, false)
      .then(mine => {
        if (!mine) log.warn('blob.pack_was_taken_over', { pack: id });
      })
      .catch((error: unknown) => log.warn('blob.pack_not_closed', { error, pack: id }))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #settled(): Promise<void> {
    if (this.#uploads === 0) {
      this.#plan();
      await new Promise(resolve => setImmediate(resolve));
      return;
    }
    await new Promise<void>(resolve => {
      this.#idle = resolve;
    });
    this.#idle = null;
  }

  #leaseEnd(): number {
    return this.#context.clock.now() + this.leaseMs;
  }

  #keepLease(): void {
    if (this.#closed || this.#renewal) return;
    const { clock, database, owner, log } = this.#context;
    this.#renewal = clock.after(this.leaseMs / 3, () => {
      this.#renewal = null;
      if (this.#owned.size === 0 && this.#busy === 0) return;
      this.#keepLease();
      renewPacks(database, owner, this.#leaseEnd()).catch((error: unknown) => {
        log.warn('blob.lease_not_renewed', { error });
      });
    });
  }
}
