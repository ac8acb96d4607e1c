import type { RouteTls } from './options.ts';

/**
 * How a connection is secured.
 * `none`: plain text. `opportunistic`: TLS when offered, unverified, plain text when it fails (RFC 7435).
 * `required`: TLS or nothing, unverified. `verified`: TLS with a certificate for one of `names`.
 */
export interface TlsPlan {
  readonly level: 'none' | 'opportunistic' | 'required' | 'verified';
  /** TLS from the first byte instead of STARTTLS. */
  readonly implicit: boolean;
  /** Whether the host's name was found securely (DNSSEC, MTA-STS, configuration), as REQUIRETLS demands (RFC 8689 §4.2.1). */
  readonly nameSecure: boolean;
}

/** What a plan is made for. */
export interface TlsQuestion {
  /** Domain of the recipients. */
  readonly domain: string;
  /** Host about to be connected to. */
  readonly host: string;
  readonly port: number;
}

/** Finds the plan for one host. May ask the DNS or fetch policies. */
export type TlsPlanner = (question: TlsQuestion) => Promise<TlsPlan>;

/** TLS wherever it is offered, without verification. */
export const opportunisticTls: TlsPlanner = async () => ({
  level: 'opportunistic',
  implicit: false,
  nameSecure: false,
});

/** The plan of a fixed route. Its name comes from the configuration and so is secure. */
export function routePlan(tls: RouteTls): TlsPlan {
  switch (tls) {
    case 'implicit':
      return { level: 'required', implicit: true, nameSecure: true };
    case 'implicit-verified':
      return { level: 'verified', implicit: true, nameSecure: true };
    default:
      return { level: tls, implicit: false, nameSecure: true };
  }
}
