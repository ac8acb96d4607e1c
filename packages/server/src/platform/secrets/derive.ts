import { hkdfSync } from 'node:crypto';

/** Bytes of every key here: AES-256 and HMAC-SHA-256 alike. */
export const keyBytes = 32;

/**
 * A key for one purpose (RFC 5869, SHA-256, no salt: the input is already a uniform key). Different purposes give
 * independent keys; the same purpose gives the same key for ever, so purposes are part of the data format.
 */
export function deriveKey(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `hongyan ${purpose}`, keyBytes));
}
