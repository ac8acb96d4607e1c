import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { FakeS3 } from '@hongyan/testkit/stores/fake-s3.ts';
import type { BlobRef } from '../../src/store/blob-store.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector } from '../../src/store/blobs/garbage/collector.ts';
import type { MergeOptions } from '../../src/store/blobs/objects/merger.ts';
import { ObjectPacker } from '../../src/store/blobs/objects/packer.ts';
import { type FixtureOptions, openFixture, type SpoolFixture, storeBody } from './spool-fixture.ts';

export const hour: number = 60 * 60 * 1000;
export const day: number = 24 * hour;
const check = { deep: true, repair: false };
/** One store for a whole test file, which stops it at its end. */
export const s3: FakeS3 = await FakeS3.start();
export const right: AsyncDisposable & { readonly held: boolean } = {
  held: true,
  [Symbol.asyncDispose]: async () => undefined,
};
export const fast: MergeOptions = { bytesPerSecond: Infinity, smallBytes: 1_000_000 };

export function prefixOf(directory: string): string {
  return `${directory.slice(directory.lastIndexOf('/') + 1)}/`;
}

export function openObjects(directory: string, options: FixtureOptions = {}): Promise<SpoolFixture> {
  const objects = { prefix: prefixOf(directory), packBytes: 2_000_000, ...options.objects };
  return openFixture(directory, { ...options, s3, objects });
}

export function keysOf(directory: string): string[] {
  return [...s3.objects.keys()].filter(key => key.startsWith(prefixOf(directory))).toSorted();
}

export async function merge(store: SpoolFixture, all = false, options: MergeOptions = fast): Promise<number> {
  assert.ok(store.objects);
  await using packer = new ObjectPacker(store.blobs, store.objects, async () => right, { merge: options });
  return (await packer.round(all)).merged;
}

export interface Stored {
  readonly body: Buffer;
  readonly ref: BlobRef;
}

/** Bodies that each become an object of their own, which their process has let go. */
export async function storeAlone(store: SpoolFixture, count: number, size = 120_000): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (let n = 0; n < count; n += 1) {
    const body = randomBytes(size);
    stored.push({ body, ref: await storeBody(store.blobs, 1, 10, body) });
  }
  await store.objects?.endPack();
  return stored;
}

export async function readAll(store: SpoolFixture, stored: readonly Stored[]): Promise<void> {
  for (const { body, ref } of stored) assert.ok(body.equals(await store.blobs.read(1, ref.hash)));
}

export async function generations(store: SpoolFixture, count: number): Promise<void> {
  await using collector = new BlobCollector(store.blobs, async () => [], { bytesPerSecond: Infinity });
  for (let n = 0; n < count; n += 1) {
    store.clock.advance(hour);
    await collector.collect();
  }
}

export async function sound(store: SpoolFixture): Promise<void> {
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
}
