import type { Clock, Timer } from '../../../platform/clock.ts';
import { isMailError, MailError } from '../../../platform/errors.ts';
import type { OpenFile } from '../../../platform/files/files.ts';
import type { Log } from '../../../platform/log.ts';
import type { SqlDatabase } from '../../sql/port.ts';
import { decodePackHeader, encodePackHeader, packHeaderBytes } from '../record/record-format.ts';
import type { OwnedPack } from './owned-pack.ts';
import type { Appended, RecordSource } from './pack-engine.ts';
import type { PackFiles } from './pack-files.ts';
import { adoptPack, closePack, registerPack, renewPacks, unregisterPack } from './pack-rows.ts';

export interface PackWriterContext {
  readonly packs: PackFiles;
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** This process, by a name that no other process has or had. */
  readonly owner: string;
  /** A pack is ended once it is at least this long, in bytes. */
  readonly maxPackBytes: number;
  /** How long others wait before they take this process for dead, in ms. */
  readonly leaseMs: number;
}

interface Waiting {
  readonly source: RecordSource;
  resolve(value: Appended): void;
  reject(error: unknown): void;
}

/** Most records and bytes that share one sync. */
const maxBatchRecords = 128;
const maxBatchBytes = 8 * 1024 * 1024;

function isList(parts: RecordSource['parts']): parts is readonly Uint8Array[] {
  return Array.isArray(parts);
}

/**
 * Appends records to packs that only this process writes. Records that wait at the same moment share one write and one
 * sync; while a sync is under way the next batch forms. Nothing runs when nothing waits.
 */
export class PackWriter implements AsyncDisposable {
  readonly #context: PackWriterContext;
  readonly #owned = new Map<number, OwnedPack>();
  readonly #closing = new Set<Promise<void>>();
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #current: OwnedPack | null = null;
  #renewal: Timer | null = null;
  #closed = false;

  constructor(context: PackWriterContext) {
    this.#context = context;
  }

