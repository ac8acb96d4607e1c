import {
  type BlobLocation,
  decodeRecordHeader,
  packHeaderBytes,
  type RecordHeader,
  recordHeaderBytes,
  recordMagic,
} from '../record/record-format.ts';
import type { PackReader } from './pack-engine.ts';

export interface ScannedRecord {
  readonly location: BlobLocation;
  readonly header: RecordHeader;
}

const windowBytes = 1024 * 1024;

/** Finds the next place from `from` on that may begin a record; the file's size when there is none. */
async function nextMagic(file: PackReader, from: number, size: number): Promise<number> {
  const window = Buffer.allocUnsafe(windowBytes);
  for (let at = from; at < size; at += windowBytes - recordMagic.length) {
    const got = await file.read(window, at);
    const found = window.subarray(0, got).indexOf(recordMagic);
    if (found !== -1) return at + found;
    if (got < windowBytes) break;
  }
  return size;
}

/**
 * All records that a pack file seems to hold, in order, also behind damaged spots. Only headers are checked: a record
 * counts when its frames and its identity are verified too.
 */
export async function* scanPack(file: PackReader, pack: number): AsyncGenerator<ScannedRecord> {
  const size = await file.size();
  const head = Buffer.allocUnsafe(recordHeaderBytes);
  for (let at = packHeaderBytes; at + recordHeaderBytes <= size; ) {
    const got = await file.read(head, at);
    const header = got === recordHeaderBytes ? decodeRecordHeader(Buffer.from(head)) : null;
    const length = header ? recordHeaderBytes + header.bodyLength : 0;
    if (!header || at + length > size) {
      at = await nextMagic(file, at + 1, size);
      continue;
    }
    yield { location: { pack, offset: at, length, size: header.size }, header };
    at += length;
  }
}
