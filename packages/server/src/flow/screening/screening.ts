import { BlockList, isIPv6 } from 'node:net';
import type { MethodResult } from '@hongyan/formats/auth/results/results-field.ts';
import type { IncomingScreening, ScreenSession, ScreenVerdict } from '../screen.ts';
import type { Origin } from '../types.ts';
import type { ScreeningContext } from './context.ts';
import { KeyCache } from './dns/key-cache.ts';
import { ForwardingSession } from './forwarding-session.ts';
import { IncomingSession } from './incoming-session.ts';
import type { ScreeningOptions } from './options.ts';
import { resultsField } from './results.ts';

/** Makes the screening of everything that comes in. */
export function createScreening(context: ScreeningContext): IncomingScreening {
  const keys = new KeyCache();
  const trusted = networks(context.options);
  return {
    begin(origin, sender) {
      if (origin.kind === 'local') return new ForwardingSession(context, keys);
      if (origin.principal !== null || origin.kind !== 'mx')
        return new FixedSession(context.hostname, [authenticated(sender)]);
      const { enabled } = context.options;
      if (!enabled || isTrusted(trusted, origin)) return new FixedSession(context.hostname, []);
      return new IncomingSession(context, keys, origin, sender);
    },
  };
}

/** Mail from one of our own people (RFC 8601 §2.7.4). The name they signed in with is nobody else's business. */
function authenticated(sender: string): MethodResult {
  const shown = /^[\x21-\x7e]{1,320}$/.test(sender);
  const properties = shown ? [{ type: 'smtp', name: 'mailfrom', value: sender }] : [];
  return { method: 'auth', result: 'pass', reason: null, properties };
}

/** Mail that is not looked into; the field says so, and stands above any that its sender wrote. */
class FixedSession implements ScreenSession {
  readonly #verdict: ScreenVerdict;

  constructor(server: string, results: readonly MethodResult[]) {
    this.#verdict = { kind: 'pass', fields: resultsField({ server, results }) };
  }

  forwards(): void {
    // Nothing is to be kept for it.
  }

  push(): undefined {
    return undefined;
  }

  verdict(): Promise<ScreenVerdict> {
    return Promise.resolve(this.#verdict);
  }

  [Symbol.dispose](): void {
    // Nothing is held.
  }
}

function networks({ trustedNetworks, loopback }: ScreeningOptions): BlockList {
  const list = new BlockList();
  if (!loopback) {
    list.addSubnet('127.0.0.0', 8, 'ipv4');
    list.addAddress('::1', 'ipv6');
  }
  for (const entry of trustedNetworks) {
    const [address = '', bits] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isTrusted(list: BlockList, { peer }: Origin): boolean {
  const address = peer.address.toLowerCase().replace(/^::ffff:(?=[0-9.]+$)/, '');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
