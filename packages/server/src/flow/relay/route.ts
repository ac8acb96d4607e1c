import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { DnsAnswer, MxRecord } from '../../platform/dns/resolver.ts';
import { type Setback, setback } from '../outcome.ts';
import { interfaceAddresses, isSpecialAddress, literalAddress } from './addresses.ts';
import type { RelayContext, StaticRoute } from './options.ts';

/** One address to connect to. `host` is the name of the server, for SNI, certificates and the trace. */
export interface Target {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Where mail for a domain goes. */
export type Route =
  | {
      readonly kind: 'targets';
      /** In the order in which to try them. */
      readonly targets: readonly Target[];
      /** Set when the administrator chose the next hop. */
      readonly fixed: StaticRoute | null;
    }
  | { readonly kind: 'none'; readonly setback: Setback };

/** A CNAME chain longer than this is taken for a loop. */
const mostAliases = 8;

/** A domain as the DNS and our tables know it: lower case, A-labels, no final dot. Empty when there is no such form. */
export function asciiDomain(domain: string): string {
  const plain = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  // ASCII is only put into lower case: the URL rules behind domainToASCII would read `1.2` as an address.
  for (let at = 0; at < plain.length; at += 1) if (plain.charCodeAt(at) > 127) return domainToASCII(plain);
  return plain.toLowerCase();
}

/**
 * The key under which connections and limits for a domain are kept: domains behind the same fixed route share it.
 */
export function destinationOf(context: RelayContext, domain: string): string {
  const ascii = asciiDomain(domain);
  const fixed = fixedFor(context, ascii);
  return fixed ? `route:${fixed.host}:${fixed.port}` : `mx:${ascii}`;
}

/** The next hop that the administrator chose for a domain, if any. */
function fixedFor(context: RelayContext, domain: string): StaticRoute | null {
  const own = Object.hasOwn(context.routes, domain) ? context.routes[domain] : undefined;
  return own ?? context.smartHost;
}

/** Finds the servers for a domain (RFC 5321 §5.1, RFC 7505), or says why there are none. */
export async function findRoute(context: RelayContext, domain: string): Promise<Route> {
  const ascii = asciiDomain(domain);
  const fixed = fixedFor(context, ascii);
  if (fixed) return fixedRoute(context, fixed);
  const literal = literalAddress(ascii);
  if (literal !== null) return choose(context, ascii, [{ host: ascii, addresses: [literal], failed: false }]);
  if (ascii === '' || ascii.startsWith('[')) return none('5.1.2', `${domain} is not a domain name`);
  return mxRoute(context, ascii);
}

function none(status: string, text: string): Route {
  return { kind: 'none', setback: setback('route', status, text) };
}

async function fixedRoute(context: RelayContext, route: StaticRoute): Promise<Route> {
  const found =
    isIP(route.host) > 0
      ? { addresses: [route.host], failed: false }
      : await addressesOf(context, asciiDomain(route.host));
  const addresses =
    route.host === 'localhost' && found.addresses.length === 0 ? ['127.0.0.1'] : found.addresses;
  // A fixed route without address is a mistake or an outage of the administrator's: mail waits for its repair.
  if (addresses.length === 0) return none('4.4.3', `no address for the configured route ${route.host}`);
  const targets = addresses.map(address => ({ host: route.host, address, port: route.port }));
  return { kind: 'targets', fixed: route, targets: targets.slice(0, context.limits.maxAddresses) };
}

interface Host {
  readonly host: string;
  readonly addresses: readonly string[];
  /** Whether the DNS could not answer. */
  readonly failed: boolean;
}

async function mxRoute(context: RelayContext, domain: string): Promise<Route> {
  let name = domain;
  const seen = new Set<string>();
  for (;;) {
    seen.add(name);
    const answer = await context.resolver.mx(name);
    switch (answer.kind) {
      case 'nxdomain':
        return none('5.1.2', `the domain ${name} does not exist`);
      case 'temporary':
        return none('4.4.3', `the DNS could not tell the mail servers of ${name} (${answer.reason})`);
      case 'records':
        return exchangers(context, name, answer.records);
      case 'nodata':
    }
    const host = await addressesOf(context, name);
    if (host.addresses.length > 0 || host.failed) return choose(context, name, [{ host: name, ...host }]);
    // Recursive servers follow CNAMEs; this is for those that leave it to us.
    const alias = firstOf(await context.resolver.cname(name));
    if (alias === null) return none('5.4.4', `${name} has no mail server`);
    if (seen.has(alias) || seen.size > mostAliases)
      return none('5.4.4', `the CNAMEs of ${domain} lead nowhere`);
    name = alias;
  }
}

function firstOf(answer: DnsAnswer<string>): string | null {
  return answer.kind === 'records' ? (answer.records[0] ?? null) : null;
}

async function exchangers(context: RelayContext, domain: string, found: readonly MxRecord[]): Promise<Route> {
  if (found.length > 0 && found.every(record => record.exchange === '')) {
    return none('5.1.10', `${domain} accepts no mail (null MX)`);
  }
  const ordered = shuffled(found.filter(record => record.exchange !== '')).toSorted(
    (a, b) => a.preference - b.preference,
  );
  const own = new Set([context.hostname.toLowerCase(), ...context.ownNames]);
  const known = ordered.slice(0, context.limits.maxHosts);
  const resolved = await Promise.all(
    known.map(async record => ({ ...record, ...(await addressesOf(context, record.exchange)) })),
  );
  const mine = ownAddresses(context);
  const self = resolved.find(
    record => own.has(record.exchange) || record.addresses.some(address => mine.has(address)),
  );
  const usable = self ? resolved.filter(record => record.preference < self.preference) : resolved;
  if (usable.length === 0) return none('5.4.6', `mail for ${domain} loops back to this server`);
  return choose(
    context,
    domain,
    usable.map(record => ({ host: record.exchange, addresses: record.addresses, failed: record.failed })),
  );
}

function ownAddresses(context: RelayContext): Set<string> {
  // In a closed network (tests, one machine) every server has our addresses: only the configured ones count.
  return new Set([...(context.allowPrivateTargets ? [] : interfaceAddresses()), ...context.ownAddresses]);
}

function choose(context: RelayContext, domain: string, hosts: readonly Host[]): Route {
  const mine = ownAddresses(context);
  const targets: Target[] = [];
  let refused = false;
  let self = false;
  for (const { host, addresses } of hosts) {
    for (const address of addresses) {
      if (mine.has(address)) self = true;
      else if (!context.allowPrivateTargets && isSpecialAddress(address)) refused = true;
      else targets.push({ host, address, port: context.port });
    }
  }
  if (targets.length > 0) {
    return { kind: 'targets', fixed: null, targets: targets.slice(0, context.limits.maxAddresses) };
  }
  if (hosts.some(host => host.failed)) {
    return none('4.4.3', `the DNS could not tell the addresses of the mail servers of ${domain}`);
  }
  if (self) return none('5.4.6', `mail for ${domain} loops back to this server`);
  if (refused) return none('5.4.4', `the mail servers of ${domain} have private addresses only`);
  return none('5.4.4', `the mail servers of ${domain} have no address`);
}

/** Addresses of a host, IPv6 and IPv4 in turns so that a broken family costs one attempt, not all. */
async function addressesOf(
  context: RelayContext,
  name: string,
): Promise<{ addresses: readonly string[]; failed: boolean }> {
  const nothing: DnsAnswer<string> = { kind: 'nodata' };
  const [v6, v4] = await Promise.all([
    context.families === 'ipv4' ? nothing : context.resolver.aaaa(name),
    context.families === 'ipv6' ? nothing : context.resolver.a(name),
  ]);
  const six = v6.kind === 'records' ? shuffled(v6.records.filter(isIPv6)) : [];
  const four = v4.kind === 'records' ? shuffled(v4.records) : [];
  const addresses: string[] = [];
  for (let index = 0; index < Math.max(six.length, four.length); index += 1) {
    for (const address of [six[index], four[index]]) if (address !== undefined) addresses.push(address);
  }
  return { addresses, failed: v6.kind === 'temporary' || v4.kind === 'temporary' };
}

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    const [a, b] = [result[index], result[other]];
    if (a === undefined || b === undefined) continue;
    result[index] = b;
    result[other] = a;
  }
  return result;
}
