import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lowerBound, parseUids, without } from './uid-vector.ts';

const of = (...uids: number[]): Uint32Array => Uint32Array.from(uids);

test('numbers joined by commas are appended, however many were expected', () => {
  for (const expected of [0, 1, 3, 100]) {
    assert.deepEqual(parseUids('3,70,4294967295', of(1), expected), of(1, 3, 70, 4_294_967_295));
  }
  const before = of(1, 2);
  assert.equal(parseUids('', before, 5), before);
});

test('what is missing is taken out of a new array; nothing missing gives the same one', () => {
  const uids = of(1, 5, 9);
  assert.deepEqual(without(uids, [5, 7]), of(1, 9));
  assert.equal(without(uids, []), uids);
  assert.equal(without(uids, [2, 100]), uids);
});

test('lower bound', () => {
  const uids = of(2, 4, 6);
  assert.deepEqual(
    [1, 2, 3, 6, 7].map(uid => lowerBound(uids, uid)),
    [0, 0, 1, 2, 3],
  );
  assert.equal(lowerBound(of(), 5), 0);
});
