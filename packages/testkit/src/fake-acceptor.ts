import type {
  Accepted,
  Delivery,
  MailAcceptor,
  Origin,
  RecipientOptions,
  SenderOptions,
} from '@hongyan/server/flow/types.ts';
import { MailError } from '@hongyan/server/platform/errors.ts';

/** A message the fake has taken, with everything that was said about it. */
export interface AcceptedMail {
  readonly origin: Origin;
  readonly sender: string;
  readonly senderOptions: SenderOptions;
  readonly recipients: readonly { readonly path: string; readonly options: RecipientOptions }[];
  /** Bytes of the message; empty with `keepBodies: false`. */
  readonly body: Buffer;
  readonly size: number;
  readonly queueId: string;
}

export interface FakeAcceptorOptions {
  readonly maxMessageBytes?: number;
  readonly maxRecipients?: number;
  /** Whether to keep what is written (default) or only to count it. */
  readonly keepBodies?: boolean;
  /** Called in each step; what it throws or rejects with is the step's failure. */
  readonly onSender?: (sender: string, origin: Origin) => void | Promise<void>;
  readonly onRecipient?: (recipient: string) => void | Promise<void>;
  readonly onWrite?: (chunk: Uint8Array) => void | Promise<void>;
  readonly onCommit?: () => void | Promise<void>;
}

/** A `MailAcceptor` in memory. Takes any recipient except `unknown@…` and `full@…`. */
export class FakeAcceptor implements MailAcceptor {
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  readonly accepted: AcceptedMail[] = [];
  /** Deliveries begun and neither committed nor dropped. */
  open = 0;
  readonly #options: FakeAcceptorOptions;

  constructor(options: FakeAcceptorOptions = {}) {
    this.#options = options;
    this.maxMessageBytes = options.maxMessageBytes ?? 1024 * 1024;
    this.maxRecipients = options.maxRecipients ?? 100;
  }

  begin(origin: Origin): Delivery {
    this.open += 1;
    return new FakeDelivery(this, this.#options, origin);
  }
}

class FakeDelivery implements Delivery {
  readonly #acceptor: FakeAcceptor;
  readonly #options: FakeAcceptorOptions;
  readonly #origin: Origin;
  #sender = '';
  #senderOptions: SenderOptions = {};
  readonly #recipients: { path: string; options: RecipientOptions }[] = [];
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #done = false;

  constructor(acceptor: FakeAcceptor, options: FakeAcceptorOptions, origin: Origin) {
    this.#acceptor = acceptor;
    this.#options = options;
    this.#origin = origin;
  }

  async sender(reversePath: string, options: SenderOptions): Promise<void> {
    await this.#options.onSender?.(reversePath, this.#origin);
    this.#sender = reversePath;
    this.#senderOptions = options;
  }

  async recipient(forwardPath: string, options: RecipientOptions): Promise<void> {
    await this.#options.onRecipient?.(forwardPath);
    if (forwardPath.startsWith('unknown@')) throw new MailError('recipient.unknown');
    if (forwardPath.startsWith('full@')) throw new MailError('quota.exceeded');
    this.#recipients.push({ path: forwardPath, options });
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.length;
    if (this.#size > this.#acceptor.maxMessageBytes) throw new MailError('message.too_large');
    if (this.#options.keepBodies !== false) this.#chunks.push(Uint8Array.from(chunk));
    await this.#options.onWrite?.(chunk);
  }

  async commit(): Promise<Accepted> {
    await this.#options.onCommit?.();
    const queueId = `fake${this.#acceptor.accepted.length + 1}`;
    this.#acceptor.accepted.push({
      origin: this.#origin,
      sender: this.#sender,
      senderOptions: this.#senderOptions,
      recipients: this.#recipients,
      body: Buffer.concat(this.#chunks),
      size: this.#size,
      queueId,
    });
    this.#close();
    return { queueId };
  }

  abort(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }

  #close(): void {
    if (!this.#done) this.#acceptor.open -= 1;
    this.#done = true;
  }
}
