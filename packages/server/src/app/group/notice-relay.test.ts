import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../notify/bus-message.ts';
import { NoticeRelay } from './notice-relay.ts';

function relayWithLog(): { relay: NoticeRelay; sent: [number, readonly Notice[]][]; clock: { now: number } } {
  const sent: [number, readonly Notice[]][] = [];
  const clock = { now: 0 };
  const relay = new NoticeRelay(
    (worker, notices) => sent.push([worker, notices]),
    () => clock.now,
    account => (account < 1_000 ? undefined : account % 1_000),
  );
  return { relay, sent, clock };
}

test('notices reach the workers that listen, never the one that sent them, and nobody else', () => {
  const { relay, sent } = relayWithLog();
  relay.setInterest(1, 7, true);
  relay.setInterest(2, 7, true);
  relay.setInterest(3, 8, true);
  relay.publish(1, [
    [7, 100],
    [9, 5],
  ]);
  assert.deepEqual(sent, [[2, [[7, 100]]]]);
});

test('interest that comes a moment after the change still gets the notice; later it does not', () => {
  const { relay, sent, clock } = relayWithLog();
  relay.publish(1, [[7, 100]]);
  clock.now = 1_000;
  relay.setInterest(1, 7, true);
  relay.setInterest(2, 7, true);
  assert.deepEqual(sent, [[2, [[7, 100]]]]);
  clock.now = 10_000;
  relay.setInterest(3, 7, true);
  assert.equal(sent.length, 1);
});

test('the worker that looks after an account hears of it once, whether it listens or not', () => {
  const { relay, sent } = relayWithLog();
  relay.setInterest(2, 1_002, true);
  relay.setInterest(3, 1_002, true);
  relay.publish(1, [
    [1_002, 5],
    [1_003, 6],
    [1_001, 7],
  ]);
  assert.deepEqual(sent, [
    [2, [[1_002, 5]]],
    [
      3,
      [
        [1_002, 5],
        [1_003, 6],
      ],
    ],
  ]);
  sent.length = 0;
  relay.publish(0, [[1_003, 8]], false);
  assert.deepEqual(sent, [], 'other nodes look after what they change');
});

test('who is gone or has stopped listening is forgotten, and so are old notices', () => {
  const { relay, sent, clock } = relayWithLog();
  for (let account = 1; account <= 100; account += 1) {
    relay.setInterest(1, account, true);
    relay.setInterest(2, account, true);
  }
  relay.remove(1);
  for (let account = 1; account <= 100; account += 1) relay.setInterest(2, account, false);
  for (let account = 1; account <= 100; account += 1) relay.publish(3, [[account, 1]]);
  assert.deepEqual(sent, []);
  clock.now = 5_000;
  relay.publish(3, [[1, 2]]);
  assert.equal(relay.size, 1);
});