  /** Appends a record; resolves when it is on disk. The pack is held until `release`. */
  async append(source: RecordSource): Promise<Appended> {
    if (this.#closed) throw new MailError('store.unavailable', { reason: 'closed' });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ source, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Gives a complete file a place among the packs, as a pack of one record. Held until `release`. */
  async publish(path: string, file: OpenFile, length: number): Promise<Appended> {
    const { packs, database, owner } = this.#context;
    const id = await registerPack(database, owner, this.#leaseEnd());
    this.#keepLease();
    await file.write([encodePackHeader(id)], 0);
    await file.datasync();
    await packs.files.rename(path, packs.path(id));
    await packs.files.syncDirectory(packs.directory);
    const pack: OwnedPack = { id, file, length, holds: 1, appending: false, clean: false };
    this.#owned.set(id, pack);
    return { pack: id, offset: packHeaderBytes };
  }

  /** Ends one hold on a pack. */
  release(id: number): void {
    const pack = this.#owned.get(id);
    if (!pack) return;
    pack.holds -= 1;
    if (pack.holds === 0 && !pack.appending) this.#closeInBackground(pack);
  }

  /** Writes no more into a pack: it was taken away. */
  abandon(id: number): void {
    const pack = this.#owned.get(id);
    if (!pack) return;
    pack.appending = false;
    pack.clean = false;
    if (this.#current === pack) this.#current = null;
  }

  /** Ends the present pack, so that the next record starts another: for packs that others should be able to compact. */
  async endPack(): Promise<void> {
    while (this.#running) await this.#running;
    await this.#retire(this.#current);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    while (this.#running) await this.#running;
    this.#renewal?.cancel();
    for (const pack of this.#owned.values()) {
      pack.appending = false;
      await this.#close(pack);
    }
    await Promise.all(this.#closing);
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // Whoever seals in this turn takes part in the batch.
        await new Promise(resolve => setImmediate(resolve));
        await this.#writeBatch(this.#takeBatch());
      }
    } finally {
      this.#running = null;
    }
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { source } of this.#waiting) {
      if (count > 0 && (count === maxBatchRecords || bytes + source.length > maxBatchBytes)) break;
      bytes += source.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    let pack: OwnedPack | null = null;
    let syncing = false;
    try {
      pack = await this.#packForAppending();
      const offsets = await this.#write(pack, batch);
      syncing = true;
      await pack.file.datasync();
      pack.length = offsets.end;
      pack.holds += batch.length;
      for (const [i, waiting] of batch.entries()) {
        waiting.resolve({ pack: pack.id, offset: offsets.starts[i] ?? 0 });
      }
    } catch (error) {
      this.#context.log.warn('blob.write_failed', { error, pack: pack?.id ?? 0 });
      // After a failed sync the kernel may forget what it could not write, so this tail is never trusted again. When
      // only the disk was full, the same place is written again.
      if (pack && (syncing || !isMailError(error, 'store.full'))) await this.#retire(pack, false);
      else if (pack) pack.clean = false;
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async #write(pack: OwnedPack, batch: readonly Waiting[]): Promise<{ starts: number[]; end: number }> {
    const starts: number[] = [];
    let gathered: Uint8Array[] = [];
    let gatheredAt = pack.length;
    let end = pack.length;
    const flush = async (): Promise<void> => {
      if (gathered.length > 0) await pack.file.write(gathered, gatheredAt);
      gathered = [];
      gatheredAt = end;
    };
    for (const { source } of batch) {
      starts.push(end);
      if (isList(source.parts)) {
        gathered.push(...source.parts);
        end += source.length;
        continue;
      }
      await flush();
      for await (const part of source.parts) {
        await pack.file.write([part], end);
        end += part.length;
      }
      gatheredAt = end;
    }
    await flush();
    return { starts, end };
  }

  async #packForAppending(): Promise<OwnedPack> {
    if (this.#current && this.#current.length >= this.#context.maxPackBytes)
      await this.#retire(this.#current);
    if (!this.#current) {
      this.#current = (await this.#adopt()) ?? (await this.#create());
      this.#owned.set(this.#current.id, this.#current);
      this.#keepLease();
    }
    return this.#current;
  }

  /** A pack that an earlier process ended in order and that still has room. */
  async #adopt(): Promise<OwnedPack | null> {
    const { packs, database, owner, maxPackBytes } = this.#context;
    const row = await adoptPack(database, owner, this.#leaseEnd(), maxPackBytes / 2);
    if (!row) return null;
    const file = await packs.files.openWrite(packs.path(row.id));
    const header = Buffer.alloc(packHeaderBytes);
    const intact =
      file !== null &&
      (await file.size()) === row.length &&
      (await file.read(header, 0)) === packHeaderBytes &&
      decodePackHeader(header) === row.id;
    if (file && intact) {
      return { id: row.id, file, length: row.length, holds: 0, appending: true, clean: true };
    }
    await file?.[Symbol.asyncDispose]();
    this.#context.log.warn('blob.pack_not_adopted', { pack: row.id });
    await closePack(database, row.id, owner, row.length, false);
    return null;
  }

  async #create(): Promise<OwnedPack> {
    const { packs, database, owner } = this.#context;
    const id = await registerPack(database, owner, this.#leaseEnd());
    let file: OpenFile | null = null;
    try {
      file = await packs.files.create(packs.path(id));
      if (!file) throw new MailError('store.unavailable', { reason: 'pack name is taken', pack: id });
      await file.write([encodePackHeader(id)], 0);
      await file.datasync();
      await packs.files.syncDirectory(packs.directory);
    } catch (error) {
      await this.#discard(id, file);
      throw error;
    }
    return { id, file, length: packHeaderBytes, holds: 0, appending: true, clean: true };
  }

  async #discard(id: number, file: OpenFile | null): Promise<void> {
    const { packs, database, owner, log } = this.#context;
    try {
      await file?.[Symbol.asyncDispose]();
      if (file) await packs.files.unlink(packs.path(id));
      await unregisterPack(database, id, owner);
    } catch (error) {
      // Left to the collector, which takes over what nobody renews.
      log.warn('blob.pack_left_behind', { error, pack: id });
    }
  }

  async #retire(pack: OwnedPack | null, clean = true): Promise<void> {
    if (!pack) return;
    pack.appending = false;
    if (!clean) pack.clean = false;
    if (this.#current === pack) this.#current = null;
    if (pack.holds === 0) await this.#close(pack);
  }

  async #close(pack: OwnedPack): Promise<void> {
    if (!this.#owned.delete(pack.id)) return;
    const { database, owner, log } = this.#context;
    try {
      await pack.file[Symbol.asyncDispose]();
      const mine = await closePack(database, pack.id, owner, pack.length, pack.clean);
      if (!mine) log.warn('blob.pack_was_taken_over', { pack: pack.id });
    } catch (error) {
      log.warn('blob.pack_not_closed', { error, pack: pack.id });
    }
  }

  #closeInBackground(pack: OwnedPack): void {
    // Failures are logged by #close; the collector takes over what stays open.
    const closing = this.#close(pack).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #leaseEnd(): number {
    return this.#context.clock.now() + this.#context.leaseMs;
  }

  #keepLease(): void {
    if (this.#closed || this.#renewal) return;
    const { clock, database, owner, leaseMs, log } = this.#context;
    this.#renewal = clock.after(leaseMs / 3, () => {
      this.#renewal = null;
      if (this.#owned.size === 0) return;
      this.#keepLease();
      renewPacks(database, owner, this.#leaseEnd()).catch((error: unknown) => {
        log.warn('blob.lease_not_renewed', { error });
      });
    });
  }
}
