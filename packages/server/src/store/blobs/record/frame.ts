import { createCipheriv, createDecipheriv } from 'node:crypto';
import { constants, crc32, createZstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { freeMemory, freeOwn } from './free-memory.ts';
import { type FrameEntry, nonceBytes, type RecordHeader, tagBytes } from './record-format.ts';

/** Up to this size compression costs less than the way through the thread pool and back. */
const inlineBytes = 16 * 1024;

const { ZSTD_c_compressionLevel: level } = constants;
const small = { [level]: 3 };
/** Full frames are mostly attachments in base64, which level 3 packs no better than level 1. */
const large = { [level]: 1 };

/** What makes the last frame of a record vouch for the whole: its identity and size. */
export interface RecordEnd {
  readonly hash: Buffer;
  readonly size: number;
}

export interface EncodedFrame {
  /** The stored bytes in order. The buffers are the caller's alone, except when they are the original bytes themselves. */
  readonly parts: readonly Buffer[];
  readonly entry: FrameEntry;
}

/** The frame's nonce: the record's random one with the frame's number mixed in, so that no pair repeats under a key. */
function frameNonce(base: Buffer, number: number): Buffer {
  const nonce = Buffer.from(base);
  nonce.writeUInt32LE((nonce.readUInt32LE(nonceBytes - 4) ^ number) >>> 0, nonceBytes - 4);
  return nonce;
}

/** Authenticated but not stored: a frame cannot be moved, dropped from the end, or shown as another body's. */
function associatedData(number: number, zstd: boolean, end: RecordEnd | null): Buffer {
  const data = Buffer.alloc(end ? 46 : 6);
  data.writeUInt32LE(number, 0);
  data[4] = zstd ? 1 : 0;
  if (end) {
    data[5] = 1;
    data.writeDoubleLE(end.size, 6);
    end.hash.copy(data, 14);
  }
  return data;
}

/** Compresses in the thread pool. Through a stream, whose buffers can be freed; `zlib.zstdCompress` keeps one to itself. */
async function compressInPool(plain: Buffer, chunkSize: number): Promise<Buffer[]> {
  const stream = createZstdCompress({ chunkSize, params: large });
  const parts: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.on('data', (part: Buffer) => parts.push(part));
  stream.on('end', resolve);
  stream.on('error', reject);
  stream.end(plain);
  await promise;
  return parts;
}

function total(parts: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}

/** Compresses a frame; null when that saves less than a sixteenth. */
async function compress(plain: Buffer): Promise<Buffer[] | null> {
  if (plain.length < 64) return null;
  // Room for the worst case: the result then needs no second buffer.
  const chunkSize = plain.length + (plain.length >> 8) + 64;
  const packed =
    plain.length <= inlineBytes
      ? [zstdCompressSync(plain, { chunkSize, params: small })]
      : await compressInPool(plain, chunkSize);
  if (total(packed) < plain.length - (plain.length >> 4)) return packed;
  freeMemory(packed);
  return null;
}

/** Turns original bytes into a stored frame. `key` null stores them unencrypted. `end` is given for the last frame. */
export async function encodeFrame(
  plain: Buffer,
  number: number,
  key: Buffer | null,
  nonce: Buffer,
  end: RecordEnd | null,
): Promise<EncodedFrame> {
  const packed = await compress(plain);
  const zstd = packed !== null;
  const clear = packed ?? [plain];
  const parts = key
    ? encrypt(clear, frameNonce(nonce, number), key, associatedData(number, zstd, end))
    : clear;
  if (key && packed) freeMemory(packed);
  const crc = parts.reduce((sum, part) => crc32(part, sum), 0);
  return { parts, entry: { length: total(parts), zstd, crc } };
}

function encrypt(parts: readonly Buffer[], nonce: Buffer, key: Buffer, aad: Buffer): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const sealed = parts.map(part => cipher.update(part));
  cipher.final();
  sealed.push(cipher.getAuthTag());
  return sealed;
}

