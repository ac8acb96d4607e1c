import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePhc, encodePhc } from './phc.ts';

const hash = {
  memory: 19_456,
  passes: 2,
  parallelism: 1,
  salt: new Uint8Array(16).fill(7),
  tag: new Uint8Array(32).fill(9),
};

test('a PHC string is read back as it was written', () => {
  const text = encodePhc(hash);
  assert.match(text, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  const read = decodePhc(text);
  assert.deepEqual(
    read && { ...read, salt: Uint8Array.from(read.salt), tag: Uint8Array.from(read.tag) },
    hash,
  );
});

test('a PHC string with other algorithms, parameters out of bounds or broken fields is refused', () => {
  const good = encodePhc(hash);
  for (const bad of [
    '',
    good.replace('argon2id', 'argon2i'),
    good.replace('v=19', 'v=16'),
    good.replace('m=19456', 'm=99999999'),
    good.replace('t=2', 't=0'),
    good.replace('p=1', 'p=1e3'),
    good.replace(',p=1', ''),
    `${good}$x`,
    good.slice(0, good.lastIndexOf('$')),
    good.replace(/\$[^$]*$/, '$!!!!'),
    'x'.repeat(100_000),
  ]) {
    assert.equal(decodePhc(bad), null, bad.slice(0, 80));
  }
});
