import { isIP } from 'node:net';
import type { Peer } from './connection.ts';

/** What a proxy said about a connection (PROXY protocol of HAProxy, versions 1 and 2). */
export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid' }
  /** The proxy's own connection (health check), or one whose origin it does not know: keep the socket's addresses. */
  | { readonly kind: 'local'; readonly length: number }
  | { readonly kind: 'proxied'; readonly length: number; readonly source: Peer; readonly destination: Peer };

const signatureV2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Longest version 1 header (§2.1). */
const longestV1 = 107;
/** Longest version 2 header taken: addresses and a generous set of TLVs, which are ignored. */
const longestV2 = 16 + 4096;

/** Reads a PROXY header from the beginning of `bytes`. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  const known = Math.min(bytes.length, signatureV2.length);
  if (bytes.compare(signatureV2, 0, known, 0, known) === 0) {
    return bytes.length < 16 ? { kind: 'incomplete' } : parseV2(bytes);
  }
  return parseV1(bytes);
}

function parseV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, longestV1).indexOf('\r\n');
  if (end === -1) {
    const start = bytes.toString('latin1', 0, Math.min(6, bytes.length));
    return bytes.length < longestV1 && 'PROXY '.startsWith(start)
      ? { kind: 'incomplete' }
      : { kind: 'invalid' };
  }
  const [word, family, source = '', destination = '', sourcePort = '', destinationPort = '', ...rest] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  const length = end + 2;
  if (word !== 'PROXY') return { kind: 'invalid' };
  if (family === 'UNKNOWN') return { kind: 'local', length };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : 0;
  const from = port(sourcePort);
  const to = port(destinationPort);
  const sound =
    version !== 0 && isIP(source) === version && isIP(destination) === version && rest.length === 0;
  if (!sound || from === null || to === null) return { kind: 'invalid' };
  return {
    kind: 'proxied',
    length,
    source: { address: source, port: from },
    destination: { address: destination, port: to },
  };
}

function parseV2(bytes: Buffer): ProxyHeader {
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = 16 + bytes.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2 || length > longestV2) return { kind: 'invalid' };
  if (bytes.length < length) return { kind: 'incomplete' };
  const command = versionAndCommand & 0x0f;
  if (command === 0) return { kind: 'local', length };
  if (command !== 1) return { kind: 'invalid' };
  const width = family === 0x11 ? 4 : family === 0x21 ? 16 : 0;
  if (width === 0) return { kind: 'local', length };
  if (length < 16 + 2 * width + 4) return { kind: 'invalid' };
  const ports = 16 + 2 * width;
  return {
    kind: 'proxied',
    length,
    source: { address: address(bytes.subarray(16, 16 + width)), port: bytes.readUInt16BE(ports) },
    destination: { address: address(bytes.subarray(16 + width, ports)), port: bytes.readUInt16BE(ports + 2) },
  };
}

function port(text: string): number | null {
  if (text.length === 0 || text.length > 5) return null;
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : null;
}

function address(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  return groups.join(':');
}
