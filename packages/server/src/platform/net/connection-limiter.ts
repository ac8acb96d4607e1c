import { isIPv6 } from 'node:net';

export interface ConnectionLimits {
  /** Most connections at a time. */
  readonly total: number;
  /** Most connections at a time from one IPv4 address or one IPv6 /64 network. */
  readonly perAddress: number;
}

/** Why a connection was turned away. */
export type RefusalReason = 'total' | 'per-address';

/** Counts connections, for one listener or shared by several. Counts are per process. */
export class ConnectionLimiter {
  readonly #limits: ConnectionLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Connections counted at the moment. */
  get total(): number {
    return this.#total;
  }

  /** Counts a connection from `address`, or says why it may not come in. Every `null` needs one `leave`. */
  enter(address: string): RefusalReason | null {
    if (this.#total >= this.#limits.total) return 'total';
    const key = addressKey(address);
    const count = this.#byAddress.get(key) ?? 0;
    if (count >= this.#limits.perAddress) return 'per-address';
    this.#byAddress.set(key, count + 1);
    this.#total += 1;
    return null;
  }

  leave(address: string): void {
    const key = addressKey(address);
    const count = this.#byAddress.get(key) ?? 0;
    if (count === 0) return;
    this.#total -= 1;
    if (count === 1) this.#byAddress.delete(key);
    else this.#byAddress.set(key, count - 1);
  }
}

/** IPv4 as it is (also when mapped into IPv6), IPv6 as its /64: one customer usually holds a whole /64. */
export function addressKey(address: string): string {
  const plain = canonicalAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('%', 1)[0]?.split('::', 2) ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) as plain IPv4; anything else unchanged. */
export function canonicalAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
