/**
 * What the DNS says about a name and type. `nodata`: the name exists without such records; `nxdomain`: it does not
 * exist (RFC 2308); `temporary`: nobody could tell now (time-out, SERVFAIL, refused), ask again later.
 */
export type DnsAnswer<Record> =
  | { readonly kind: 'records'; readonly records: readonly Record[] }
  | { readonly kind: 'nodata' }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'temporary'; readonly reason: string };

/** RFC 1035 §3.3.9. `exchange` is lower case, without the final dot; empty for the null MX of RFC 7505. */
export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}

/** Asks the DNS. Names are ASCII (A-labels), without the final dot. Never throws: failures are answers. */
export interface Resolver {
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  /** IPv4 addresses. */
  a(name: string): Promise<DnsAnswer<string>>;
  /** IPv6 addresses. */
  aaaa(name: string): Promise<DnsAnswer<string>>;
  /** Each record with its character strings joined (RFC 7208 §3.3). */
  txt(name: string): Promise<DnsAnswer<string>>;
  /** Names of an IPv4 or IPv6 address. */
  ptr(address: string): Promise<DnsAnswer<string>>;
  cname(name: string): Promise<DnsAnswer<string>>;
}

/** RFC 2782. `target` is lower case, without the final dot; empty: the service is not offered. */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** A resolver that also tells what only the checks of a zone ask for. */
export interface ZoneResolver extends Resolver {
  /** Name servers of the zone whose apex is `name`. */
  ns(name: string): Promise<DnsAnswer<string>>;
  srv(name: string): Promise<DnsAnswer<SrvRecord>>;
}

/** The questions of a `Resolver`, by method name. */
export type DnsQuestion = keyof Resolver;

/** The answer that nobody could give. */
export function temporaryAnswer(reason: string): DnsAnswer<never> {
  return { kind: 'temporary', reason };
}
