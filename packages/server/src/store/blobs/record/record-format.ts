import { crc32 } from 'node:zlib';
import type { TenantId } from '../../../platform/ids.ts';

/*
 * A pack file: a header of 32 bytes, then records one after the other. All numbers are little-endian.
 *
 *   pack header   magic "HYPACK\r\n" · version u32 · id u64 · reserved u64 · CRC u32 over what precedes
 *   record        header (80 bytes) · frames · index
 *   header        magic "HYBR" · version u8 · flags u8 · frame size as a power of two u8 · 0 u8 · tenant u64 ·
 *                 hash (32) · size u64 · length of frames and index u64 · nonce (12) · CRC u32 over what precedes
 *   frame         the bytes, compressed if that helps, encrypted if the flag says so (then with a tag of 16 bytes)
 *   index         per frame: stored length u32 with the codec in the highest bit, CRC u32 of the stored frame;
 *                 then CRC u32 over the entries
 *
 * Every frame but the last holds exactly the frame size of original bytes; a record has at least one frame.
 */

export const packHeaderBytes = 32;
export const recordHeaderBytes = 80;
export const indexEntryBytes = 8;
export const tagBytes = 16;
export const nonceBytes = 12;

/** Original bytes of a frame as a power of two: 128 KiB. Smaller frames compress worse, larger ones read more than asked. */
export const frameBits = 17;
export const frameBytes: number = 1 << frameBits;

/** Header bytes up to the length field must hold this much at most: guards arithmetic against a damaged header. */
const maxSize = 2 ** 48;

const packMagic = Buffer.from('HYPACK\r\n', 'latin1');
/** First bytes of a record; repair looks for them behind damaged spots. */
export const recordMagic: Buffer = Buffer.from('HYBR', 'latin1');
const version = 1;
const flagEncrypted = 1;

/** Where a record lies. `length` counts everything from the record's header to the end of its index. */
export interface BlobLocation {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly size: number;
}

export interface RecordHeader {
  readonly tenantId: TenantId;
  readonly hash: Buffer;
  /** Original bytes. */
  readonly size: number;
  /** Bytes after the header. */
  readonly bodyLength: number;
  readonly encrypted: boolean;
  readonly frameBits: number;
  readonly nonce: Buffer;
}

export interface FrameEntry {
  /** Stored bytes, tag included. */
  readonly length: number;
  readonly zstd: boolean;
  readonly crc: number;
}

/** How many frames a body of `size` bytes has. */
export function frameCount(size: number, bits: number = frameBits): number {
  return Math.max(1, Math.ceil(size / 2 ** bits));
}

/** Bytes of the index of a body of `size` bytes. */
export function indexLength(size: number, bits: number = frameBits): number {
  return frameCount(size, bits) * indexEntryBytes + 4;
}

export function encodePackHeader(id: number): Buffer {
  const bytes = Buffer.alloc(packHeaderBytes);
  packMagic.copy(bytes, 0);
  bytes.writeUInt32LE(version, 8);
  bytes.writeBigUInt64LE(BigInt(id), 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, packHeaderBytes - 4)), packHeaderBytes - 4);
  return bytes;
}

/** The id in a pack's header; null when these bytes are none. */
export function decodePackHeader(bytes: Uint8Array): number | null {
  if (bytes.length < packHeaderBytes) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, packHeaderBytes);
  if (!view.subarray(0, packMagic.length).equals(packMagic) || view.readUInt32LE(8) !== version) return null;
  if (view.readUInt32LE(packHeaderBytes - 4) !== crc32(view.subarray(0, packHeaderBytes - 4))) return null;
  return Number(view.readBigUInt64LE(12));
}

/** u64 without BigInt: all our numbers stay below 2^53. */
function writeU64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

export function encodeRecordHeader(header: RecordHeader): Buffer {
  const bytes = Buffer.alloc(recordHeaderBytes);
  recordMagic.copy(bytes, 0);
  bytes[4] = version;
  bytes[5] = header.encrypted ? flagEncrypted : 0;
  bytes[6] = header.frameBits;
  writeU64(bytes, header.tenantId, 8);
  header.hash.copy(bytes, 16);
  writeU64(bytes, header.size, 48);
  writeU64(bytes, header.bodyLength, 56);
  header.nonce.copy(bytes, 64);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 76)), 76);
  return bytes;
}

/** A record's header; null when these bytes are none or are damaged. */
export function decodeRecordHeader(bytes: Buffer): RecordHeader | null {
  if (bytes.length < recordHeaderBytes) return null;
  if (!bytes.subarray(0, 4).equals(recordMagic) || bytes[4] !== version) return null;
  if (bytes.readUInt32LE(76) !== crc32(bytes.subarray(0, 76))) return null;
  const size = readU64(bytes, 48);
  const bodyLength = readU64(bytes, 56);
  const bits = bytes[6] ?? 0;
  if (size > maxSize || bodyLength > maxSize || bits < 10 || bits > 24) return null;
  if (bodyLength < indexLength(size, bits)) return null;
  return {
    tenantId: readU64(bytes, 8),
    hash: bytes.subarray(16, 48),
    size,
    bodyLength,
    encrypted: ((bytes[5] ?? 0) & flagEncrypted) !== 0,
    frameBits: bits,
    nonce: bytes.subarray(64, 76),
  };
}

export function encodeIndex(entries: readonly FrameEntry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * indexEntryBytes + 4);
  let at = 0;
  for (const entry of entries) {
    bytes.writeUInt32LE((entry.length | (entry.zstd ? 0x8000_0000 : 0)) >>> 0, at);
    bytes.writeUInt32LE(entry.crc, at + 4);
    at += indexEntryBytes;
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

/** The index of a record; null when it is damaged or does not add up to the header's length. */
export function decodeIndex(bytes: Buffer, header: RecordHeader): FrameEntry[] | null {
  const count = frameCount(header.size, header.frameBits);
  if (bytes.length !== count * indexEntryBytes + 4) return null;
  if (bytes.readUInt32LE(bytes.length - 4) !== crc32(bytes.subarray(0, bytes.length - 4))) return null;
  const entries: FrameEntry[] = [];
  let total = bytes.length;
  for (let at = 0; at < count * indexEntryBytes; at += indexEntryBytes) {
    const word = bytes.readUInt32LE(at);
    const length = word & 0x7fff_ffff;
    total += length;
    entries.push({ length, zstd: word >>> 31 === 1, crc: bytes.readUInt32LE(at + 4) });
  }
  return total === header.bodyLength ? entries : null;
}
