import type { Clock } from '../../platform/clock.ts';
import type { Resolver } from '../../platform/dns/resolver.ts';
import type { Log } from '../../platform/log.ts';
import type { AddressDirectory } from '../ports.ts';
import type { ScreeningOptions } from './options.ts';

/** Asks a company's lists of senders that are never held up (SRC-03). */
export interface SenderLists {
  /**
   * Whether the companies of all these recipients let this sender through. `proven`: SPF, a signature or DMARC proves
   * the author's domain; otherwise anybody may have written the address.
   */
  allows(question: {
    readonly recipients: readonly string[];
    readonly author: string | null;
    readonly reversePath: string;
    readonly address: string;
    readonly proven: boolean;
  }): Promise<boolean>;
}

/** What screening needs of the house. */
export interface ScreeningContext {
  /** Our host name: the authserv-id (RFC 8601 §2.5). */
  readonly hostname: string;
  readonly options: ScreeningOptions;
  readonly resolver: Resolver;
  readonly directory: AddressDirectory;
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: no company has such lists. */
  readonly lists?: SenderLists;
  /** 0 to 99, by chance: which mail a DMARC policy with a share is applied to. */
  readonly sample: () => number;
}
