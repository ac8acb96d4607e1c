import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../platform/clock.ts';
import { isMailError } from '../platform/errors.ts';
import { AttemptLimiter, defaultAttemptLimits } from './attempt-limiter.ts';

function limited(limiter: AttemptLimiter, address: string, login: string): number {
  try {
    limiter.check(address, login);
    return 0;
  } catch (error) {
    assert.ok(isMailError(error, 'auth.too_many_attempts'));
    return Number(error.fields['seconds']);
  }
}

function fail(limiter: AttemptLimiter, times: number, address: string, login: string): void {
  for (let i = 0; i < times; i += 1) limiter.failed(address, login);
}

test('the delay of a login from one address doubles up to its ceiling and runs out', () => {
  const clock = new FakeClock();
  const limiter = new AttemptLimiter(clock);
  fail(limiter, 5, '192.0.2.1', 'a@x.test');
  assert.equal(limited(limiter, '192.0.2.1', 'a@x.test'), 0);
  const seconds: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    fail(limiter, 1, '192.0.2.1', 'a@x.test');
    seconds.push(limited(limiter, '192.0.2.1', 'a@x.test'));
  }
  assert.deepEqual(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  clock.advance(900_000);
  assert.equal(limited(limiter, '192.0.2.1', 'a@x.test'), 0);
});

test('guesses from elsewhere do not lock out an owner who signed in before', () => {
  const limiter = new AttemptLimiter(new FakeClock());
  limiter.succeeded('192.0.2.1', 'a@x.test');
  for (let i = 0; i < 200; i += 1) limiter.failed(`198.51.100.${i}`, 'a@x.test');
  assert.ok(limited(limiter, '203.0.113.5', 'a@x.test') > 0);
  assert.equal(limited(limiter, '192.0.2.1', 'a@x.test'), 0);
});

test('an address that tries many logins is slowed for all of them, and an own success does not wash that away', () => {
  const limiter = new AttemptLimiter(new FakeClock());
  for (let i = 0; i < 40; i += 1) limiter.failed('192.0.2.1', `user${i}@x.test`);
  limiter.succeeded('192.0.2.1', 'mine@x.test');
  assert.ok(limited(limiter, '192.0.2.1', 'fresh@x.test') > 0);
  assert.equal(limited(limiter, '192.0.2.2', 'fresh@x.test'), 0);
});

test('IPv6 counts by /64, IPv4 in IPv6 as IPv4', () => {
  const limiter = new AttemptLimiter(new FakeClock());
  for (let i = 0; i < 6; i += 1) limiter.failed(`2001:db8:1:2::${i}`, 'a@x.test');
  for (let i = 0; i < 6; i += 1) limiter.failed('::ffff:192.0.2.1', 'a@x.test');
  assert.ok(limited(limiter, '2001:db8:1:2:ffff::', 'a@x.test') > 0);
  assert.ok(limited(limiter, '192.0.2.1', 'a@x.test') > 0);
  assert.equal(limited(limiter, '2001:db8:1:3::1', 'a@x.test'), 0);
});

test('a clock that is set back neither lengthens delays nor locks out for ever', () => {
  const clock = new FakeClock();
  const limiter = new AttemptLimiter(clock);
  fail(limiter, 6, '192.0.2.1', 'a@x.test');
  clock.jump(clock.now() - 86_400_000);
  assert.equal(limited(limiter, '192.0.2.1', 'a@x.test'), 1);
});

test('memory is bounded however many keys fail', () => {
  const limiter = new AttemptLimiter(new FakeClock(), { ...defaultAttemptLimits, maxKeys: 30 });
  fail(limiter, 6, '192.0.2.1', 'a@x.test');
  for (let i = 0; i < 100; i += 1) limiter.failed(`198.51.100.${i}`, 'b@x.test');
  assert.equal(limited(limiter, '192.0.2.1', 'a@x.test'), 0);
});

test('failures are shared with the other processes once', () => {
  const shared: string[] = [];
  const clock = new FakeClock();
  const other = new AttemptLimiter(clock);
  const limiter = new AttemptLimiter(clock, defaultAttemptLimits, (address, login) => {
    shared.push(`${address} ${login}`);
    other.failedElsewhere(address, login);
  });
  fail(limiter, 6, '192.0.2.1', 'a@x.test');
  assert.equal(shared.length, 6);
  assert.equal(limited(other, '192.0.2.1', 'a@x.test'), 1);
});
