import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultFlowLimits } from '../limits.ts';
import { nextAttempt } from './backoff.ts';

const waits = [100, 200, 400];

test('waits grow along the schedule and the last one repeats (RFC 5321 §4.5.4.1)', () => {
  const due = (attempts: number): number => nextAttempt(1000, attempts, waits, 0, 1e9, 0);
  assert.deepEqual([1, 2, 3, 4, 50].map(due), [1100, 1200, 1400, 1400, 1400]);
});

test('chance only makes a wait longer, up to its share', () => {
  assert.equal(nextAttempt(0, 1, waits, 0.5, 1e9, 0), 100);
  assert.equal(nextAttempt(0, 1, waits, 0.5, 1e9, 0.999), 150);
});

test('the last attempt comes when the time is over, and never in the past', () => {
  assert.equal(nextAttempt(1000, 3, waits, 0, 1250, 0), 1250);
  assert.equal(nextAttempt(1000, 3, waits, 0, 900, 0), 1001);
});

test('the default schedule tries at least 25 times in its five days and waits 30 minutes or more on average', () => {
  const { backoffMs, expireAfterMs } = defaultFlowLimits;
  let attempts = 0;
  for (let at = 0; at < expireAfterMs; attempts += 1)
    at = nextAttempt(at, attempts + 1, backoffMs, 0, expireAfterMs, 0);
  assert.ok(attempts >= 25 && attempts <= 240, `${attempts} attempts`);
});
