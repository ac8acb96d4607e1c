import type { Clock } from '../../platform/clock.ts';
import type { Resolver } from '../../platform/dns/resolver.ts';
import type { Log } from '../../platform/log.ts';
import type { AddressDirectory } from '../ports.ts';
import type { ScreeningOptions } from './options.ts';

/** What screening needs of the house. */
export interface ScreeningContext {
  /** Our host name: the authserv-id (RFC 8601 §2.5). */
  readonly hostname: string;
  readonly options: ScreeningOptions;
  readonly resolver: Resolver;
  readonly directory: AddressDirectory;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 99, by chance: which mail a DMARC policy with a share is applied to. */
  readonly sample: () => number;
}
