import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import { nextBatch } from './batch.ts';
import type { SearchContext } from './context.ts';
import { type IndexThread, ThreadLost } from './thread/index-thread.ts';

/** What one message's attachments may have done to the thread: from here on it is tried with less. */
type Caution = 'none' | 'one' | 'plain';

const nextCaution: Readonly<Record<Caution, Caution>> = { none: 'one', one: 'plain', plain: 'plain' };

/** Messages indexed before anybody takes up courage again. */
const cautiousMessages = 1;
/** Batches that others may snatch away in a row: another process is at it. */
const maxMisses = 5;

export interface UpdateOptions {
  /** Ends after the batch under way. */
  readonly signal?: AbortSignal;
  /** Most batches; then others have their turn. */
  readonly maxBatches?: number;
  /** Called after each batch with the messages indexed so far. */
  readonly onProgress?: (messages: number) => void;
}

/** What an update did. */
export interface Updated {
  /** Messages that were indexed. */
  readonly messages: number;
  /** Whether it ended early and there may be more to do. */
  readonly more: boolean;
}

function pause(ctx: SearchContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  ctx.clock.after(ctx.limits.pauseMs, resolve);
  return promise;
}

/**
 * Brings an account's index up to date, batch by batch. When the thread dies over a batch, messages are tried one by
 * one, and the one at fault goes in without its attachments. Throws what the
 * stores throw, `store.full` among them; the index stays as it was.
 */
export async function updateIndex(
  ctx: SearchContext,
  thread: IndexThread,
  scope: Scope,
  options: UpdateOptions = {},
): Promise<Updated> {
  let messages = 0;
  let batches = 0;
  let misses = 0;
  let caution: Caution = 'none';
  for (;;) {
    if (options.signal?.aborted || batches === options.maxBatches) return { messages, more: true };
    const extract = caution === 'plain' ? null : ctx.limits.extract;
    const size = caution === 'none' ? ctx.limits.batchMessages : cautiousMessages;
    const batch = await nextBatch(ctx, scope, size, extract);
    if (!batch) return { messages, more: false };
    const { from, to, remove } = batch;
    try {
      const path = ctx.search.path(scope);
      const reply = await thread.run({
        path,
        from,
        to,
        remove,
        messages: batch.messages,
        limits: extract,
      });
      if (!reply.ok)
        throw new MailError(reply.code === 'store.full' ? 'store.full' : 'store.unavailable', {
          reason: reply.message,
        });
      for (const reason of reply.failures) {
        ctx.log.debug('search.attachment_unreadable', { account: scope.accountId, reason });
      }
      misses = reply.written ? 0 : misses + 1;
      if (misses >= maxMisses) return { messages, more: false };
      if (reply.written) messages += batch.messages.length;
      // The one that was at fault is in: the rest is tried as usual.
      if (reply.written && caution === 'plain') caution = 'none';
    } catch (error) {
      if (!(error instanceof ThreadLost) || caution === 'plain') throw error;
      ctx.log.warn('search.thread_lost', { account: scope.accountId, after: from?.through ?? 0, error });
      caution = nextCaution[caution];
      continue;
    }
    batches += 1;
    options.onProgress?.(messages);
    if (!batch.more && misses === 0) return { messages, more: false };
    await pause(ctx);
  }
}
