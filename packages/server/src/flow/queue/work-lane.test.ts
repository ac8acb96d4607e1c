import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Job, type LaneLimits, WorkLane } from './work-lane.ts';

/** A lane whose jobs end when told. */
function controlled(limits: LaneLimits): {
  lane: WorkLane;
  running: string[];
  time: { now: number };
  readonly job: (name: string, key: string) => Job;
  readonly end: (name: string) => Promise<void>;
} {
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const time = { now: 0 };
  const lane = new WorkLane(
    limits,
    () => time.now,
    () => undefined,
  );
  const job = (name: string, key: string): Job => ({
    key,
    destinations: [key],
    run: () => {
      running.push(name);
      return new Promise(resolve => ends.set(name, resolve));
    },
  });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise(resolve => setImmediate(resolve));
  };
  return { lane, running, time, job, end };
}

test('a key runs no more than its share, in order, and holds up nobody else', async () => {
  const { lane, running, job, end } = controlled({ total: 3, perKey: 2 });
  for (const name of ['a1', 'a2', 'a3', 'a4']) lane.add(job(name, 'a'));
  lane.add(job('b1', 'b'));
  lane.add(job('b2', 'b'));
  assert.deepEqual(running, ['a1', 'a2', 'b1']);
  assert.deepEqual([...lane.crowded].toSorted(), ['a', 'b']);
  await end('b1');
  assert.deepEqual(running.slice(3), ['b2']);
  await end('a2');
  await end('a1');
  assert.deepEqual(running.slice(4), ['a3', 'a4']);
  assert.equal(lane.crowded.size, 0);
});

test('a limit per minute is spread over the minute', () => {
  const { lane, running, time, job } = controlled({ total: 100, perKey: 100, perMinute: 2 });
  for (const name of ['1', '2', '3', '4']) lane.add(job(name, 'a'));
  assert.deepEqual(running, ['1', '2']);
  time.now = 29_999;
  lane.start();
  assert.equal(running.length, 2);
  time.now = 30_000;
  lane.start();
  assert.equal(running.length, 3);
  time.now = 10;
  lane.start();
  assert.equal(running.length, 3, 'a clock set back gives nothing away');
});

test('a stopped lane starts nothing more, returns what waited, and is idle when the rest has ended', async () => {
  const { lane, running, job, end } = controlled({ total: 1, perKey: 1 });
  lane.add(job('1', 'a'));
  lane.add(job('2', 'a'));
  assert.deepEqual(
    lane.stop().map(left => left.key),
    ['a'],
  );
  let idle = false;
  const waiting = lane.idle().then(() => (idle = true));
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(idle, false);
  await end('1');
  await waiting;
  assert.deepEqual(running, ['1']);
});
