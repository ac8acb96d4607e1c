import type { Timer } from '../../../platform/clock.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { claimForCompaction, closedPacks, giveBackPack } from '../packs/pack-rows.ts';
import { packHeaderBytes } from '../record/record-format.ts';
import { DamagedRecord, openRecord, verifyRecord } from '../record/record-reader.ts';
import { RecordBytes } from '../waiting/read-place.ts';
import { moveWaiting, type WaitingBody, waitingAfter, waitingStatus } from '../waiting/waiting-rows.ts';
import { type MergeOptions, ObjectMerger } from './merger.ts';
import type { ObjectPacks } from './object-packs.ts';
import { packsToSend, partsLength, readParts, removeParts } from './part-rows.ts';

export interface PackerOptions {
  /** Bodies are gathered once so many bytes of them wait. Default 32 MiB. */
  readonly targetBytes?: number;
  /** … or once one has waited this long, ms. Default 15 minutes. */
  readonly patienceMs?: number;
  /** How often to look, ms. Default 15 s. */
  readonly everyMs?: number;
  readonly merge?: MergeOptions;
  /** How often to look whether objects are worth merging, ms. Default 10 minutes. */
  readonly mergeEveryMs?: number;
}

export interface PackerRound {
  /** Bodies that moved from rows into packs. */
  readonly bodies: number;
  /** Packs that moved from the database or from the directory to the object store. */
  readonly packs: number;
  /** Small packs that were merged into larger ones. */
  readonly merged: number;
}

/** The right to pack, of which there is one among all processes. */
export interface PackingRight extends AsyncDisposable {
  readonly held: boolean;
}

const pageRows = 100;
/** Bodies moved in one transaction: others wait for it. */
const movesAtATime = 500;
const sendChunk = 1024 * 1024;

/**
 * Brings bodies to the object store in the background: those that wait in rows are gathered into packs, and packs that were
 * kept in the database or lie in the directory from before are sent, and small objects are merged. Every step is right by itself, so it may stop anywhere;
 * a body is in its old place until one transaction says that it is in the new one.
 */
export class ObjectPacker implements AsyncDisposable {
  readonly #store: PackBlobStore;
  readonly #engine: ObjectPacks;
  readonly #right: () => Promise<PackingRight | null>;
  readonly #targetBytes: number;
  readonly #patienceMs: number;
  readonly #everyMs: number;
  readonly #merger: ObjectMerger;
  readonly #mergeEveryMs: number;
  #merged: number | null = null;
  readonly #stop = new AbortController();
  #timer: Timer | null = null;
  #running: Promise<PackerRound> | null = null;

  /** `right`: takes the right to pack; null while another process has it. */
  constructor(
    store: PackBlobStore,
    engine: ObjectPacks,
    right: () => Promise<PackingRight | null>,
    options: PackerOptions = {},
  ) {
    this.#store = store;
    this.#engine = engine;
    this.#right = right;
    this.#targetBytes = options.targetBytes ?? 32 * 1024 * 1024;
    this.#patienceMs = options.patienceMs ?? 15 * 60 * 1000;
    this.#everyMs = options.everyMs ?? 15_000;
    this.#merger = new ObjectMerger(store, engine, options.merge);
    this.#mergeEveryMs = options.mergeEveryMs ?? 10 * 60 * 1000;
  }

