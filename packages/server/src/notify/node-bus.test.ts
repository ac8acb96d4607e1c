import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FakeClock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import type { ChannelListener, MessageChannel } from '../store/sql/channel-port.ts';
import { decodeNews } from './bus-message.ts';
import { lookMs, NodeBus } from './node-bus.ts';

/** All channels of a test hear each other, as connections to one database do. */
class Line {
  readonly channels: FakeChannel[] = [];
  readonly modseqs = new Map<number, number>();
  readonly sent: string[] = [];
  asked = 0;

  open(): FakeChannel {
    const channel = new FakeChannel(this);
    this.channels.push(channel);
    return channel;
  }
}

class FakeChannel implements MessageChannel {
  readonly #line: Line;
  readonly listeners = new Set<ChannelListener>();
  up = true;

  constructor(line: Line) {
    this.#line = line;
  }

  listen(listener: ChannelListener): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => void this.listeners.delete(listener) };
  }

  async send(messages: readonly string[]): Promise<boolean> {
    if (!this.up) return false;
    this.#line.sent.push(...messages);
    for (const channel of this.#line.channels) {
      if (channel.up) for (const one of channel.listeners) for (const text of messages) one.message(text);
    }
    return true;
  }

  async all<Row extends object>(_query: unknown, accounts: unknown): Promise<Row[]> {
    this.#line.asked += 1;
    const rows = (JSON.parse(String(accounts)) as number[]).flatMap(id => {
      const modseq = this.#line.modseqs.get(id);
      return modseq === undefined ? [] : [{ account_id: id, modseq }];
    });
    return rows as object[] as Row[];
  }

  async connected(): Promise<void> {}

  reconnect(): void {
    this.up = true;
    for (const listener of this.listeners) listener.up?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function open(line: Line, sender: string, clock = new FakeClock()) {
  const channel = line.open();
  const bus = new NodeBus({ channel, sender, clock, log: silentLog });
  const heard: (readonly [number, number])[] = [];
  bus.onRemote((accountId, modseq) => heard.push([accountId, modseq]));
  return { channel, bus, heard, clock };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await turn();
  await new Promise(resolve => setTimeout(resolve, 30));
}

test('notices of one moment go in one message, with the newest modseq, and never back to the sender', async () => {
  const line = new Line();
  const a = open(line, 'a');
  const b = open(line, 'b');
  for (let modseq = 1; modseq <= 50; modseq += 1) a.bus.publish(7, modseq);
  a.bus.publish(8, 3);
  await settle();
  assert.deepEqual(
    [a.heard, b.heard],
    [
      [],
      [
        [7, 50],
        [8, 3],
      ],
    ],
  );
  assert.equal(line.sent.length, 1);
});

test('work and failed sign-ins reach the others, once each', async () => {
  const line = new Line();
  const a = open(line, 'a');
  const b = open(line, 'b');
  const heard: string[] = [];
  b.bus.listen({
    work: topic => heard.push(topic),
    failure: (address, login) => heard.push(`${address} ${login}`),
  });
  a.bus.work('queue');
  a.bus.work('queue');
  a.bus.failed('192.0.2.1', 'wang@x.test');
  await settle();
  assert.deepEqual(heard, ['queue', '192.0.2.1 wang@x.test']);
});

test('a change whose notice was lost is found by looking, told once, and only where somebody listens', async () => {
  const line = new Line();
  const { bus, heard, clock } = open(line, 'a');
  bus.setInterest(7, true);
  line.modseqs.set(7, 10).set(8, 10);
  clock.advance(lookMs * 1.25);
  await settle();
  assert.deepEqual(heard, [[7, 10]], 'the first look tells what stands');
  clock.advance(lookMs * 1.25);
  await settle();
  assert.deepEqual([heard.length, bus.counts.found], [1, 0]);
  line.modseqs.set(7, 11);
  clock.advance(lookMs * 1.25);
  await settle();
  assert.deepEqual([heard.at(-1), bus.counts.found], [[7, 11], 1]);
  bus.setInterest(7, false);
  line.modseqs.set(7, 12);
  clock.advance(lookMs * 1.25);
  await settle();
  assert.equal(heard.length, 2);
});

test('what was said without a connection is sent when it is back, and what was missed is looked up at once', async () => {
  const line = new Line();
  const a = open(line, 'a');
  const b = open(line, 'b');
  b.bus.setInterest(9, true);
  b.channel.up = false;
  a.channel.up = false;
  a.bus.publish(7, 1);
  a.bus.publish(7, 2);
  await settle();
  assert.equal(line.sent.length, 0);
  line.modseqs.set(9, 4);
  b.channel.reconnect();
  await settle();
  assert.deepEqual(b.heard, [[9, 4]]);
  a.channel.reconnect();
  await settle();
  assert.deepEqual(
    line.sent.map(text => decodeNews(text)?.notices),
    [[[7, 2]]],
  );
  assert.deepEqual(b.heard, [
    [9, 4],
    [7, 2],
  ]);
});

test('memory stays bounded while the connection is away', async () => {
  const line = new Line();
  const { bus, channel } = open(line, 'a');
  channel.up = false;
  for (let account = 1; account <= 25_000; account += 1) bus.publish(account, 1);
  assert.equal(bus.counts.dropped, 20_002);
  channel.reconnect();
  await settle();
  const told = line.sent.flatMap(text => decodeNews(text)?.notices ?? []);
  assert.equal(told.length, 4_998);
  bus[Symbol.dispose]();
  bus.publish(1, 2);
  await settle();
  assert.equal(line.sent.flatMap(text => decodeNews(text)?.notices ?? []).length, 4_998);
});
