import { createHash } from 'node:crypto';
import { parseDate } from '@hongyan/formats/message/date.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { Scope } from '../access/scope.ts';
import { appendDelivery } from '../mailbox/append.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import { isMailError, MailError } from '../platform/errors.ts';
import type { BlobWriter } from '../store/blob-store.ts';
import { CrlfNormalizer } from './crlf.ts';
import { mboxFlags } from './flags.ts';
import { FolderFinder } from './folders.ts';
import type { MailSource, SourceMessage } from './source.ts';

/** A message that could not be brought in. */
export interface ImportFailure {
  readonly place: string;
  /** Code of the error catalogue, or `unreadable`. */
  readonly code: string;
  readonly reason: string;
}

export interface ImportProgress {
  readonly imported: number;
  /** Brought in by an earlier run. */
  readonly present: number;
  readonly failed: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ImportResult extends ImportProgress {
  /** At most `maxFailures` of them. */
  readonly failures: readonly ImportFailure[];
}

export interface ImportOptions {
  /** Called after every message. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops after the message at hand. */
  readonly signal?: AbortSignal;
}

/** Failures kept in the result; all are counted. */
const maxFailures = 1_000;
/** Messages filed at a time: they share the store's commits. */
const parallel = 128;

/** A failure that every further message would meet, too. */
function endsImport(error: unknown): boolean {
  if (!isMailError(error)) return true;
  return ['store.full', 'store.unavailable', 'account.not_found', 'access.denied'].includes(error.code);
}

/** One message on its way from the source into the blob store. */
class Incoming {
  readonly message: SourceMessage;
  readonly #writer: BlobWriter;
  readonly #scanner = new MessageScanner();
  readonly #crlf = new CrlfNormalizer();
  readonly #maxBytes: number;
  #size = 0;
  /** Why it cannot be taken; its bytes are read over. */
  failure: unknown = null;

  constructor(ctx: MailboxContext, scope: Scope, message: SourceMessage) {
    this.message = message;
    this.#maxBytes = ctx.limits.maxMessageBytes;
    this.#writer = ctx.blobs.create(scope.tenantId, message.size);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.failure !== null) return;
    const chunk = this.#crlf.push(bytes);
    this.#size += chunk.length;
    try {
      if (this.#size > this.#maxBytes) throw new MailError('message.too_large', { max: this.#maxBytes });
      this.#scanner.push(chunk);
      await this.#writer.write(chunk);
    } catch (error) {
      this.failure = error;
    }
  }

  /** Files the message. True when it was there already. */
  async file(ctx: MailboxContext, scope: Scope, folders: FolderFinder): Promise<boolean> {
    await using writer = this.#writer;
    if (this.failure !== null) throw this.failure;
    if (this.#size === 0) throw new MailError('message.invalid', { reason: 'empty' });
    const { key, flags, receivedAt } = this.message;
    const structure = this.#scanner.finish();
    const blob = await writer.seal();
    const date = new HeaderBlock(structure.header).first('date');
    const sentAt = date === null ? null : (parseDate(date)?.ms ?? null);
    const path = await folders.ensure(this.message.folder);
    await ctx.blobs.link(scope.tenantId, scope.accountId, [blob]);
    const deliveryId = `import ${createHash('sha256').update(key).digest('base64url')}`;
    const { duplicate } = await appendDelivery(
      ctx,
      scope,
      deliveryId,
      { path },
      {
        blob,
        summary: summarise(structure),
        prefix: new Uint8Array(0),
        flags: { bits: flags ?? mboxFlags(structure.header), keywords: [] },
        receivedAt: receivedAt ?? sentAt ?? ctx.clock.now(),
      },
    );
    return duplicate;
  }
}

class Import {
  readonly #ctx: MailboxContext;
  readonly #scope: Scope;
  readonly #source: MailSource;
  readonly #options: ImportOptions;
  readonly #folders: FolderFinder;
  readonly #filing = new Set<Promise<void>>();
  readonly #failures: ImportFailure[] = [];
  #counts = { imported: 0, present: 0, failed: 0, bytes: 0 };
  #fatal: unknown = null;

  constructor(ctx: MailboxContext, scope: Scope, source: MailSource, options: ImportOptions) {
    this.#ctx = ctx;
    this.#scope = scope;
    this.#source = source;
    this.#options = options;
    this.#folders = new FolderFinder(ctx, scope);
  }

  async run(): Promise<ImportResult> {
    let current: Incoming | null = null;
    for await (const item of this.#source.items()) {
      if (this.#fatal !== null) break;
      if (item.kind === 'bytes') {
        this.#counts.bytes += item.bytes.length;
        await current?.write(item.bytes);
        continue;
      }
      if (item.kind === 'unreadable') {
        // What came of it so far is half a message.
        if (current) current.failure = new MailError('message.invalid', { reason: 'unreadable' });
        this.#fail({ place: item.place, code: 'unreadable', reason: item.reason });
        continue;
      }
      if (current) await this.#begin(current);
      current = null;
      if (this.#options.signal?.aborted) break;
      current = new Incoming(this.#ctx, this.#scope, item.message);
    }
    if (current && this.#fatal === null) await this.#begin(current);
    await Promise.all(this.#filing);
    if (this.#fatal !== null) throw this.#fatal;
    return { ...this.#progress(), failures: this.#failures };
  }

  #progress(): ImportProgress {
    return { ...this.#counts, totalBytes: this.#source.totalBytes };
  }

  /** Files a message beside others; waits when enough are under way. */
  async #begin(incoming: Incoming): Promise<void> {
    const work = this.#file(incoming).finally(() => this.#filing.delete(work));
    this.#filing.add(work);
    if (this.#filing.size >= parallel) await Promise.race(this.#filing);
  }

  async #file(incoming: Incoming): Promise<void> {
    try {
      const duplicate = await incoming.file(this.#ctx, this.#scope, this.#folders);
      this.#counts[duplicate ? 'present' : 'imported'] += 1;
    } catch (error) {
      if (endsImport(error)) this.#fatal ??= error;
      const code = isMailError(error) ? error.code : 'failed';
      const reason = error instanceof Error ? error.message : String(error);
      this.#fail({ place: incoming.message.place, code, reason });
    }
    this.#options.onProgress?.(this.#progress());
  }

  #fail(failure: ImportFailure): void {
    this.#counts.failed += 1;
    if (this.#failures.length < maxFailures) this.#failures.push(failure);
  }
}

/**
 * Brings the messages of a source into an account, with folders, flags and times. A message that cannot be taken is
 * reported and the rest goes on; run again after an interruption, what is there already is not brought in twice (for as
 * long as `deliveryMemoryMs`). Throws what would end every further message, too: `store.full`, `account.not_found`.
 */
export async function importMail(
  ctx: MailboxContext,
  scope: Scope,
  source: MailSource,
  options: ImportOptions = {},
): Promise<ImportResult> {
  return new Import(ctx, scope, source, options).run();
}
