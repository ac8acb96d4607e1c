import { isUtf8 } from 'node:buffer';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';

/**
 * Unicode name from a mailbox argument, null if it is in neither encoding. With `utf8` (IMAP4rev2 or UTF8=ACCEPT
 * enabled) the octets are UTF-8. Without, they are modified UTF-7, and 8-bit names that are valid UTF-8 are taken as such.
 */
export function decodeMailboxName(octets: Uint8Array, utf8: boolean): string | null {
  const eightBit = octets.some(octet => octet >= 0x80);
  if (!utf8 && !eightBit) return decodeModifiedUtf7(octets);
  if (!isUtf8(octets)) return null;
  const name = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('utf8');
  return /[\0-\x1f\x7f]/.test(name) ? null : name;
}

/** Octets of a mailbox name for the client: UTF-8 or modified UTF-7. */
export function encodeMailboxName(name: string, utf8: boolean): Buffer {
  return utf8 ? Buffer.from(name, 'utf8') : Buffer.from(encodeModifiedUtf7(name), 'latin1');
}
