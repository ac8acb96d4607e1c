import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, isIPv6 } from 'node:net';
import { canonicalAddress } from '../../platform/net/connection-limiter.ts';

/** Who is at the other end, behind any reverse proxies that are trusted. */
export interface Client {
  readonly address: string;
  /** Whether the client's own connection is TLS. */
  readonly encrypted: boolean;
  readonly loopback: boolean;
  /** Host and port the client asked for. */
  readonly host: string;
  /** Its Accept-Language header. */
  readonly acceptLanguage?: string | undefined;
}

/** Of a request what says who sent it: to be kept for as long as its connection is open. */
export type RequestHead = Pick<IncomingMessage, 'headers' | 'method' | 'socket'>;

/**
 * The client of a request. `X-Forwarded-For`, `-Proto` and `-Host` count only when the connection comes from a proxy in
 * `trusted`; of the addresses the last one that is not a trusted proxy is taken.
 */
export function clientOf(request: RequestHead, trusted: BlockList): Client {
  const peer = canonicalAddress(request.socket.remoteAddress ?? '');
  let address = peer;
  let encrypted = 'encrypted' in request.socket && request.socket.encrypted === true;
  let host = request.headers.host ?? '';
  if (isTrusted(peer, trusted)) {
    const hops = single(request.headers['x-forwarded-for'])
      .split(',')
      .map(hop => canonicalAddress(hop.trim()))
      .filter(hop => isIP(hop) !== 0);
    address = hops.findLast(hop => !isTrusted(hop, trusted)) ?? hops[0] ?? peer;
    const scheme = single(request.headers['x-forwarded-proto']);
    if (scheme !== '') encrypted = scheme === 'https';
    const asked = single(request.headers['x-forwarded-host']);
    if (asked !== '') host = asked;
  }
  const acceptLanguage = request.headers['accept-language'];
  return { address, encrypted, loopback: isLoopback(address), host, acceptLanguage };
}

function single(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).slice(0, 2_000);
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