function decrypt(
  stored: Buffer,
  number: number,
  header: RecordHeader,
  key: Buffer,
  aad: Buffer,
): Buffer | null {
  if (stored.length < tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, frameNonce(header.nonce, number));
  decipher.setAAD(aad);
  decipher.setAuthTag(stored.subarray(stored.length - tagBytes));
  const plain = decipher.update(stored.subarray(0, stored.length - tagBytes));
  try {
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

/** Whether a stored frame is what was written, as far as that can be told without its key. */
export function frameIntact(stored: Buffer, entry: FrameEntry): boolean {
  return stored.length === entry.length && crc32(stored) === entry.crc;
}

/** A frame that is intact and decrypted. `bytes` are still compressed if `zstd` says so. */
export interface OpenedFrame {
  readonly bytes: Buffer;
  readonly zstd: boolean;
  /** Original bytes. */
  readonly length: number;
}

/** Opens a stored frame; null when it is damaged, cut, moved, or not under this key. */
export function openFrame(
  stored: Buffer,
  entry: FrameEntry,
  number: number,
  header: RecordHeader,
  key: Buffer,
): OpenedFrame | null {
  if (!frameIntact(stored, entry)) return null;
  const full = 2 ** header.frameBits;
  const last = (number + 1) * full >= header.size;
  const length = last ? header.size - number * full : full;
  const { zstd } = entry;
  if (!header.encrypted) return { bytes: stored, zstd, length };
  const end = last ? { hash: header.hash, size: header.size } : null;
  const bytes = decrypt(stored, number, header, key, associatedData(number, zstd, end));
  return bytes && { bytes, zstd, length };
}

/** Decompresses what must make `length` bytes; null when it does not. */
function decompress(packed: Buffer, length: number): Buffer | null {
  try {
    // One byte more than expected, so that a frame which grows too long is refused, not filled up.
    const options = { maxOutputLength: length + 1, chunkSize: Math.max(64, length + 1) };
    const bytes = zstdDecompressSync(packed, options);
    return bytes.length === length ? bytes : null;
  } catch {
    return null;
  }
}

/** Original bytes of an opened frame; null when they are not as many as it should have. */
export function plainFrame({ bytes, zstd, length }: OpenedFrame): Buffer | null {
  if (zstd) return decompress(bytes, length);
  return bytes.length === length ? bytes : null;
}

/** Original bytes that one call makes at most, where there are several frames. */
const togetherBytes = 256 * 1024;

/**
 * As `plainFrame` for each of several frames, decompressed with few calls: to make a context takes longer than to
 * decompress a small frame. Results may share memory.
 */
export function plainFrames(frames: readonly OpenedFrame[]): (Buffer | null)[] {
  const plain: (Buffer | null)[] = [];
  let run: OpenedFrame[] = [];
  let bytes = 0;
  for (const frame of frames) {
    if (run.length > 0 && bytes + frame.length > togetherBytes) {
      plain.push(...plainRun(run));
      run = [];
      bytes = 0;
    }
    run.push(frame);
    bytes += frame.length;
  }
  plain.push(...plainRun(run));
  return plain;
}

function decompressJoined(packed: readonly OpenedFrame[], length: number): Buffer | null {
  const input = Buffer.concat(packed.map(each => each.bytes));
  const joined = decompress(input, length);
  freeOwn(input);
  return joined;
}

/** zstd frames one after the other decompress to their contents one after the other. */
function plainRun(run: readonly OpenedFrame[]): (Buffer | null)[] {
  const packed = run.filter(frame => frame.zstd);
  const length = packed.reduce((sum, frame) => sum + frame.length, 0);
  const joined = packed.length > 1 ? decompressJoined(packed, length) : null;
  // Where one of them is not what it should be, each is looked at by itself.
  if (!joined) return run.map(plainFrame);
  let end = 0;
  return run.map(frame => {
    if (!frame.zstd) return plainFrame(frame);
    end += frame.length;
    return joined.subarray(end - frame.length, end);
  });
}

/** Original bytes of a frame; null when it is damaged, cut, moved, or not under this key. */
export function decodeFrame(
  stored: Buffer,
  entry: FrameEntry,
  number: number,
  header: RecordHeader,
  key: Buffer,
): Buffer | null {
  const opened = openFrame(stored, entry, number, header, key);
  return opened && plainFrame(opened);
}
