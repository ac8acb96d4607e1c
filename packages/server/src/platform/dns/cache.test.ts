import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../clock.ts';
import { cachingResolver } from './cache.ts';
import type { DnsAnswer, Resolver } from './resolver.ts';

function counting(answers: DnsAnswer<string>[]): { resolver: Resolver; asked: string[] } {
  const asked: string[] = [];
  const none = async (): Promise<{ kind: 'nodata' }> => ({ kind: 'nodata' });
  const a = async (name: string): Promise<DnsAnswer<string>> => {
    asked.push(name);
    return answers[Math.min(asked.length, answers.length) - 1] ?? { kind: 'nodata' };
  };
  return { asked, resolver: { mx: none, a, aaaa: none, txt: none, ptr: none, cname: none } };
}

test('an answer is used again until its time is over, and equal questions share one query', async () => {
  const { resolver, asked } = counting([{ kind: 'records', records: ['192.0.2.1'] }]);
  const clock = new FakeClock();
  const cached = cachingResolver(resolver, clock, { keepMs: 1000 });
  const [first, second] = await Promise.all([cached.a('a.test'), cached.a('A.test')]);
  assert.deepEqual(first, second);
  assert.equal(asked.length, 1);
  clock.advance(999);
  await cached.a('a.test');
  assert.equal(asked.length, 1);
  clock.advance(1);
  await cached.a('a.test');
  assert.equal(asked.length, 2);
});

test('a temporary failure is not remembered; nxdomain is', async () => {
  const { resolver, asked } = counting([{ kind: 'temporary', reason: 'ETIMEOUT' }, { kind: 'nxdomain' }]);
  const cached = cachingResolver(resolver, new FakeClock());
  assert.equal((await cached.a('a.test')).kind, 'temporary');
  assert.equal((await cached.a('a.test')).kind, 'nxdomain');
  assert.equal((await cached.a('a.test')).kind, 'nxdomain');
  assert.equal(asked.length, 2);
});

test('the cache is bounded and a clock set back does not keep answers for ever', async () => {
  const { resolver, asked } = counting([{ kind: 'nodata' }]);
  const clock = new FakeClock();
  const cached = cachingResolver(resolver, clock, { maxAnswers: 2, keepMs: 1000 });
  for (const name of ['a.test', 'b.test', 'c.test', 'a.test']) await cached.a(name);
  assert.equal(asked.length, 4, 'the oldest answer made room');
  clock.jump(clock.now() - 86_400_000);
  await cached.a('a.test');
  assert.equal(asked.length, 5);
});