  /** Looks again and again until disposed. */
  start(): void {
    if (this.#timer || this.#stop.signal.aborted) return;
    const { clock, log } = this.#store.internals.context;
    this.#timer = clock.after(this.#everyMs, () => {
      this.round()
        .catch((error: unknown) => log.warn('blob.packing_failed', { error }))
        .finally(() => {
          this.#timer = null;
          this.start();
        });
    });
  }

  /** One round. `all`: also what would better wait for company. A second call while one runs joins it. */
  async round(all = false): Promise<PackerRound> {
    this.#running ??= this.#round(all).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#running?.catch(() => null);
  }

  async #round(all: boolean): Promise<PackerRound> {
    await using right = await this.#right();
    const result = { bodies: 0, packs: 0, merged: 0 };
    if (!right) return result;
    const goesOn = (): boolean => right.held && !this.#stop.signal.aborted;
    try {
      while (goesOn() && (await this.#worthPacking(all))) {
        const moved = await this.#gather();
        result.bodies += moved;
        if (moved === 0) break;
      }
      for (const pack of await packsToSend(this.#store.internals.context.database, 1000)) {
        if (!goesOn()) break;
        if (await this.#sendKept(pack)) result.packs += 1;
      }
      if (this.#engine.localPacks.length > 0) result.packs += await this.#sendLocal(goesOn);
      result.merged = await this.#merge(all, goesOn);
    } catch (error) {
      // The store is away: everything is where it was.
      if (!isMailError(error, 'store.unavailable')) throw error;
    }
    if (result.bodies > 0 || result.packs > 0) this.#store.internals.context.log.info('blob.packed', result);
    return result;
  }

  async #merge(all: boolean, goesOn: () => boolean): Promise<number> {
    const { clock, log } = this.#store.internals.context;
    const now = clock.now();
    const since = this.#merged === null ? Infinity : now - this.#merged;
    // A clock that was set back must not keep it waiting.
    if (!all && since >= 0 && since < this.#mergeEveryMs) return 0;
    this.#merged = now;
    const merged = await this.#merger.round(all, goesOn, this.#stop.signal);
    if (merged.packs > 0) log.info('blob.merged', { ...merged });
    return merged.packs;
  }

  async #worthPacking(all: boolean): Promise<boolean> {
    const { database, clock } = this.#store.internals.context;
    const { count, bytes, oldest } = await waitingStatus(database);
    if (count === 0) return false;
    return all || bytes >= this.#targetBytes || (oldest !== null && oldest <= clock.now() - this.#patienceMs);
  }

  /** Makes one pack of bodies that wait, oldest first. Returns how many moved. */
  async #gather(): Promise<number> {
    const { database, owner } = this.#store.internals.context;
    const bodies = await this.#takeBodies();
    if (bodies.length === 0) return 0;
    const { pack, offsets } = await this.#engine.gather(bodies.map(body => body.record));
    let moved = 0;
    try {
      for (let at = 0; at < bodies.length; at += movesAtATime) {
        const moves = bodies
          .slice(at, at + movesAtATime)
          .map((body, i) => [body.id, offsets[at + i] ?? 0] as const);
        moved += await moveWaiting(database, pack, owner, moves);
      }
    } finally {
      for (let n = 0; n < bodies.length; n += 1) this.#engine.release(pack);
    }
    return moved;
  }

  async #takeBodies(): Promise<WaitingBody[]> {
    const { database } = this.#store.internals.context;
    const taken: WaitingBody[] = [];
    let bytes = 0;
    let after = 0;
    while (bytes < this.#targetBytes) {
      const page = await waitingAfter(database, after, pageRows);
      for (const body of page) {
        if (bytes >= this.#targetBytes) break;
        after = body.id;
        if (!(await this.#sound(body))) continue;
        taken.push(body);
        bytes += body.length;
      }
      if (page.length < pageRows) break;
    }
    return taken;
  }

  /** A damaged record stays where it is: `hongyan check` tells of it. */
  async #sound(body: WaitingBody): Promise<boolean> {
    const reader = new RecordBytes(body.record);
    const location = { pack: 0, offset: 0, length: body.length, size: body.size };
    try {
      const record = await openRecord(reader, location, body.tenantId, body.hash);
      await verifyRecord(reader, location, record, null);
      return true;
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error;
      const { log } = this.#store.internals.context;
      log.error('blob.corrupt', { body: body.id, tenantId: body.tenantId, reason: error.message });
      return false;
    }
  }

  /** Sends a pack that was kept in the database while the store was away. */
  async #sendKept(pack: number): Promise<boolean> {
    const { database } = this.#store.internals.context;
    return this.#claimed(pack, async () => {
      const length = await partsLength(database, pack);
      if (length === null) return;
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < (length ?? 0); at += sendChunk) {
          yield (await readParts(database, pack, at, at + sendChunk)) ?? Buffer.alloc(0);
        }
      }
      await this.#engine.send(pack, length, chunks());
      await removeParts(database, pack);
    });
  }

  /** Sends packs that lie in the directory from before there was an object store. */
  async #sendLocal(goesOn: () => boolean): Promise<number> {
    const { database } = this.#store.internals.context;
    let count = 0;
    for (const pack of await closedPacks(database, this.#engine.localPacks)) {
      if (!goesOn()) break;
      const sent = await this.#claimed(pack, async () => {
        const local = await this.#engine.readLocal(pack);
        if (local && local.length > packHeaderBytes)
          await this.#engine.send(pack, local.length, local.chunks);
        await this.#engine.dropLocal(pack);
      });
      if (sent) count += 1;
    }
    return count;
  }

  /** Does something with a closed pack that nobody may compact or remove meanwhile. */
  async #claimed(pack: number, work: () => Promise<void>): Promise<boolean> {
    const { database, owner, clock } = this.#store.internals.context;
    if (!(await claimForCompaction(database, pack, owner, clock.now() + this.#engine.leaseMs))) return false;
    try {
      using _ = this.#engine.keepLease();
      await work();
      return true;
    } finally {
      await giveBackPack(database, pack, owner, false);
    }
  }
}
