import type { Timer } from '../../../platform/clock.ts';
import { Pace } from '../pace.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { type BlobPlace, blobsAfter, checkBlob, firstPlace } from './blob-pages.ts';

export interface ScrubberOptions {
  /** Rate of reading, bytes per second. Default 4 MB. */
  readonly bytesPerSecond?: number;
  /** Rest between two rounds, ms. Default 7 days. */
  readonly restMs?: number;
}

const pageRows = 200;

/**
 * Reads all bodies in the background, over and over, so that a failing disk is noticed while a backup is still there.
 * What is damaged is logged as `blob.corrupt` with its place; nothing else is touched.
 */
export class BlobScrubber implements AsyncDisposable {
  readonly #store: PackBlobStore;
  readonly #bytesPerSecond: number;
  readonly #restMs: number;
  readonly #stop = new AbortController();
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;

  constructor(store: PackBlobStore, options: ScrubberOptions = {}) {
    this.#store = store;
    this.#bytesPerSecond = options.bytesPerSecond ?? 4_000_000;
    this.#restMs = options.restMs ?? 7 * 24 * 60 * 60 * 1000;
  }

  /** Begins a round after `delayMs`, and another after each rest, until disposed. */
  start(delayMs: number = 60 * 60 * 1000): void {
    if (this.#stop.signal.aborted) return;
    const { clock, log } = this.#store.internals.context;
    this.#timer = clock.after(delayMs, () => {
      this.#running = this.round()
        .then(
          result => log.info('blob.scrubbed', { ...result }),
          (error: unknown) => log.error('blob.scrub_failed', { error }),
        )
        .finally(() => this.start(this.#restMs));
    });
  }

  /** One round through all bodies. */
  async round(): Promise<{ bodies: number; bytes: number; damaged: number }> {
    const { database, clock, log } = this.#store.internals.context;
    const pace = new Pace(clock, this.#bytesPerSecond, this.#stop.signal);
    const result = { bodies: 0, bytes: 0, damaged: 0 };
    let place: BlobPlace = firstPlace;
    while (!this.#stop.signal.aborted) {
      const page = await blobsAfter(database, place, pageRows);
      for (const blob of page) {
        if (this.#stop.signal.aborted) break;
        const wrong = await checkBlob(this.#store, blob, false);
        result.bodies += 1;
        result.bytes += blob.length;
        if (wrong !== null) {
          result.damaged += 1;
          const { pack, offset, tenantId } = blob;
          log.error('blob.corrupt', { pack, offset, tenantId, reason: wrong });
        }
        await pace.spend(blob.length);
      }
      const last = page.at(-1);
      if (!last || page.length < pageRows) break;
      place = last;
    }
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#running;
  }
}
