import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Invocation, JmapClient } from './client.ts';
import { MailStore } from './mail-store.ts';
import type { EmailRow } from './types.ts';

const row = (id: string, threadId = `t-${id}`, size = 1_000): EmailRow =>
  ({ id, threadId, size, keywords: {}, mailboxIds: { inbox: true } }) as unknown as EmailRow;

/** A store with these rows, and the calls of each request it makes. */
function watched(rows: readonly EmailRow[]): { readonly store: MailStore; readonly requests: Call[][] } {
  const requests: Call[][] = [];
  const threadsOf = (id: string): string[] => rows.filter(one => one.threadId === id).map(one => one.id);
  const answer = ([name, args]: Call): Invocation => {
    const ids = args['ids'] as string[];
    const list =
      name === 'Thread/get'
        ? ids.map(id => ({ id, emailIds: threadsOf(id) }))
        : rows.filter(one => ids.includes(one.id));
    return [name, { list, state: 's', notFound: [] }, '0'];
  };
  const client = {
    accountId: 'a',
    limit: () => 500,
    offers: () => false,
    call: async (calls: readonly Call[]) => {
      requests.push([...calls]);
      return calls.map(answer);
    },
  } as unknown as JmapClient;
  const store = new MailStore(client);
  const threads = [...new Set(rows.map(one => one.threadId))];
  store.learn(
    rows,
    threads.map(id => ({ id, emailIds: threadsOf(id) })),
    's',
    store.local.moment,
  );
  return { store, requests };
}

test('a mail and what its conversation consists of come with one request', async () => {
  const { store, requests } = watched([row('a'), row('b')]);
  const along = await store.open('a');
  assert.deepEqual(along, ['a']);
  assert.deepEqual(await store.loadThread('t-a', along), ['a']);
  assert.deepEqual(
    requests.map(calls => calls.map(([name]) => name)),
    [['Email/get', 'Thread/get']],
  );
  assert.ok(store.full('a'));
});

test('the other mails of a conversation are read after the one that was asked for, all with one request', async () => {
  const { store, requests } = watched([row('a', 't'), row('b', 't'), row('c', 't')]);
  const along = await store.open('b');
  assert.deepEqual(await store.loadThread('t', along), ['a', 'b', 'c']);
  assert.deepEqual(
    requests.map(calls => calls[0]?.[1]['ids']),
    [['b'], ['a', 'c']],
  );
});

test('what was read ahead is here when it is opened; what is large or unknown is not read ahead', async () => {
  const { store, requests } = watched([row('a'), row('big', 'big', 1_000_000)]);
  await store.readAhead(['a', 'big', 'unknown', undefined]);
  assert.deepEqual(
    requests.map(calls => calls[0]?.[1]['ids']),
    [['a']],
  );
  await store.readAhead(['a']);
  assert.equal(await store.open('a'), null);
  assert.equal(requests.length, 1);
});

test('a row is given the same conversation until one of its mails changes', () => {
  const { store } = watched([row('a', 't'), row('b', 't')]);
  const read = (): readonly EmailRow[] => store.threadOf(store.row('a') ?? row('?'));
  const before = read();
  assert.equal(read(), before);
  store.learn([{ ...row('b', 't'), keywords: { $flagged: true } }], [], 's', store.local.moment);
  assert.notEqual(read(), before);
  assert.deepEqual(read()[1]?.keywords, { $flagged: true });
});
