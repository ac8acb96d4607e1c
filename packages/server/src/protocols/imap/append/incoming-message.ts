import { MessageScanner } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import type { MailboxContext } from '../../../mailbox/context.ts';
import type { NewMessage } from '../../../mailbox/types.ts';
import type { AppendHead } from './append-head.ts';

/** A message on its way into the blob store, looked through as it comes. Disposing it drops the body unless it was filed. */
export class IncomingMessage implements AsyncDisposable {
  readonly #writer: ReturnType<MailboxContext['blobs']['create']>;
  readonly #scanner = new MessageScanner();

  constructor(mail: MailboxContext, tenantId: number, expectedSize: number) {
    this.#writer = mail.blobs.create(tenantId, expectedSize);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#writer[Symbol.asyncDispose]());
  }

  /** Octets so far. */
  get size(): number {
    return this.#writer.size;
  }

  async write(piece: Uint8Array): Promise<void> {
    await this.#writer.write(piece);
    this.#scanner.push(piece);
  }

  /** Seals the body; the message may be filed until this is disposed. */
  async finish({ flags }: AppendHead, receivedAt: number): Promise<NewMessage> {
    const blob = await this.#writer.seal();
    const summary = summarise(this.#scanner.finish());
    return { blob, summary, prefix: new Uint8Array(0), flags, receivedAt };
  }
}
