import type { MessageStructure } from '@hongyan/formats/message/part.ts';
import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { BlobRef, BlobStore, BlobWriter } from '../../store/blob-store.ts';

/**
 * Bodies of one message on their way into the stores of its tenants, read through once on the way. Dispose it after
 * the queue has taken the message, not before.
 */
export class BodyIntake implements AsyncDisposable {
  readonly #writers = new Map<TenantId, BlobWriter>();
  readonly #scanner = new MessageScanner();
  readonly #maxBytes: number;
  #size = 0;

  /** `expectedSize`: what the sender declared, bytes. */
  constructor(blobs: BlobStore, tenants: Iterable<TenantId>, maxBytes: number, expectedSize?: number) {
    this.#maxBytes = maxBytes;
    for (const tenant of tenants) this.#writers.set(tenant, blobs.create(tenant, expectedSize));
  }

  /** Bytes taken so far. */
  get size(): number {
    return this.#size;
  }

  /** Takes the next bytes; resolves when the stores want more. Throws `message.too_large` and store failures. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) throw new MailError('message.too_large', { max: this.#maxBytes });
    this.#scanner.push(chunk);
    if (this.#writers.size === 1) {
      for (const writer of this.#writers.values()) await writer.write(chunk);
    } else {
      await settleAll([...this.#writers.values()].map(writer => writer.write(chunk)));
    }
  }

  /** What was learnt about the message; nothing may be written after. */
  structure(): MessageStructure {
    return this.#scanner.finish();
  }

  /** Makes the bodies durable. */
  async seal(): Promise<ReadonlyMap<TenantId, BlobRef>> {
    const sealed = await settleAll(
      [...this.#writers].map(async ([tenant, writer]) => [tenant, await writer.seal()] as const),
    );
    return new Map(sealed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const writer of this.#writers.values()) await writer[Symbol.asyncDispose]();
  }
}

/** As Promise.all, but waits for all of them before it fails: nothing goes on behind the caller's back. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map(result => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
