import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapClient } from './client.ts';
import { Collection } from './collection.ts';

interface Thing {
  readonly id: string;
  readonly size: number;
  readonly color: string;
}

/** A server with one object, whose answers to /set wait until they are let go. */
class SlowServer {
  thing: Thing = { id: 'a', size: 1, color: 'red' };
  state = 0;
  refuses = false;
  readonly asked: string[] = [];
  readonly #held: (() => void)[] = [];

  get client(): JmapClient {
    return { offers: () => true, one: this.#one } as unknown as JmapClient;
  }

  /** Lets the oldest waiting change happen and be answered. */
  async release(): Promise<void> {
    for (let tries = 0; this.#held.length === 0; tries += 1) {
      assert.ok(tries < 1000, 'nothing waits');
      await new Promise(setImmediate);
    }
    this.#held.shift()?.();
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  }

  #one = async (name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> => {
    this.asked.push(name);
    if (name === 'Thing/get') return { state: `${this.state}`, list: [this.thing], notFound: [] };
    if (name === 'Thing/changes')
      return { created: [], updated: ['a'], destroyed: [], newState: `${this.state}`, hasMoreChanges: false };
    await new Promise<void>(resolve => this.#held.push(resolve));
    if (this.refuses) return { notUpdated: { a: { type: 'forbidden' } }, newState: `${this.state}` };
    const { update } = args as { update: { a: Partial<Thing> } };
    this.thing = { ...this.thing, ...update.a };
    this.state += 1;
    return { newState: `${this.state}` };
  };
}

const opened = async (server: SlowServer): Promise<Collection<Thing>> => {
  const things = new Collection<Thing>(server.client, 'Thing', 'urn:things');
  await things.load();
  return things;
};

test('a change shows at once and stays while the answer to an earlier one comes in', async () => {
  const server = new SlowServer();
  const things = await opened(server);
  const first = things.update('a', { size: 2 });
  const second = things.update('a', { color: 'blue' });
  assert.deepEqual(things.get('a'), { id: 'a', size: 2, color: 'blue' });
  await server.release();
  await first;
  assert.deepEqual(server.thing, { id: 'a', size: 2, color: 'red' });
  assert.deepEqual(things.get('a'), { id: 'a', size: 2, color: 'blue' }, 'the second did not flicker back');
  await server.release();
  await second;
  assert.deepEqual(things.get('a'), server.thing);
  assert.equal(server.thing.color, 'blue');
});

test('changes of the same property reach the server in their order', async () => {
  const server = new SlowServer();
  const things = await opened(server);
  const changes = [2, 3, 4].map(size => things.update('a', { size }));
  for (const change of changes) {
    await server.release();
    await change;
  }
  assert.equal(server.thing.size, 4);
  assert.deepEqual(
    server.asked.filter(name => name === 'Thing/set'),
    ['Thing/set', 'Thing/set', 'Thing/set'],
  );
});

test('a refused change is taken back and thrown; what else was changed stays', async () => {
  const server = new SlowServer();
  const things = await opened(server);
  const good = things.update('a', { size: 2 });
  const refused = things.update('a', { color: 'pink' });
  await server.release();
  await good;
  server.refuses = true;
  await Promise.all([server.release(), assert.rejects(refused, { code: 'forbidden' })]);
  assert.deepEqual(things.get('a'), { id: 'a', size: 2, color: 'red' });
  server.refuses = false;
  const later = things.update('a', { size: 5 });
  await server.release();
  await later;
  assert.equal(things.get('a')?.size, 5, 'a failure does not stop what comes after');
});

test('what is kept for offline reading is what the server has told', async () => {
  const server = new SlowServer();
  const things = await opened(server);
  const change = things.update('a', { size: 2 });
  assert.deepEqual(things.keepable, { state: '0', items: [{ id: 'a', size: 1, color: 'red' }] });
  await server.release();
  await change;
  assert.deepEqual(things.keepable?.items, [server.thing]);
});
