import type { Clock } from '../../platform/clock.ts';
import type { Resolver } from '../../platform/dns/resolver.ts';
import type { Log } from '../../platform/log.ts';
import type { TlsPlanner } from './tls-plan.ts';

/** How a fixed next hop is spoken to. `implicit`: TLS from the first byte (RFC 8314); `verified` also checks the certificate. */
export type RouteTls = 'none' | 'opportunistic' | 'required' | 'verified' | 'implicit' | 'implicit-verified';

/** A next hop set by the administrator: for one domain, or for everything (smart host). */
export interface StaticRoute {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  readonly tls: RouteTls;
  readonly auth?: { readonly username: string; readonly password: string };
}

/** Time-outs in ms (RFC 5321 §4.5.3.2) and sizes of outgoing connections. */
export interface RelayLimits {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly helloMs: number;
  readonly tlsMs: number;
  readonly authMs: number;
  readonly mailMs: number;
  readonly rcptMs: number;
  readonly dataMs: number;
  /** Longest wait until a block of data is taken. */
  readonly blockMs: number;
  readonly finalMs: number;
  readonly quitMs: number;
  /** Most MX hosts looked at. */
  readonly maxHosts: number;
  /** Most addresses tried in one attempt. */
  readonly maxAddresses: number;
  /** Most recipients in one transaction; the next server may ask for fewer (RFC 9422). */
  readonly maxRecipients: number;
  /** Most connections to one destination at a time. */
  readonly connectionsPerDestination: number;
  /** Most messages to one destination per minute; null for no limit. */
  readonly messagesPerMinute: number | null;
  /** How long an idle connection waits for the next message, ms. */
  readonly idleMs: number;
  /** Most idle connections kept altogether. */
  readonly maxIdle: number;
  /** Most messages over one connection. */
  readonly messagesPerConnection: number;
}

export const defaultRelayLimits: RelayLimits = {
  connectMs: 30_000,
  greetingMs: 300_000,
  helloMs: 300_000,
  tlsMs: 120_000,
  authMs: 300_000,
  mailMs: 300_000,
  rcptMs: 300_000,
  dataMs: 120_000,
  blockMs: 180_000,
  finalMs: 600_000,
  quitMs: 5_000,
  maxHosts: 10,
  maxAddresses: 10,
  maxRecipients: 100,
  connectionsPerDestination: 5,
  messagesPerMinute: null,
  idleMs: 5_000,
  maxIdle: 50,
  messagesPerConnection: 100,
};

/** Everything the outgoing side needs. */
export interface RelayContext {
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  /** What we call ourselves in EHLO. */
  readonly hostname: string;
  /** Other names of this server, in MX records: mail is never relayed to them. Lower case. */
  readonly ownNames: readonly string[];
  /** Other addresses of this server besides those of its network interfaces. */
  readonly ownAddresses: readonly string[];
  /** Port of other servers' SMTP, 25. */
  readonly port: number;
  /** Whether loopback, private and link-local addresses out of the DNS may be connected to. Fixed routes always may. */
  readonly allowPrivateTargets: boolean;
  /** Which addresses to use. */
  readonly families: 'both' | 'ipv4' | 'ipv6';
  /** Local address to connect from, per family; null lets the system choose. */
  readonly source: { readonly ipv4: string | null; readonly ipv6: string | null };
  /** Fixed routes by recipient domain (lower case, A-labels). */
  readonly routes: Readonly<Record<string, StaticRoute>>;
  /** Where everything else goes; null: straight to the recipients' servers. */
  readonly smartHost: StaticRoute | null;
  /** Decides how a connection is secured: the place of DANE and MTA-STS. */
  readonly planTls: TlsPlanner;
  /** Certificate authorities to trust, PEM; null for those of the system. */
  readonly trustedCa: readonly string[] | null;
  readonly limits: RelayLimits;
}
