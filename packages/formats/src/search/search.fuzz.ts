import assert from 'node:assert/strict';
import type { FuzzTarget } from '../fuzz.ts';
import { holds } from './holds.ts';
import { planNeedle } from './needle.ts';
import { cutTerms } from './tokens.ts';

/**
 * Takes `bytes` as a text and looks for pieces of it: each must be found by its plan. Where a plan is exact, it must not
 * find what is not there either.
 */
export function fuzz(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString('utf8').slice(0, 2_000);
  const units = Buffer.from(bytes.subarray(0, 400)).toString('utf16le');
  cutTerms(units, [], 50);
  planNeedle(units);
  const terms: string[] = [];
  assert.ok(cutTerms(text, terms, 1_000_000));
  for (const term of terms) assert.ok(!/[\s"!-/:-@[-`{-~]/.test(term), 'terms need no quoting');
  const seed = bytes[0] ?? 0;
  const step = Math.max(1, Math.floor(text.length / 16));
  for (let start = seed % step; start < text.length; start += step) {
    for (const length of [1, 2, 3, 5, 17, 40, 90]) {
      const needle = text.slice(start, start + length);
      const plan = planNeedle(needle);
      if (plan) assert.ok(holds(terms, plan.pieces), `found: ${JSON.stringify(needle)}`);
      const other = needle.slice(1) + needle.slice(0, 1);
      const turned = planNeedle(other);
      if (turned?.exact)
        assert.equal(holds(terms, turned.pieces), text.includes(other), JSON.stringify(other));
    }
  }
}

export const target: FuzzTarget = {
  name: 'search',
  seeds: () => ['合同编号 re-port', 'a 長 b', '😀€'].map(text => Buffer.from(text)),
  dictionary: ['长江', 'の', '회의', '-', ' ', '😀', '\ufe0f', '\u0301', 'ß', '@', '0'],
  run: fuzz,
};
