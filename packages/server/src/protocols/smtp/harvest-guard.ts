import type { Clock } from '../../platform/clock.ts';
import { addressKey } from '../../platform/net/connection-limiter.ts';
import type { SmtpLimits } from './limits.ts';

const maxNetworks = 50_000;

interface Count {
  unknown: number;
  /** When the counting begins anew, ms since the epoch. */
  readonly until: number;
}

/**
 * Counts the unknown recipients that a stranger asks for, over all its connections (RFC 5321 §7.3): who tries names out
 * is told nothing any more about any name for a while. IPv6 by /64. Each process counts by itself.
 */
export class HarvestGuard {
  readonly #clock: Clock;
  readonly #limits: Pick<SmtpLimits, 'unknownRecipients' | 'unknownWindowMs'>;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock, limits: Pick<SmtpLimits, 'unknownRecipients' | 'unknownWindowMs'>) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Whether the network has asked for too many that are not here. */
  suspects(address: string): boolean {
    const count = this.#counts.get(addressKey(address));
    if (!count || count.unknown < this.#limits.unknownRecipients) return false;
    return count.until > this.#clock.now();
  }

  /** Notes a recipient that is not here. */
  unknown(address: string): void {
    const key = addressKey(address);
    const now = this.#clock.now();
    const known = this.#counts.get(key);
    const count =
      known && known.until > now ? known : { unknown: 0, until: now + this.#limits.unknownWindowMs };
    count.unknown += 1;
    // Taken out and put back: the map stays in the order of use.
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size <= maxNetworks) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
