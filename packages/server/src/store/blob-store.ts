import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlTransaction } from './sql/port.ts';

/** Identity of a stored body: HMAC-SHA-256 of its bytes under the tenant's key, 32 bytes. */
export type BlobHash = Uint8Array;

/** A reference as rows keep it. `size` is the length of the original bytes. */
export interface BlobRef {
  readonly hash: BlobHash;
  readonly size: number;
}

/**
 * A body on its way in. Dispose it when the work that needs the body has committed (or failed): until then what was
 * sealed cannot be collected; afterwards only what was recorded survives.
 */
export interface BlobWriter extends AsyncDisposable {
  /** Takes bytes; they are copied. Resolves when more may be written: callers await it, which bounds memory. */
  write(chunk: Uint8Array): Promise<void>;
  /** Bytes taken so far. */
  readonly size: number;
  /**
   * Makes the body durable (group commit). The body is readable in this process at once, but it is not in the store
   * yet: `Spool.accept`, `BlobStore.link`, `BlobStore.lease` or `BlobLedger.record` must follow before the writer is
   * disposed and within an hour, else it is dropped.
   */
  seal(): Promise<BlobRef>;
  /** Drops what was written. Disposing an unsealed writer does the same. */
  abort(): Promise<void>;
}

/**
 * Bodies, stored once per tenant, byte-exact. A body stays while an account is linked to it, a lease runs, or a queued
 * message has it; what nothing refers to goes after two generations of garbage collection (at least two hours).
 * Failures: `store.full`, `store.busy`, `store.unavailable`, `store.corrupt`.
 */
export interface BlobStore extends AsyncDisposable {
  /** Starts a body of `tenantId`. `expectedSize` (bytes) helps choosing buffers; it may be wrong. */
  create(tenantId: TenantId, expectedSize?: number): BlobWriter;
  /** Whole body. For small ones; throws `store.corrupt` if its CRC or length is wrong, `message.not_found` if there is none. */
  read(tenantId: TenantId, hash: BlobHash): Promise<Uint8Array>;
  /**
   * Small bodies in as few reads as possible, for those who want many: each at the place of its hash. Null for one that
   * is large, not there, damaged or has moved: `read` it by itself, which also says why.
   */
  readTogether(tenantId: TenantId, hashes: readonly BlobHash[]): Promise<(Uint8Array | null)[]>;
  /** Bytes [start, end) without reading the rest; cut at the body's end. */
  readRange(tenantId: TenantId, hash: BlobHash, start: number, end: number): Promise<Uint8Array>;
  /** Bytes [start, end) in chunks of at most 128 KiB; memory does not grow with size. */
  stream(tenantId: TenantId, hash: BlobHash, start?: number, end?: number): AsyncIterable<Uint8Array>;
  /**
   * Records bodies for good and notes that the account uses them: durable when it resolves. Call it after `seal` and
   * before the account's own transaction commits (APPEND, copy from another account). Delivery from the queue needs no
   * call: `Spool.accept` has linked local recipients. Throws `store.busy` when a body was collected meanwhile: write it
   * again.
   */
  link(tenantId: TenantId, accountId: AccountId, refs: readonly BlobRef[]): Promise<void>;
  /**
   * Says that the account uses these bodies no longer. Call it after the account's transaction has committed; a call
   * that is lost leaves a surplus link which the checker finds. The collector asks the account before it believes it.
   */
  release(tenantId: TenantId, accountId: AccountId, hashes: readonly BlobHash[]): Promise<void>;
  /** Records a body and keeps it until `until` (ms since the epoch) for `holder`, for instance an upload; prolongs an existing lease. */
  lease(tenantId: TenantId, ref: BlobRef, holder: string, until: number): Promise<void>;
  endLease(tenantId: TenantId, hash: BlobHash, holder: string): Promise<void>;
}

/** The blob store for those who share its database: bodies are recorded in the caller's transaction. */
export interface BlobLedger {
  /**
   * Records a sealed (or already stored) body, links it to accounts, and returns the number of its row. Throws
   * `store.busy` when it was collected.
   */
  record(
    tx: SqlTransaction,
    tenantId: TenantId,
    ref: BlobRef,
    accountIds: readonly AccountId[],
  ): Promise<number>;
  /** `BlobStore.release` in the caller's transaction. */
  released(tx: SqlTransaction, tenantId: TenantId, hash: BlobHash, accountId: AccountId): Promise<void>;
  /** Call it after removing something that referred to the body of a row: it is collected later if nothing else does. */
  dropped(tx: SqlTransaction, row: number): Promise<void>;
}
