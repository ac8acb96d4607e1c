import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { AccountStore } from '../store/accounts/account-store.ts';
import type { SearchStore } from '../store/accounts/search/search-store.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { defaultExtractLimits, type ExtractLimits } from './extract/limits.ts';

/** Bounds of indexing. */
export interface IndexLimits {
  /** Messages, and bytes of their texts and attachments, that are written in one go. */
  readonly batchMessages: number;
  readonly batchBytes: number;
  /** Between two batches, ms: others come first. */
  readonly pauseMs: number;
  /** From a change after a quiet time until it is looked at, ms: mail that comes together is indexed together. */
  readonly delayMs: number;
  /** From one round to the next at least, ms: what little a busy account got would cost nearly as much as more. */
  readonly roundMs: number;
  /** A batch that takes longer is given up, ms. */
  readonly jobMs: number;
  /** After a failure an account is left alone for so long, ms. */
  readonly retryMs: number;
  /** The thread ends after so long without work, ms. */
  readonly idleMs: number;
  /** Heap of the thread, MiB. */
  readonly heapMiB: number;
  readonly extract: ExtractLimits;
}

export const defaultIndexLimits: IndexLimits = {
  batchMessages: 400,
  batchBytes: 4 * 1024 * 1024,
  pauseMs: 5,
  delayMs: 500,
  roundMs: 2_000,
  jobMs: 90_000,
  retryMs: 60_000,
  idleMs: 30_000,
  heapMiB: 384,
  extract: defaultExtractLimits,
};

/** Everything the functions of this room work with. */
export interface SearchContext {
  readonly accounts: AccountStore;
  readonly blobs: BlobStore;
  readonly search: SearchStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: IndexLimits;
}
