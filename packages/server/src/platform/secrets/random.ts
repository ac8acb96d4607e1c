import { randomFillSync } from 'node:crypto';

const poolBytes = 4096;
const pool = { bytes: Buffer.alloc(0), at: 0 };

/**
 * A few random bytes for nonces and ids, cut from a page fetched at once: a call of its own for each costs as much as
 * hashing a mail. Never for keys, since the page stays in memory. Takes at most 64 bytes.
 */
export function pooledRandom(length: number): Buffer {
  if (length > 64) throw new RangeError('too many bytes');
  if (pool.at + length > pool.bytes.length) {
    pool.bytes = randomFillSync(Buffer.alloc(poolBytes));
    pool.at = 0;
  }
  const bytes = pool.bytes.subarray(pool.at, pool.at + length);
  pool.at += length;
  return bytes;
}
