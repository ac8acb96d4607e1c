import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packUids, unpackUids } from './uid-vector-rows.ts';

const of = (...uids: number[]): Uint32Array => Uint32Array.from(uids);

test('packed UIDs come back, from none to the largest (RFC 9051 §9 uniqueid)', () => {
  const cases = [of(), of(1), of(4_294_967_295), of(1, 2, 3, 130, 131, 20_000, 4_000_000_000, 4_294_967_295)];
  for (const uids of cases) assert.deepEqual(unpackUids(packUids(uids)), uids);
  const dense = Uint32Array.from({ length: 1_000 }, (_, i) => i + 1);
  assert.equal(packUids(dense).length, 1_000);
  for (let seed = 0; seed < 50; seed += 1)
    unpackUids(Uint8Array.from({ length: seed }, (_, i) => (i * 91 + seed * 7) & 0xff));
});
