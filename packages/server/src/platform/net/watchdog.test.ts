import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../clock.ts';
import { Watchdog } from './watchdog.ts';

function watched(): {
  state: { waiting: boolean; progress: number; received: number; expired: number };
  clock: FakeClock;
  dog: Watchdog;
} {
  const state = { waiting: true, progress: 0, received: 0, expired: 0 };
  const clock = new FakeClock();
  const dog = new Watchdog(clock, {
    waiting: () => state.waiting,
    progress: () => state.progress,
    received: () => state.received,
    expired: () => {
      state.expired += 1;
      dog.stop();
    },
  });
  return { state, clock, dog };
}

test('waiting without progress expires after the idle time, at most a quarter later', () => {
  const { state, clock, dog } = watched();
  dog.idleAfter(1000);
  clock.advance(999);
  assert.equal(state.expired, 0);
  state.progress += 1;
  clock.advance(1000);
  assert.equal(state.expired, 0);
  clock.advance(250);
  assert.equal(state.expired, 1);
});

test('our own work and a jumping clock do not count', () => {
  const { state, clock, dog } = watched();
  dog.idleAfter(1000);
  state.waiting = false;
  clock.advance(60_000);
  clock.jump(clock.now() + 1_000_000_000);
  state.waiting = true;
  clock.jump(clock.now() - 2_000_000_000);
  assert.equal(state.expired, 0);
});

test('a changed idle time starts anew, zero means none', () => {
  const { state, clock, dog } = watched();
  dog.idleAfter(1000);
  clock.advance(900);
  dog.idleAfter(2000);
  clock.advance(1900);
  assert.equal(state.expired, 0);
  dog.idleAfter(0);
  clock.advance(1_000_000);
  assert.equal(state.expired, 0);
});

test('the minimum rate is asked per window, and only while it is demanded', () => {
  const { state, clock, dog } = watched();
  dog.demand({ bytes: 100, windowMs: 10 });
  for (let window = 0; window < 5; window += 1) {
    state.received += 100;
    clock.advance(10);
  }
  assert.equal(state.expired, 0);
  dog.demand(null);
  clock.advance(100);
  assert.equal(state.expired, 0);
  dog.demand({ bytes: 100, windowMs: 10 });
  state.received += 99;
  clock.advance(10);
  assert.equal(state.expired, 1);
});
