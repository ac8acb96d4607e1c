import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { createNotifier, type NotifyTransport, noticeIntervalMs } from './notifier.ts';

class FakeTransport implements NotifyTransport {
  readonly published: [number, number][] = [];
  readonly interest: [number, boolean][] = [];
  remote: ((accountId: number, modseq: number) => void) | null = null;

  publish(accountId: number, modseq: number): void {
    this.published.push([accountId, modseq]);
  }

  onRemote(listener: (accountId: number, modseq: number) => void): Disposable {
    this.remote = listener;
    return {
      [Symbol.dispose]: () => {
        this.remote = null;
      },
    };
  }

  setInterest(accountId: number, on: boolean): void {
    this.interest.push([accountId, on]);
  }

  isHome(accountId: number): boolean {
    return accountId < 10;
  }
}

test('the first notice comes at once, then at most one per interval with the newest modseq', () => {
  const clock = new FakeClock();
  using notifier = createNotifier({ clock, log: silentLog });
  const heard: number[] = [];
  using _one = notifier.subscribe(1, modseq => heard.push(modseq));
  notifier.changed(1, 10);
  notifier.changed(1, 11);
  notifier.changed(1, 12);
  notifier.changed(2, 99);
  assert.deepEqual(heard, [10]);
  clock.advance(noticeIntervalMs - 1);
  assert.deepEqual(heard, [10]);
  clock.advance(1);
  assert.deepEqual(heard, [10, 12]);
  clock.advance(10 * noticeIntervalMs);
  notifier.changed(1, 12);
  notifier.changed(1, 5);
  assert.deepEqual(heard, [10, 12], 'old news is none');
  notifier.changed(1, 13);
  assert.deepEqual(heard, [10, 12, 13]);
});

test('changes of the accounts that a process looks after are told, wherever they were made, and no others', () => {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  using notifier = createNotifier({ clock, log: silentLog, transport });
  using alone = createNotifier({ clock, log: silentLog });
  const heard: number[] = [];
  const home = notifier.onHomeChange(accountId => heard.push(accountId));
  using _alone = alone.onHomeChange(accountId => heard.push(-accountId));
  notifier.changed(1, 10);
  notifier.changed(11, 10);
  transport.remote?.(2, 5);
  transport.remote?.(12, 5);
  alone.changed(11, 10);
  assert.deepEqual(heard, [1, 2, -11]);
  home[Symbol.dispose]();
  notifier.changed(1, 11);
  assert.equal(heard.length, 3);
});

test('who listens no more hears nothing, and no timer stays behind', () => {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  using notifier = createNotifier({ clock, log: silentLog, transport });
  const heard: string[] = [];
  const a = notifier.subscribe(1, modseq => heard.push(`a${modseq}`));
  const b = notifier.subscribe(1, modseq => heard.push(`b${modseq}`));
  notifier.changed(1, 1);
  notifier.changed(1, 2);
  a[Symbol.dispose]();
  a[Symbol.dispose]();
  clock.advance(noticeIntervalMs);
  assert.deepEqual(heard, ['a1', 'b1', 'b2']);
  b[Symbol.dispose]();
  notifier.changed(1, 3);
  clock.advance(noticeIntervalMs);
  assert.equal(heard.length, 3);
  assert.deepEqual(transport.interest, [
    [1, true],
    [1, false],
  ]);
});

test('a listener that fails harms nobody', () => {
  using notifier = createNotifier({ clock: new FakeClock(), log: silentLog });
  const heard: number[] = [];
  using _bad = notifier.subscribe(1, () => {
    throw new Error('no');
  });
  using _good = notifier.subscribe(1, modseq => heard.push(modseq));
  notifier.changed(1, 4);
  assert.deepEqual(heard, [4]);
});

test('notices go to other processes and come from them, without going round', () => {
  const transport = new FakeTransport();
  const heard: number[] = [];
  {
    using notifier = createNotifier({ clock: new FakeClock(), log: silentLog, transport });
    using _one = notifier.subscribe(1, modseq => heard.push(modseq));
    transport.remote?.(1, 7);
    transport.remote?.(3, 8);
    assert.deepEqual([heard, transport.published], [[7], []]);
    notifier.changed(5, 9);
    assert.deepEqual(transport.published, [[5, 9]]);
  }
  assert.equal(transport.remote, null);
});
