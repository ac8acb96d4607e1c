/** Octets of an IPv4 (4) or IPv6 (16) address. */
export type AddressBytes = readonly number[];

const maxAddressLength = 45;

/** Reads a dotted quad without leading zeros; null for anything else. */
export function parseIpv4(text: string): AddressBytes | null {
  if (text.length > 15) return null;
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
    bytes.push(Number(part));
  }
  return bytes;
}

/** Reads an IPv6 address in any form of RFC 4291 §2.2; null for anything else. */
export function parseIpv6(text: string): AddressBytes | null {
  if (text.length > maxAddressLength || !text.includes(':')) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** Groups between colons; the last one may be a dotted quad when `last`. */
function groups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const quad = parseIpv4(part);
      if (quad === null) return null;
      bytes.push(...quad);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return null;
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** An address of either family; an IPv4-mapped IPv6 address counts as IPv4 (RFC 7208 §5). Null for none. */
export function parseIp(text: string): AddressBytes | null {
  const bytes = parseIpv4(text) ?? parseIpv6(text);
  if (bytes === null || bytes.length === 4) return bytes;
  const mapped = bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12) : bytes;
}

/** Whether two addresses of one family share their first `bits` bits. */
export function sharesPrefix(one: AddressBytes, other: AddressBytes, bits: number): boolean {
  if (one.length !== other.length) return false;
  const whole = bits >> 3;
  for (let at = 0; at < whole; at += 1) if (one[at] !== other[at]) return false;
  const rest = bits & 7;
  return rest === 0 || ((one[whole] ?? 0) ^ (other[whole] ?? 0)) >> (8 - rest) === 0;
}

/** The labels of `%{i}` (RFC 7208 §7.3): a dotted quad, or 32 nibbles with dots between them. */
export function dottedAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  return bytes.flatMap(byte => [nibble(byte >> 4), nibble(byte & 15)]).join('.');
}

/** The address as people write it, for `%{c}` and reports: IPv6 as eight groups, the longest run of zeros left out. */
export function readableAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 2)
    words.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  let [from, length] = [-1, 1];
  for (let at = 0; at < words.length; at += 1) {
    let end = at;
    while (words[end] === '0') end += 1;
    if (end - at > length) [from, length] = [at, end - at];
  }
  if (from < 0) return words.join(':');
  return `${words.slice(0, from).join(':')}::${words.slice(from + length).join(':')}`;
}

function nibble(value: number): string {
  return value.toString(16).toUpperCase();
}
