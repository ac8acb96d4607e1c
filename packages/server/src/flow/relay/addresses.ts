import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { canonicalAddress } from '../../platform/net/connection-limiter.ts';

/** Address blocks that no mail server of the outside world has (IANA special-purpose registries, RFC 6890). */
const special = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  special.addSubnet(network, bits, 'ipv6');
}

/** Whether an address is loopback, private, link-local, multicast or otherwise not for servers on the Internet. */
export function isSpecialAddress(address: string): boolean {
  const plain = canonicalAddress(address);
  if (isIPv4(plain)) return special.check(plain, 'ipv4');
  if (!isIPv6(plain)) return true;
  const embedded = embeddedIpv4(plain);
  return embedded === null ? special.check(plain, 'ipv6') : special.check(embedded, 'ipv4');
}

/** Addresses of this machine's interfaces. Read at every call: they change. */
export function interfaceAddresses(): Set<string> {
  const found = new Set<string>();
  for (const list of Object.values(networkInterfaces())) {
    for (const { address } of list ?? []) found.add(address);
  }
  return found;
}

/** The IPv4 address inside a mapped (`::ffff:7f00:1`), NAT64 (RFC 6052) or 6to4 address; null for others. */
function embeddedIpv4(address: string): string | null {
  const groups = groupsOf(address);
  if (!groups) return null;
  const [first, second, third] = groups;
  const [high, low] = first === 0x2002 ? [second, third] : [groups[6], groups[7]];
  const mapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff;
  const nat64 = first === 0x64 && second === 0xff9b && groups.slice(2, 6).every(group => group === 0);
  if (!mapped && !nat64 && first !== 0x2002) return null;
  if (high === undefined || low === undefined) return null;
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight groups of an IPv6 address; null when it is written with a dotted tail that is not canonical. */
function groupsOf(address: string): number[] | null {
  const plain = address.split('%', 1)[0] ?? '';
  if (plain.includes('.')) return null;
  const [head = '', tail] = plain.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill('0'), ...right];
  return groups.length === 8 ? groups.map(group => Number.parseInt(group, 16)) : null;
}

/** The address inside a literal of RFC 5321 §4.1.3 (`[192.0.2.1]`, `[IPv6:2001:db8::1]`); null for anything else. */
export function literalAddress(domain: string): string | null {
  if (!domain.startsWith('[') || !domain.endsWith(']')) return null;
  const inside = domain.slice(1, -1);
  if (isIPv4(inside)) return inside;
  if (!/^ipv6:/i.test(inside)) return null;
  const address = inside.slice(5);
  return isIPv6(address) && !address.includes('%') ? address : null;
}
