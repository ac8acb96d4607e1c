import type { Delivery } from '../../flow/types.ts';
import type { ReplyName } from './replies.ts';
import { reply } from './replies.ts';
import type { SmtpSession } from './session.ts';

/**
 * Where the bytes of a message go. After the first refusal nothing is handed on any more, but the sender is
 * still heard out, up to `discardBytes`, because the reply comes only after its last byte.
 */
export class MessageSink {
  readonly #delivery: Delivery;
  readonly #discardBytes: number;
  #refusal: { readonly error: unknown } | { readonly reply: ReplyName } | null = null;
  #discarded = 0;

  constructor(delivery: Delivery, discardBytes: number) {
    this.#delivery = delivery;
    this.#discardBytes = discardBytes;
  }

  /** Whether the message will be refused whatever follows. */
  get refused(): boolean {
    return this.#refusal !== null;
  }

  /** Whether the sender has gone on for too long after the refusal. */
  get exhausted(): boolean {
    return this.#discarded > this.#discardBytes;
  }

  refuse(name: ReplyName): void {
    this.#refusal ??= { reply: name };
  }

  /** Hands `bytes` on, at the pace of the receiver. `received`: bytes they took on the wire. */
  async write(bytes: Buffer, received: number = bytes.length): Promise<void> {
    if (this.#refusal !== null) {
      this.#discarded += received;
      return;
    }
    if (bytes.length === 0) return;
    try {
      await this.#delivery.write(bytes);
    } catch (error) {
      this.#refusal = { error };
    }
  }

  /** The last byte is in: makes the message durable, or says why not. */
  async finish(session: SmtpSession): Promise<void> {
    if (this.#refusal !== null) {
      this.answer(session);
      return;
    }
    const { queueId } = await this.#delivery.commit();
    session.accepted();
    session.reply(reply(250, '2.0.0', `Queued as ${queueId}`));
  }

  /** Gives the reply of the refusal. */
  answer(session: SmtpSession): void {
    const refusal = this.#refusal;
    if (refusal === null) return;
    if ('reply' in refusal) session.say(refusal.reply);
    else session.fail(refusal.error);
  }
}
