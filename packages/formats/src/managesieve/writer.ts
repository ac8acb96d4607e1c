import { Buffer } from 'node:buffer';
import { longestQuoted } from './scanner.ts';

/** A string of a response: quoted, or a literal when it is long or has line ends (RFC 5804 §4). */
export function formatString(value: string | Uint8Array): Buffer {
  const octets = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  const plain =
    octets.length <= longestQuoted / 2 && !octets.some(byte => byte === 0 || byte === 0x0a || byte === 0x0d);
  if (!plain || typeof value !== 'string')
    return Buffer.concat([Buffer.from(`{${octets.length}}\r\n`), octets]);
  return Buffer.from(`"${value.replaceAll(/["\\]/g, '\\$&')}"`, 'utf8');
}

/** The line that ends a response (RFC 5804 §1.2, §1.3). `code` is written as it is. */
export function formatReply(kind: 'OK' | 'NO' | 'BYE', code: string | null, text: string | null): Buffer {
  return Buffer.concat([
    Buffer.from(code === null ? kind : `${kind} (${code})`),
    ...(text === null ? [] : [Buffer.from(' '), formatString(text)]),
    Buffer.from('\r\n'),
  ]);
}
