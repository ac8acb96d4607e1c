import { createHmac } from 'node:crypto';
import type { TenantId } from '../../../platform/ids.ts';
import type { TenantKeySet } from '../../../platform/secrets/tenant-keys.ts';
import type { PackReader } from '../packs/pack-engine.ts';
import { decodeFrame, frameIntact, type OpenedFrame, openFrame, plainFrame } from './frame.ts';
import {
  type BlobLocation,
  decodeIndex,
  decodeRecordHeader,
  type FrameEntry,
  indexLength,
  type RecordHeader,
  recordHeaderBytes,
} from './record-format.ts';

/** Records up to this length are read with one call. */
const wholeBytes = 256 * 1024;
/** Most stored bytes read at once for a range. */
const sliceBytes = 1024 * 1024;

/** A record that is not what it should be. Callers turn it into `store.corrupt` with the place. */
export class DamagedRecord extends Error {}

/** A record, opened: its header and index are read and sound. */
export interface OpenRecord {
  readonly header: RecordHeader;
  readonly entries: readonly FrameEntry[];
  /** The whole record, when it is small. */
  readonly whole: Buffer | null;
}

async function readExactly(file: PackReader, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  if ((await file.read(bytes, position)) !== length) throw new DamagedRecord('the file ends too early');
  return bytes;
}

/** A record's header, checked against where and whose it should be. Throws `DamagedRecord`. */
function headerOf(head: Buffer, location: BlobLocation, tenantId: TenantId, hash: Uint8Array): RecordHeader {
  const header = decodeRecordHeader(head);
  if (!header) throw new DamagedRecord('no record here');
  if (header.tenantId !== tenantId || !header.hash.equals(hash)) throw new DamagedRecord('another record');
  if (header.size !== location.size || header.bodyLength + recordHeaderBytes !== location.length) {
    throw new DamagedRecord('lengths differ from the table');
  }
  return header;
}

/** Header and index of a record that is in memory as a whole. Throws `DamagedRecord` unless it is this body's. */
export function openWhole(
  whole: Buffer,
  location: BlobLocation,
  tenantId: TenantId,
  hash: Uint8Array,
): OpenRecord {
  const header = headerOf(whole, location, tenantId, hash);
  const index = whole.subarray(whole.length - indexLength(header.size, header.frameBits));
  const entries = decodeIndex(index, header);
  if (!entries) throw new DamagedRecord('damaged index');
  return { header, entries, whole };
}

/** Reads header and index at a location and checks that they belong to this body. */
export async function openRecord(
  file: PackReader,
  location: BlobLocation,
  tenantId: TenantId,
  hash: Uint8Array,
): Promise<OpenRecord> {
  if (location.length <= wholeBytes) {
    return openWhole(await readExactly(file, location.offset, location.length), location, tenantId, hash);
  }
  const head = await readExactly(file, location.offset, recordHeaderBytes);
  const header = headerOf(head, location, tenantId, hash);
  const indexBytes = indexLength(header.size, header.frameBits);
  const end = location.offset + location.length;
  const entries = decodeIndex(await readExactly(file, end - indexBytes, indexBytes), header);
  if (!entries) throw new DamagedRecord('damaged index');
  return { header, entries, whole: null };
}

/** Calls back with each stored frame from `first` to `last`, reading several at once. */
async function* storedFrames(
  file: PackReader,
  location: BlobLocation,
  record: OpenRecord,
  first: number,
  last: number,
): AsyncGenerator<{ number: number; stored: Buffer; entry: FrameEntry }> {
  let at = recordHeaderBytes;
  for (let i = 0; i < first; i += 1) at += record.entries[i]?.length ?? 0;
  let number = first;
  while (number <= last) {
    let end = number;
    let length = 0;
    for (; end <= last; end += 1) {
      const next = record.entries[end]?.length ?? 0;
      if (end > number && length + next > sliceBytes) break;
      length += next;
    }
    const slice = record.whole
      ? record.whole.subarray(at, at + length)
      : await readExactly(file, location.offset + at, length);
    at += length;
    let from = 0;
    for (; number < end; number += 1) {
      const entry = record.entries[number];
      if (!entry) throw new DamagedRecord('index too short');
      yield { number, stored: slice.subarray(from, from + entry.length), entry };
      from += entry.length;
    }
  }
}

/** Original bytes [start, end) of a record, frame by frame. The range must lie inside the body. */
export async function* readFrames(
  file: PackReader,
  location: BlobLocation,
  record: OpenRecord,
  keys: TenantKeySet,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  if (start >= end) return;
  const bits = 2 ** record.header.frameBits;
  const first = Math.floor(start / bits);
  const last = Math.floor((end - 1) / bits);
  for await (const { number, stored, entry } of storedFrames(file, location, record, first, last)) {
    const plain = decodeFrame(stored, entry, number, record.header, keys.encryption);
    if (!plain) throw new DamagedRecord(`damaged frame ${number}`);
    yield plain.subarray(Math.max(0, start - number * bits), Math.min(plain.length, end - number * bits));
  }
}

/** The only frame of a record in memory; null when it has more. Throws `DamagedRecord`. */
export function openSingleFrame(record: OpenRecord, keys: TenantKeySet): OpenedFrame | null {
  const entry = record.entries[0];
  if (record.entries.length !== 1 || !entry || !record.whole) return null;
  const stored = record.whole.subarray(recordHeaderBytes, recordHeaderBytes + entry.length);
  const opened = openFrame(stored, entry, 0, record.header, keys.encryption);
  if (!opened) throw new DamagedRecord('damaged frame 0');
  return opened;
}

/** The body of a record of one frame, without leaving the turn: most mail. Null when it has more. */
export function readSingleFrame(record: OpenRecord, keys: TenantKeySet): Buffer | null {
  const opened = openSingleFrame(record, keys);
  if (!opened) return null;
  const plain = plainFrame(opened);
  if (!plain) throw new DamagedRecord('damaged frame 0');
  return plain;
}

/** Checks every frame of a record; with keys also that the body is the one its identity says. */
export async function verifyRecord(
  file: PackReader,
  location: BlobLocation,
  record: OpenRecord,
  keys: TenantKeySet | null,
): Promise<void> {
  const hmac = keys && createHmac('sha256', keys.identity);
  const { header, entries } = record;
  for await (const { number, stored, entry } of storedFrames(file, location, record, 0, entries.length - 1)) {
    if (!frameIntact(stored, entry)) throw new DamagedRecord(`damaged frame ${number}`);
    if (!keys || !hmac) continue;
    const plain = decodeFrame(stored, entry, number, header, keys.encryption);
    if (!plain) throw new DamagedRecord(`unreadable frame ${number}`);
    hmac.update(plain);
  }
  if (hmac && !hmac.digest().equals(header.hash)) throw new DamagedRecord('not the body it is named after');
}

/** Frames as one piece of `length` bytes. */
export async function collect(length: number, frames: AsyncIterable<Buffer>): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(length);
  let at = 0;
  for await (const frame of frames) {
    frame.copy(whole, at);
    at += frame.length;
  }
  return whole;
}
