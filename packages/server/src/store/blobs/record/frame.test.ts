import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  decodeFrame,
  encodeFrame,
  type OpenedFrame,
  openFrame,
  plainFrames,
  type RecordEnd,
} from './frame.ts';
import { type FrameEntry, frameBits, frameBytes, type RecordHeader } from './record-format.ts';

const key = Buffer.alloc(32, 1);
const nonce = Buffer.alloc(12, 2);
const hash = Buffer.alloc(32, 3);

function header(size: number, more: Partial<RecordHeader> = {}): RecordHeader {
  return { tenantId: 1, hash, size, bodyLength: 0, encrypted: true, frameBits, nonce, ...more };
}

const text = Buffer.from('会议改到周五下午三点。'.repeat(300));

/** A frame in one piece. */
async function encode(
  ...parameters: Parameters<typeof encodeFrame>
): Promise<{ bytes: Buffer; entry: FrameEntry }> {
  const { parts, entry } = await encodeFrame(...parameters);
  return { bytes: Buffer.concat(parts), entry };
}

test('text is compressed, random bytes are not, and both come back', async () => {
  for (const [plain, zstd] of [
    [text, true],
    [randomBytes(5000), false],
    [Buffer.alloc(0), false],
  ] as const) {
    const end: RecordEnd = { hash, size: plain.length };
    const { bytes, entry } = await encode(plain, 0, key, nonce, end);
    assert.equal(entry.zstd, zstd);
    assert.deepEqual(decodeFrame(bytes, entry, 0, header(plain.length), key), plain);
  }
});

test('a frame is bound to its place, its record, its key and its end', async () => {
  const size = frameBytes + text.length;
  const { bytes, entry } = await encode(text, 1, key, nonce, { hash, size });
  assert.deepEqual(decodeFrame(bytes, entry, 1, header(size), key), text);
  const other = Buffer.alloc(32, 9);
  assert.equal(decodeFrame(bytes, entry, 1, header(size), other), null, 'another key');
  assert.equal(decodeFrame(bytes, entry, 1, header(size, { hash: other }), key), null, 'another body');
  assert.equal(decodeFrame(bytes, entry, 1, header(size, { nonce: Buffer.alloc(12) }), key), null, 'nonce');
  assert.equal(decodeFrame(bytes, entry, 0, header(text.length), key), null, 'another place');
  assert.equal(decodeFrame(bytes, entry, 1, header(size + frameBytes), key), null, 'not the last');
  assert.equal(decodeFrame(bytes, { ...entry, zstd: false }, 1, header(size), key), null, 'codec');
});

test('a frame that expands beyond its size is refused without filling memory', async () => {
  const { bytes, entry } = await encode(Buffer.alloc(frameBytes), 0, null, nonce, null);
  assert.equal(decodeFrame(bytes, entry, 0, header(100, { encrypted: false }), key), null);
});

test('the same bytes under two nonces or at two places look different', async () => {
  const plain = randomBytes(1000);
  const one = await encode(plain, 0, key, nonce, null);
  const two = await encode(plain, 1, key, nonce, null);
  const three = await encode(plain, 0, key, randomBytes(12), null);
  assert.notDeepEqual(one.bytes, two.bytes);
  assert.notDeepEqual(one.bytes, three.bytes);
});

/** Frames of several bodies, opened: every third one is not compressed. */
async function opened(count: number): Promise<{ bodies: Buffer[]; frames: OpenedFrame[] }> {
  const bodies = Array.from({ length: count }, (_, n) =>
    n % 3 === 2 ? randomBytes(3_000) : Buffer.from(`第${n}封：${'请确认数量与交货期。'.repeat(60 + n)}`),
  );
  const frames: OpenedFrame[] = [];
  for (const body of bodies) {
    const { bytes, entry } = await encode(body, 0, key, nonce, { hash, size: body.length });
    const frame = openFrame(bytes, entry, 0, header(body.length), key);
    assert.ok(frame);
    frames.push(frame);
  }
  return { bodies, frames };
}

test('frames of several bodies come back together, however many there are', async () => {
  for (const count of [0, 1, 2, 7, 400]) {
    const { bodies, frames } = await opened(count);
    assert.deepEqual(plainFrames(frames), bodies, `${count} frames`);
  }
});

test('a frame among others that is not what it should be spoils none of them', async () => {
  const { bodies, frames } = await opened(7);
  const [, , , damaged] = frames;
  assert.ok(damaged);
  for (const bytes of [Buffer.alloc(20, 7), damaged.bytes.subarray(0, 30), Buffer.alloc(0)]) {
    const found = plainFrames(frames.with(3, { ...damaged, bytes }));
    assert.deepEqual(found, [...bodies.slice(0, 3), null, ...bodies.slice(4)]);
  }
  for (const more of [-1, 1]) {
    const found = plainFrames(frames.with(3, { ...damaged, length: damaged.length + more }));
    assert.deepEqual(found, [...bodies.slice(0, 3), null, ...bodies.slice(4)]);
  }
});
