import assert from 'node:assert/strict';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeClock } from '../../platform/clock.ts';
import { collectLessOften } from './heap.ts';

interface Entry {
  readonly detail: { readonly flags: number };
}

test('what starting left is collected a while later, once, though nobody asks for memory', async t => {
  // Collections of all there is: V8's own, which come when they like, are not of that kind.
  let thorough = 0;
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries() as unknown as readonly Entry[])
      if ((entry.detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE) !== 0)
        thorough += 1;
  });
  observer.observe({ entryTypes: ['gc'] });
  t.after(() => observer.disconnect());
  const clock = new FakeClock();
  collectLessOften(clock);
  const after = async (ms: number): Promise<number> => {
    clock.advance(ms);
    await sleep(20);
    return thorough;
  };
  assert.equal(await after(14_000), 0, 'not while it starts');
  const first = await after(2_000);
  assert.ok(first > 0);
  assert.equal(await after(3_600_000), first, 'and not again');
  assert.equal('gc' in globalThis, false);
});
