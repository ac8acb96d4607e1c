import { type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { defaultRelayLimits, type RelayContext, type RelayLimits } from '../../src/flow/relay/options.ts';
import { opportunisticTls } from '../../src/flow/relay/tls-plan.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { createNodeResolver } from '../../src/platform/dns/node-resolver.ts';
import { silentLog } from '../../src/platform/log.ts';

/** Ways in which a test's relay differs from the usual one. */
export type OutsideOptions = Partial<Omit<RelayContext, 'limits'>> & {
  readonly limits?: Partial<RelayLimits>;
};

/** The rest of the world as a relay sees it: names out of a zone, servers on loopback. */
export interface Outside extends AsyncDisposable {
  readonly zone: FakeZone;
  context(clock: Clock, options?: OutsideOptions): RelayContext;
}

/** Starts a name server for `zone`. Servers of the outside listen on `port`. */
export async function openOutside(zone: FakeZone, port: number): Promise<Outside> {
  const dns = await startFakeDns(zone);
  return {
    zone: dns.zone,
    context: (clock, options = {}) => ({
      resolver: createNodeResolver({ servers: [dns.server], timeoutMs: 500, tries: 1 }),
      clock,
      log: silentLog,
      hostname: 'mail.hongyan.test',
      ownNames: [],
      ownAddresses: [],
      port,
      allowPrivateTargets: true,
      families: 'ipv4',
      source: { ipv4: null, ipv6: null },
      routes: {},
      smartHost: null,
      planTls: opportunisticTls,
      trustedCa: null,
      ...options,
      limits: { ...defaultRelayLimits, quitMs: 1000, ...options.limits },
    }),
    [Symbol.asyncDispose]: () => dns[Symbol.asyncDispose](),
  };
}
