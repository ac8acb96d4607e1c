import type { TenantId } from '../platform/ids.ts';

/** Identity of a stored body: HMAC-SHA-256 of its bytes under the tenant's key, 32 bytes. */
export type BlobHash = Uint8Array;

/** A reference as rows keep it. `size` is the length of the original bytes. */
export interface BlobRef {
  readonly hash: BlobHash;
  readonly size: number;
}

/** A body on its way in. Nothing is visible until `seal` resolves; then it is durable. */
export interface BlobWriter extends AsyncDisposable {
  /** Takes bytes. Resolves when more may be written: callers await it, which bounds memory. */
  write(chunk: Uint8Array): Promise<void>;
  /** Bytes taken so far. */
  readonly size: number;
  /** Makes the body durable (group commit) and protects it from garbage collection by a lease until a link exists or the lease ends (24 h). */
  seal(): Promise<BlobRef>;
  /** Drops what was written. Disposing an unsealed writer does the same. */
  abort(): Promise<void>;
}

/** Bodies, stored once per tenant, byte-exact. */
export interface BlobStore extends AsyncDisposable {
  /** Starts a body of `tenantId`. `expectedSize` (bytes) helps choosing packs; it may be wrong. */
  create(tenantId: TenantId, expectedSize?: number): BlobWriter;
  /** Whole body. For small ones; throws `store.corrupt` if its CRC or length is wrong, `message.not_found` if there is none. */
  read(tenantId: TenantId, hash: BlobHash): Promise<Uint8Array>;
  /** Bytes [start, end) without reading the rest. */
  readRange(tenantId: TenantId, hash: BlobHash, start: number, end: number): Promise<Uint8Array>;
  /** Bytes [start, end) in chunks of at most 128 KiB; memory does not grow with size. */
  stream(tenantId: TenantId, hash: BlobHash, start?: number, end?: number): AsyncIterable<Uint8Array>;
}
