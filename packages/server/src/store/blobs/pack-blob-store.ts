import { randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { TenantKeySet, TenantKeys } from '../../platform/secrets/tenant-keys.ts';
import type { BlobHash, BlobLedger, BlobRef, BlobStore, BlobWriter } from '../blob-store.ts';
import type { SqlDatabase, SqlTransaction } from '../sql/port.ts';
import {
  type BlobRowId,
  endBlobLease,
  findAliveBlob,
  findBlob,
  findBlobs,
  leaseBlob,
  linkBlob,
  markBlobIfDead,
  recordExisting,
  recordNew,
  releaseLink,
} from './blob-rows.ts';
import { PackBlobWriter, type Sealing, type WriterHost } from './blob-writer.ts';
import { type Hold, Holds } from './holds.ts';
import { blobKey, LocationCache } from './location-cache.ts';
import type { PackOptions } from './pack-options.ts';
import type { Appended, PackEngine, PackReader } from './packs/pack-engine.ts';
import type { SpillFile } from './packs/spill-file.ts';
import { readStretch, stretchesOf, type WantedRecord } from './record/read-together.ts';
import { type BlobLocation, frameBytes } from './record/record-format.ts';
import {
  collect,
  DamagedRecord,
  type OpenRecord,
  openRecord,
  readFrames,
  readSingleFrame,
} from './record/record-reader.ts';
import { RecordBytes, usePlace } from './waiting/read-place.ts';
import { recordWaiting, rowsPack } from './waiting/waiting-rows.ts';

export interface PackBlobStoreContext {
  /** Where the packs are. The store's from now on: closed with it. */
  readonly engine: PackEngine;
  /** `spool.db`, migrated. */
  readonly database: SqlDatabase;
  readonly keys: TenantKeys;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this process, never used by another one before or after: `newOwner()`. */
  readonly owner: string;
  readonly options?: PackOptions;
}

type RecordWork<T> = (
  reader: PackReader,
  location: BlobLocation,
  record: OpenRecord,
  keys: TenantKeySet,
) => Promise<T>;

/** A record opened before, for readers that come back. */
interface RecordMemory {
  opened: { readonly location: BlobLocation; readonly record: OpenRecord } | null;
}

/** A sealed body must be recorded within this time, ms. Shorter than a generation of garbage collection. */
export const holdMs: number = 60 * 60 * 1000;

/** A name for this process that no other process has or had; begins with the name of its node if that is given. */
export function newOwner(node?: string): string {
  const own = `${process.pid}-${randomBytes(9).toString('base64url')}`;
  return node === undefined ? own : `${node}~${own}`;
}

/** The blob store over packs, with its rows in `spool.db`. Several processes may work on the same packs at once. */
export class PackBlobStore implements BlobStore, BlobLedger {
  readonly #context: PackBlobStoreContext;
  readonly #engine: PackEngine;
  readonly #locations: LocationCache;
  readonly #holds: Holds;
  readonly #host: WriterHost;
  /** Bodies being written, so that the same one is written once. */
  readonly #sealing = new Map<string, Promise<Hold>>();

  private constructor(context: PackBlobStoreContext) {
    const options = context.options ?? {};
    this.#context = context;
    this.#engine = context.engine;
    this.#locations = new LocationCache(options.cachedLocations ?? 20_000);
    this.#holds = new Holds(pack => this.#engine.release(pack));
    this.#host = {
      encrypt: options.encrypt ?? true,
      packedBytes: this.#engine.packedBytes,
      keys: tenantId => context.keys.get(tenantId),
      spill: () => this.#engine.spill(),
      settle: (tenantId, key, hash, make) => this.#settle(tenantId, key, hash, make),
      end: hold => this.#holds.end(hold),
    };
  }

  /** Opens the store. No pack is begun until the first body comes. */
  static async open(context: PackBlobStoreContext): Promise<PackBlobStore> {
    await context.engine.prepare();
    return new PackBlobStore(context);
  }

  create(tenantId: TenantId, expectedSize = 0): BlobWriter {
    return new PackBlobWriter(this.#host, tenantId, expectedSize);
  }

  async read(tenantId: TenantId, hash: BlobHash): Promise<Uint8Array> {
    return this.#reading(tenantId, hash, async (file, location, record, keys) => {
      const single = readSingleFrame(record, keys);
      if (single) return single;
      return collect(location.size, readFrames(file, location, record, keys, 0, location.size));
    });
  }

  async readTogether(tenantId: TenantId, hashes: readonly BlobHash[]): Promise<(Uint8Array | null)[]> {
    const keys = await this.#context.keys.get(tenantId);
    const wanted: WantedRecord[] = [];
    const locations = await this.#lookUpAll(tenantId, hashes);
    for (const [at, hash] of hashes.entries()) {
      const location = locations[at];
      // What waits in a row of its own has no neighbours.
      if (location && location.pack !== rowsPack) wanted.push({ location, hash, at });
    }
    const bodies = hashes.map((): Uint8Array | null => null);
    for (const stretch of stretchesOf(wanted)) {
      await this.#engine.use(stretch.pack, async reader => {
        if (!reader) return;
        await readStretch(reader, stretch, tenantId, keys, (at, body) => {
          bodies[at] = body;
        });
      });
    }
    return bodies;
  }

  async readRange(tenantId: TenantId, hash: BlobHash, start: number, end: number): Promise<Uint8Array> {
    return this.#readRange(tenantId, hash, start, end);
  }

  async #readRange(
    tenantId: TenantId,
    hash: BlobHash,
    start: number,
    end: number,
    memory?: RecordMemory,
  ): Promise<Uint8Array> {
    const work: RecordWork<Uint8Array> = async (file, location, record, keys) => {
      const to = Math.min(end, location.size);
      const from = Math.min(Math.max(0, start), to);
      return collect(to - from, readFrames(file, location, record, keys, from, to));
    };
    return this.#reading(tenantId, hash, work, memory);
  }

  async *stream(
    tenantId: TenantId,
    hash: BlobHash,
    start: number = 0,
    end: number = Infinity,
  ): AsyncGenerator<Uint8Array> {
    // One frame per visit: a slow reader pins no file, and the body may be moved between two visits.
    let at = Math.max(0, start);
    const memory: RecordMemory = { opened: null };
    for (;;) {
      const to = Math.min(end, at + frameBytes - (at % frameBytes));
      const chunk = await this.#readRange(tenantId, hash, at, to, memory);
      if (chunk.length === 0) return;
      yield chunk;
      at += chunk.length;
    }
  }

  async record(
    tx: SqlTransaction,
    tenantId: TenantId,
    ref: BlobRef,
    accountIds: readonly AccountId[],
  ): Promise<BlobRowId> {
    const id = await this.#recordBody(tx, tenantId, ref);
    // All asked for at once: a mail to many is a trip to a database server then, not one for each of them.
    await Promise.all(accountIds.map(accountId => linkBlob(tx, id, accountId)));
    return id;
  }

  async #recordBody(tx: SqlTransaction, tenantId: TenantId, ref: BlobRef): Promise<BlobRowId> {
    const key = blobKey(tenantId, ref.hash);
    const hold = this.#holds.get(key);
    if (!hold || hold.recorded) return recordExisting(tx, tenantId, ref.hash);
    const { owner, clock } = this.#context;
    const row = hold.record
      ? await recordWaiting(tx, tenantId, ref.hash, hold.location.size, hold.record, clock.now())
      : await recordNew(tx, tenantId, ref.hash, hold.location, owner, clock.now());
    if (!row) {
      this.#holds.forget(hold);
      this.#engine.abandon(hold.location.pack);
      throw new MailError('store.busy', { reason: 'pack was taken over', pack: hold.location.pack });
    }
    tx.afterCommit(() => {
      hold.recorded = true;
      this.#locations.set(key, row);
    });
    return row.id;
  }

  async released(
    tx: SqlTransaction,
    tenantId: TenantId,
    hash: BlobHash,
    accountId: AccountId,
  ): Promise<void> {
    await releaseLink(tx, tenantId, hash, accountId);
  }

  async dropped(tx: SqlTransaction, row: BlobRowId): Promise<void> {
    await markBlobIfDead(tx, row);
  }

  async link(tenantId: TenantId, accountId: AccountId, refs: readonly BlobRef[]): Promise<void> {
    if (refs.length === 0) return;
    await this.#context.database.transact(async tx => {
      for (const ref of refs) await this.record(tx, tenantId, ref, [accountId]);
    });
  }

  async release(tenantId: TenantId, accountId: AccountId, hashes: readonly BlobHash[]): Promise<void> {
    if (hashes.length === 0) return;
    // What a power cut undoes here is a surplus link, nothing worse.
    await this.#context.database.transact(
      async tx => {
        for (const hash of hashes) await releaseLink(tx, tenantId, hash, accountId);
      },
      { durability: 'relaxed' },
    );
  }

  async lease(tenantId: TenantId, ref: BlobRef, holder: string, until: number): Promise<void> {
    await this.#context.database.transact(async tx => {
      await leaseBlob(tx, await this.#recordBody(tx, tenantId, ref), holder, until);
    });
  }

  async endLease(tenantId: TenantId, hash: BlobHash, holder: string): Promise<void> {
    await this.#context.database.transact(tx => endBlobLease(tx, tenantId, hash, holder), {
      durability: 'relaxed',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }

  /** Where bodies of this store lie and how they are written: for the collector and the checker. */
  get internals(): { engine: PackEngine; context: PackBlobStoreContext } {
    return { engine: this.#engine, context: this.#context };
  }

  async #settle(
    tenantId: TenantId,
    key: string,
    hash: Buffer,
    make: () => Promise<Sealing>,
  ): Promise<Hold | null> {
    for (;;) {
      const held = this.#holds.get(key);
      if (held) {
        held.users += 1;
        return held;
      }
      const other = this.#sealing.get(key);
      if (!other) break;
      // Whether it succeeds or fails, look again: a failure of theirs is not ours.
      await other.catch(() => null);
    }
    const storing = this.#storeUnlessPresent(tenantId, key, hash, make);
    const pending = storing.then(hold => {
      if (!hold) throw new Error('present');
      return hold;
    });
    pending.catch(() => undefined);
    this.#sealing.set(key, pending);
    try {
      return await storing;
    } finally {
      this.#sealing.delete(key);
    }
  }

  async #storeUnlessPresent(
    tenantId: TenantId,
    key: string,
    hash: Buffer,
    make: () => Promise<Sealing>,
  ): Promise<Hold | null> {
    const present = await findAliveBlob(this.#context.database, tenantId, hash);
    if (present) {
      this.#locations.set(key, present);
      return null;
    }
    const { source, alone, size } = await make();
    const expired = this.#holds.expire(holdMs);
    if (expired > 0) this.#context.log.warn('blob.holds_expired', { count: expired });
    if (!alone && Array.isArray(source.parts) && source.length <= this.#engine.rowBytes) {
      const record = Buffer.concat(source.parts, source.length);
      return this.#holds.add(key, { pack: rowsPack, offset: 0, length: record.length, size }, record);
    }
    const { pack, offset } = alone ? await this.#publish(alone) : await this.#engine.append(source);
    return this.#holds.add(key, { pack, offset, length: source.length, size }, null);
  }

  async #publish(spill: SpillFile): Promise<Appended> {
    try {
      return await this.#engine.publish(spill);
    } catch (error) {
      await spill.discard();
      throw error;
    }
  }

  /** Where a body was last seen, or what the table says; undefined when there is none. */
  async #lookUp(tenantId: TenantId, key: string, hash: BlobHash): Promise<BlobLocation | undefined> {
    const known = this.#holds.get(key)?.location ?? this.#locations.get(key);
    if (known) return known;
    const found = await findBlob(this.#context.database, tenantId, hash);
    if (found) this.#locations.set(key, found);
    return found;
  }

  /** As `#lookUp` for many, each at the place of its hash: what is not known is asked for together. */
  async #lookUpAll(
    tenantId: TenantId,
    hashes: readonly BlobHash[],
  ): Promise<readonly (BlobLocation | undefined)[]> {
    const keys = hashes.map(hash => blobKey(tenantId, hash));
    const known = keys.map(key => this.#holds.get(key)?.location ?? this.#locations.get(key));
    const missing = hashes.filter((_, at) => known[at] === undefined);
    if (missing.length === 0) return known;
    const found = new Map<string, BlobLocation>();
    for (const { hash, ...location } of await findBlobs(this.#context.database, tenantId, missing)) {
      const key = blobKey(tenantId, hash);
      found.set(key, location);
      this.#locations.set(key, location);
    }
    return keys.map((key, at) => known[at] ?? found.get(key));
  }

  async #locate(tenantId: TenantId, key: string, hash: BlobHash): Promise<BlobLocation> {
    const found = await this.#lookUp(tenantId, key, hash);
    if (!found) throw new MailError('message.not_found', { reason: 'no such body' });
    return found;
  }

  async #use<T>(
    tenantId: TenantId,
    key: string,
    hash: BlobHash,
    pack: number,
    work: (reader: PackReader | null) => Promise<T>,
  ): Promise<T> {
    const record = this.#holds.get(key)?.record;
    if (pack === rowsPack && record) return work(new RecordBytes(record));
    return usePlace(this.#engine, this.#context.database, { tenantId, hash, pack }, work, 'random');
  }

  /** Opens a body's record and hands it to `work`; when it is not where we thought, looks once more. */
  async #reading<T>(
    tenantId: TenantId,
    hash: BlobHash,
    work: RecordWork<T>,
    memory: RecordMemory = { opened: null },
  ): Promise<T> {
    const key = blobKey(tenantId, hash);
    const keys = await this.#context.keys.get(tenantId);
    let location = await this.#locate(tenantId, key, hash);
    for (let attempt = 0; ; attempt += 1) {
      const at = location;
      try {
        return await this.#use(tenantId, key, hash, at.pack, async reader => {
          if (!reader) throw new DamagedRecord('the pack is missing');
          const known = memory.opened?.location === at ? memory.opened.record : null;
          const record = known ?? (await openRecord(reader, at, tenantId, hash));
          memory.opened = { location: at, record };
          return work(reader, at, record, keys);
        });
      } catch (error) {
        if (!(error instanceof DamagedRecord)) throw error;
        this.#locations.delete(key);
        location = await this.#locate(tenantId, key, hash);
        const moved = location.pack !== at.pack || location.offset !== at.offset;
        if (moved && attempt < 2) continue;
        const place = { pack: at.pack, offset: at.offset };
        this.#context.log.error('blob.corrupt', { ...place, tenantId, reason: error.message });
        throw new MailError('store.corrupt', place, { cause: error });
      }
    }
  }
}
