import type { TenantId } from '../../../platform/ids.ts';
import type { TenantKeySet } from '../../../platform/secrets/tenant-keys.ts';
import type { BlobHash } from '../../blob-store.ts';
import type { PackReader } from '../packs/pack-engine.ts';
import { type OpenedFrame, plainFrames } from './frame.ts';
import { freeOwn } from './free-memory.ts';
import type { BlobLocation } from './record-format.ts';
import { DamagedRecord, openSingleFrame, openWhole } from './record-reader.ts';

/** Longest stretch of a pack that is read at once, bytes: about what a run of small bodies takes that are answered together. */
const stretchBytes = 128 * 1024;
/** Bytes between two records that are rather read along than skipped. */
const gapBytes = 4 * 1024;

/** A record that is wanted, and the place of its body in the answer. */
export interface WantedRecord {
  readonly location: BlobLocation;
  readonly hash: BlobHash;
  readonly at: number;
}

/** Neighbours in a pack, in the order of their offsets. */
export interface Stretch {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly records: readonly WantedRecord[];
}

/**
 * Groups records into stretches for one read each. Records that are longer than a stretch are left out: they are read by
 * themselves.
 */
export function stretchesOf(wanted: readonly WantedRecord[]): Stretch[] {
  const sorted = wanted
    .filter(({ location }) => location.length <= stretchBytes)
    .sort((a, b) => a.location.pack - b.location.pack || a.location.offset - b.location.offset);
  const stretches: Stretch[] = [];
  let records: WantedRecord[] = [];
  let pack = -1;
  let first = 0;
  let end = 0;
  const finish = (): void => {
    if (records.length > 0) stretches.push({ pack, offset: first, length: end - first, records });
  };
  for (const record of sorted) {
    const { location } = record;
    const next = location.offset + location.length;
    if (location.pack !== pack || location.offset - end > gapBytes || next - first > stretchBytes) {
      finish();
      records = [];
      ({ pack, offset: first } = location);
      end = first;
    }
    records.push(record);
    end = Math.max(end, next);
  }
  finish();
  return stretches;
}

/**
 * Reads one stretch and hands out the bodies in it that are sound and of one frame, without leaving the turn in between.
 * The others are the business of those who look at one body with care.
 */
export async function readStretch(
  reader: PackReader,
  stretch: Stretch,
  tenantId: TenantId,
  keys: TenantKeySet,
  found: (at: number, body: Buffer) => void,
): Promise<void> {
  const bytes = Buffer.allocUnsafeSlow(stretch.length);
  const read = await reader.read(bytes, stretch.offset);
  const places: number[] = [];
  const frames: OpenedFrame[] = [];
  for (const { location, hash, at } of stretch.records) {
    const start = location.offset - stretch.offset;
    if (start + location.length > read) break;
    try {
      const whole = bytes.subarray(start, start + location.length);
      const frame = openSingleFrame(openWhole(whole, location, tenantId, hash), keys);
      if (!frame) continue;
      frames.push(frame);
      places.push(at);
    } catch (error) {
      if (!(error instanceof DamagedRecord)) throw error;
    }
  }
  for (const [nth, body] of plainFrames(frames).entries()) {
    const at = places[nth];
    if (body && at !== undefined) found(at, body);
  }
  // A body that is stored as it is lies in these bytes. Of all others nothing is left in them.
  if (!frames.some(frame => !frame.zstd && frame.bytes.buffer === bytes.buffer)) freeOwn(bytes);
}
