import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretchesOf, type WantedRecord } from './read-together.ts';

const hash = new Uint8Array(32);

function wanted(
  ...places: readonly (readonly [pack: number, offset: number, length: number])[]
): WantedRecord[] {
  return places.map(([pack, offset, length], at) => ({
    location: { pack, offset, length, size: length },
    hash,
    at,
  }));
}

function shape(records: WantedRecord[]): unknown[] {
  return stretchesOf(records).map(each => [
    each.pack,
    each.offset,
    each.length,
    each.records.map(record => record.at),
  ]);
}

test('neighbours in a pack are read together, in whatever order they are wanted', () => {
  assert.deepEqual(shape(wanted([1, 3_000, 500], [1, 32, 1_000], [1, 1_032, 1_000])), [
    [1, 32, 3_468, [1, 2, 0]],
  ]);
});

test('a small gap is read along, a wide one, another pack and a full stretch end it', () => {
  assert.deepEqual(shape(wanted([1, 0, 100], [1, 4_196, 100], [1, 9_000, 100], [2, 9_100, 100])), [
    [1, 0, 4_296, [0, 1]],
    [1, 9_000, 100, [2]],
    [2, 9_100, 100, [3]],
  ]);
  assert.deepEqual(shape(wanted([1, 0, 80_000], [1, 80_000, 80_000])), [
    [1, 0, 80_000, [0]],
    [1, 80_000, 80_000, [1]],
  ]);
});

test('the same body twice is read once, and a long record is left out', () => {
  assert.deepEqual(shape(wanted([1, 0, 100], [1, 0, 100], [1, 100, 131_073])), [[1, 0, 100, [0, 1]]]);
  assert.deepEqual(shape([]), []);
});
