import { createHmac, type Hmac } from 'node:crypto';
import type { TenantId } from '../../../platform/ids.ts';
import { pooledRandom } from '../../../platform/secrets/random.ts';
import type { TenantKeySet } from '../../../platform/secrets/tenant-keys.ts';
import { encodeFrame, type RecordEnd } from './frame.ts';
import {
  encodeIndex,
  encodeRecordHeader,
  type FrameEntry,
  frameBits,
  frameBytes,
  nonceBytes,
} from './record-format.ts';

const firstBuffer = 8 * 1024;

/** Turns a body into the parts of a record while it streams in. Holds one frame of the body at a time. */
export class RecordBuilder {
  readonly #tenantId: TenantId;
  readonly #key: Buffer | null;
  readonly #hmac: Hmac;
  readonly #nonce = pooledRandom(nonceBytes);
  readonly #entries: FrameEntry[] = [];
  #frame: Buffer;
  #filled = 0;
  #size = 0;
  #storedLength = 0;

  constructor(tenantId: TenantId, keys: TenantKeySet, encrypt: boolean, expectedSize: number) {
    this.#tenantId = tenantId;
    this.#key = encrypt ? keys.encryption : null;
    this.#hmac = createHmac('sha256', keys.identity);
    this.#frame = Buffer.allocUnsafe(Math.min(frameBytes, Math.max(firstBuffer, expectedSize)));
  }

  /** Original bytes taken. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of the record after its header: frames handed out, and, once finished, the index. */
  get storedLength(): number {
    return this.#storedLength;
  }

  /** Takes bytes (copied before this returns or hands out a frame) and yields the parts of stored frames as they fill. */
  async *add(chunk: Uint8Array): AsyncGenerator<readonly Buffer[]> {
    this.#hmac.update(chunk);
    this.#size += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      // A full frame is emitted only when more follows: the last one is different.
      if (this.#filled === frameBytes) yield await this.#emit(null);
      const take = Math.min(chunk.length - at, frameBytes - this.#filled);
      this.#reserve(this.#filled + take);
      this.#frame.set(chunk.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
    }
  }

  /** Takes a chunk without leaving the turn, if it fits into the present frame. */
  addInline(chunk: Uint8Array): boolean {
    if (this.#filled + chunk.length > frameBytes) return false;
    this.#hmac.update(chunk);
    this.#size += chunk.length;
    this.#reserve(this.#filled + chunk.length);
    this.#frame.set(chunk, this.#filled);
    this.#filled += chunk.length;
    return true;
  }

  /** Ends the input and returns its identity. */
  digest(): Buffer {
    return this.#hmac.digest();
  }

  /** The record's header, and what follows the frames handed out so far. */
  async finish(hash: Buffer): Promise<{ header: Buffer; rest: Buffer[] }> {
    const last = await this.#emit({ hash, size: this.#size });
    const index = encodeIndex(this.#entries);
    this.#storedLength += index.length;
    const header = encodeRecordHeader({
      tenantId: this.#tenantId,
      hash,
      size: this.#size,
      bodyLength: this.#storedLength,
      encrypted: this.#key !== null,
      frameBits,
      nonce: this.#nonce,
    });
    return { header, rest: [...last, index] };
  }

  async #emit(end: RecordEnd | null): Promise<readonly Buffer[]> {
    const plain = this.#frame.subarray(0, this.#filled);
    const number = this.#entries.length;
    const { parts, entry } = await encodeFrame(plain, number, this.#key, this.#nonce, end);
    this.#entries.push(entry);
    this.#storedLength += entry.length;
    this.#filled = 0;
    // Stored as it is, the frame's bytes are this very buffer.
    return parts.map(part => (part.buffer === this.#frame.buffer ? Buffer.from(part) : part));
  }

  #reserve(needed: number): void {
    if (needed <= this.#frame.length) return;
    const grown = Buffer.allocUnsafe(Math.min(frameBytes, Math.max(needed, this.#frame.length * 2)));
    this.#frame.copy(grown, 0, 0, this.#filled);
    this.#frame = grown;
  }
}
