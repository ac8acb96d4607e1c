import { BareLineEndScanner } from '@hongyan/formats/smtp/bare-line-ends.ts';
import type { Delivery, SenderOptions } from '../../flow/types.ts';
import { MessageSink } from './message-sink.ts';

/** What the chunks of one message share. */
export interface Chunks {
  readonly sink: MessageSink;
  readonly scanner: BareLineEndScanner;
}

/** A mail transaction from MAIL to its end (RFC 5321 §3.3). */
export class Transaction {
  readonly delivery: Delivery;
  readonly options: SenderOptions;
  /** Recipients accepted. */
  recipients = 0;
  /** Set with the first BDAT; DATA and further recipients are then out of order. */
  chunks: Chunks | null = null;

  constructor(delivery: Delivery, options: SenderOptions) {
    this.delivery = delivery;
    this.options = options;
  }

  startChunks(discardBytes: number): Chunks {
    this.chunks ??= { sink: new MessageSink(this.delivery, discardBytes), scanner: new BareLineEndScanner() };
    return this.chunks;
  }
}
