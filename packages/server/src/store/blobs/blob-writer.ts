import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { TenantKeySet } from '../../platform/secrets/tenant-keys.ts';
import type { BlobRef, BlobWriter } from '../blob-store.ts';
import type { Hold } from './holds.ts';
import { blobKey } from './location-cache.ts';
import type { RecordSource } from './packs/pack-engine.ts';
import type { SpillFile } from './packs/spill-file.ts';
import { freeMemory } from './record/free-memory.ts';
import { RecordBuilder } from './record/record-builder.ts';

/** Bodies up to this size never touch a file of their own on their way in, bytes. */
const memoryBytes = 256 * 1024;

/** A body, complete, on its way to disk. */
export interface Sealing {
  readonly tenantId: TenantId;
  readonly hash: Buffer;
  readonly size: number;
  /** What to append to a pack … */
  readonly source: RecordSource;
  /** … or the file to publish as it is. */
  readonly alone: SpillFile | null;
}

/** What a writer needs from its store. */
export interface WriterHost {
  readonly encrypt: boolean;
  /** Bodies above this size stand alone, bytes. */
  readonly packedBytes: number;
  keys(tenantId: TenantId): Promise<TenantKeySet>;
  spill(): Promise<SpillFile>;
  /**
   * Finds the body in the store, else runs `make` and stores what it returns. Null when the store has it for good
   * already, so that nothing is held.
   */
  settle(tenantId: TenantId, key: string, hash: Buffer, make: () => Promise<Sealing>): Promise<Hold | null>;
  end(hold: Hold): void;
}

function sum(parts: readonly Uint8Array[]): number {
  let total = 0;
  for (const part of parts) total += part.length;
  return total;
}

/** A body on its way into the packs. */
export class PackBlobWriter implements BlobWriter {
  readonly #host: WriterHost;
  readonly #tenantId: TenantId;
  readonly #expectedSize: number;
  #builder: RecordBuilder | null = null;
  #frames: Buffer[] = [];
  #spill: SpillFile | null = null;
  #hold: Hold | null = null;
  #state: 'open' | 'sealed' | 'ended' = 'open';

  constructor(host: WriterHost, tenantId: TenantId, expectedSize: number) {
    this.#host = host;
    this.#tenantId = tenantId;
    this.#expectedSize = expectedSize;
  }

  get size(): number {
    return this.#builder?.size ?? 0;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertOpen();
    const builder = this.#builder ?? (await this.#start());
    if (builder.addInline(chunk)) return;
    for await (const frame of builder.add(chunk)) await this.#store(frame);
  }

  async seal(): Promise<BlobRef> {
    this.#assertOpen();
    const builder = this.#builder ?? (await this.#start());
    this.#state = 'sealed';
    const hash = builder.digest();
    const key = blobKey(this.#tenantId, hash);
    try {
      this.#hold = await this.#host.settle(this.#tenantId, key, hash, () => this.#finish(builder, hash));
    } finally {
      await this.#dropInput();
    }
    return { hash, size: builder.size };
  }

  async abort(): Promise<void> {
    if (this.#state === 'open') this.#state = 'ended';
    await this.#dropInput();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
    this.#state = 'ended';
    if (this.#hold) this.#host.end(this.#hold);
    this.#hold = null;
  }

  #assertOpen(): void {
    if (this.#state !== 'open') throw new MailError('conflict.state', { reason: 'body is complete' });
  }

  async #start(): Promise<RecordBuilder> {
    const keys = await this.#host.keys(this.#tenantId);
    this.#builder = new RecordBuilder(this.#tenantId, keys, this.#host.encrypt, this.#expectedSize);
    return this.#builder;
  }

  async #store(frame: readonly Buffer[]): Promise<void> {
    this.#frames.push(...frame);
    if (!this.#spill && this.size <= memoryBytes) return;
    this.#spill ??= await this.#host.spill();
    const written = this.#frames;
    this.#frames = [];
    await this.#spill.append(written);
    freeMemory(written);
  }

  async #finish(builder: RecordBuilder, hash: Buffer): Promise<Sealing> {
    const { header, rest } = await builder.finish(hash);
    const common = { tenantId: this.#tenantId, hash, size: builder.size };
    if (!this.#spill) {
      const parts = [header, ...this.#frames, ...rest];
      return { ...common, source: { length: sum(parts), parts }, alone: null };
    }
    const spill = this.#spill;
    await spill.append(rest);
    await spill.writeHeader(header);
    const length = header.length + builder.storedLength;
    const alone = builder.size > this.#host.packedBytes ? spill : null;
    // Published as it is, the file belongs to the packs from now on.
    if (alone) this.#spill = null;
    return { ...common, source: { length, parts: spill.record() }, alone };
  }

  async #dropInput(): Promise<void> {
    this.#frames = [];
    const spill = this.#spill;
    this.#spill = null;
    await spill?.discard();
  }
}
