import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniqueId } from './unique.ts';

const shape = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const filled =
  (value: number) =>
  <T extends ArrayBufferView>(array: T): T => {
    if (array instanceof Uint8Array) array.fill(value);
    return array;
  };

test('RFC 9562 §5.4: ids have version and variant, made by the browser or by us, whatever is drawn', () => {
  assert.match(uniqueId(), shape);
  for (const value of [0, 0x5a, 0xff]) assert.match(uniqueId({ getRandomValues: filled(value) }), shape);
  const bare = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  assert.equal(new Set(Array.from({ length: 1000 }, () => uniqueId(bare))).size, 1000);
});
