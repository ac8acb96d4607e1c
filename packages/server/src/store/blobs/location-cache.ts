import type { TenantId } from '../../platform/ids.ts';
import type { BlobHash } from '../blob-store.ts';
import type { BlobLocation } from './record/record-format.ts';

/** A body's key in maps of this process. */
export function blobKey(tenantId: TenantId, hash: BlobHash): string {
  return `${tenantId}:${Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1')}`;
}

/** Where the bodies used last are. Entries may be outdated: a reader that finds something else looks again. */
export class LocationCache {
  readonly #limit: number;
  readonly #entries = new Map<string, BlobLocation>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): BlobLocation | undefined {
    const found = this.#entries.get(key);
    if (found) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
    }
    return found;
  }

  set(key: string, location: BlobLocation): void {
    this.#entries.delete(key);
    this.#entries.set(key, location);
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
