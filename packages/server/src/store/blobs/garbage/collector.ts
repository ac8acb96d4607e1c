import type { Timer } from '../../../platform/clock.ts';
import type { AccountId, TenantId } from '../../../platform/ids.ts';
import type { BlobHash } from '../../blob-store.ts';
import { blobKey } from '../location-cache.ts';
import { Pace } from '../pace.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { forgetPack, lapsedPacks, packsToCompact, packsToRemove, takeOverPack } from '../packs/pack-rows.ts';
import { packHeaderBytes } from '../record/record-format.ts';
import { compactPack } from './compaction.ts';
import {
  advanceGeneration,
  agedReleases,
  endLeases,
  type ReleasedLink,
  removeDeadBlobs,
  settleReleases,
} from './garbage-rows.ts';

export interface CollectorOptions {
  /** Length of a generation, ms. Bodies are removed after two. Default one hour; never shorter than a body may stay sealed. */
  readonly generationMs?: number;
  /** Packs are rewritten when at least this share (0…1) is dead. Default 0.4. */
  readonly deadShare?: number;
  /** Rate of copying, bytes per second. Default 20 MB. */
  readonly bytesPerSecond?: number;
}

/**
 * Which of these bodies does the account still use, in any folder or bin? A body that is missing from the answer may be
 * removed for ever, so an account that cannot be asked must throw.
 */
export type StillUsed = (
  tenantId: TenantId,
  accountId: AccountId,
  hashes: readonly BlobHash[],
) => Promise<readonly BlobHash[]>;

export interface CollectResult {
  readonly generation: number;
  readonly linksRemoved: number;
  readonly bodiesRemoved: number;
  readonly packsCompacted: number;
  readonly packsRemoved: number;
}

const pageRows = 500;

/**
 * Garbage collection of bodies. Every step is one transaction that is right by itself, so it may stop anywhere, and
 * several processes may run it, though one is enough.
 */
export class BlobCollector implements AsyncDisposable {
  readonly #store: PackBlobStore;
  readonly #stillUsed: StillUsed;
  readonly #generationMs: number;
  readonly #deadShare: number;
  readonly #bytesPerSecond: number;
  readonly #stop = new AbortController();
  #timer: Timer | null = null;
  #running: Promise<CollectResult> | null = null;

  constructor(store: PackBlobStore, stillUsed: StillUsed, options: CollectorOptions = {}) {
    this.#store = store;
    this.#stillUsed = stillUsed;
    this.#generationMs = options.generationMs ?? 60 * 60 * 1000;
    this.#deadShare = options.deadShare ?? 0.4;
    this.#bytesPerSecond = options.bytesPerSecond ?? 20_000_000;
  }

  /** Collects once in every generation until disposed. */
  start(): void {
    if (this.#timer || this.#stop.signal.aborted) return;
    const { clock, log } = this.#store.internals.context;
    this.#timer = clock.after(this.#generationMs, () => {
      this.#timer = null;
      this.collect().then(
        result => log.info('blob.collected', { ...result }),
        (error: unknown) => log.error('blob.collect_failed', { error }),
      );
      this.start();
    });
  }

  /** One round. A second call while one runs joins it. */
  async collect(): Promise<CollectResult> {
    this.#running ??= this.#collect().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#running?.catch(() => null);
  }

  async #collect(): Promise<CollectResult> {
    const { database, clock } = this.#store.internals.context;
    const generation = await advanceGeneration(database, clock.now(), this.#generationMs);
    await this.#takeOver();
    await this.#store.internals.engine.removeLeftovers(clock.now());
    while (!this.#stopped && (await endLeases(database, clock.now(), pageRows)) === pageRows);
    const linksRemoved = await this.#settleLinks(generation);
    let bodiesRemoved = 0;
    while (!this.#stopped) {
      const { count } = await removeDeadBlobs(database, generation, pageRows);
      bodiesRemoved += count;
      if (count < pageRows) break;
    }
    const packsCompacted = await this.#compact();
    const packsRemoved = await this.#removePacks();
    return { generation, linksRemoved, bodiesRemoved, packsCompacted, packsRemoved };
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Closes packs of processes that are gone. */
  async #takeOver(): Promise<void> {
    const { engine, context } = this.#store.internals;
    const now = context.clock.now();
    for (const { id } of await lapsedPacks(context.database, now)) {
      const size = (await engine.size(id)) ?? packHeaderBytes;
      await takeOverPack(context.database, id, now, Math.max(size, packHeaderBytes));
      context.log.warn('blob.pack_taken_over', { pack: id });
    }
  }

  async #settleLinks(generation: number): Promise<number> {
    const { database, log } = this.#store.internals.context;
    let removed = 0;
    let after = { account: -1, row: -1 };
    while (!this.#stopped) {
      const page = await agedReleases(database, generation, after, pageRows);
      for (const [account, links] of Map.groupBy(page, link => link.account)) {
        try {
          removed += await this.#settleAccount(account, links);
        } catch (error) {
          log.warn('blob.account_not_asked', { accountId: account, error });
        }
      }
      const last = page.at(-1);
      if (!last || page.length < pageRows) break;
      after = { account: last.account, row: last.row };
    }
    return removed;
  }

  async #settleAccount(account: AccountId, links: readonly ReleasedLink[]): Promise<number> {
    const used = new Set<string>();
    for (const [tenant, group] of Map.groupBy(links, link => link.tenant)) {
      const hashes = group.map(link => link.hash);
      for (const hash of await this.#stillUsed(tenant, account, hashes)) used.add(blobKey(tenant, hash));
    }
    const { database } = this.#store.internals.context;
    return settleReleases(database, links, link => used.has(blobKey(link.tenant, link.hash)));
  }

  async #compact(): Promise<number> {
    const { database, clock, log } = this.#store.internals.context;
    const pace = new Pace(clock, this.#bytesPerSecond, this.#stop.signal);
    let count = 0;
    for (const { id } of await packsToCompact(database, this.#deadShare, 100)) {
      if (this.#stopped) break;
      try {
        if ((await compactPack(this.#store, id, pace, this.#stop.signal)) !== null) count += 1;
      } catch (error) {
        log.error('blob.compaction_failed', { pack: id, error });
      }
    }
    return count;
  }

  async #removePacks(): Promise<number> {
    const { engine, context } = this.#store.internals;
    const ids = await packsToRemove(context.database, 1000);
    for (const id of ids) {
      await engine.remove(id);
      await forgetPack(context.database, id);
    }
    return ids.length;
  }
}
