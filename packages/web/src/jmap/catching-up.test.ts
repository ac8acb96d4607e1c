import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Invocation, JmapClient } from './client.ts';
import { MailStore } from './mail-store.ts';
import type { MessageList } from './message-list.ts';
import type { Settings } from './personal.ts';
import type { ListQuery } from './query.ts';
import type { EmailRow } from './types.ts';

type Server = {
  /** Ids in the order of every list. */
  order: string[];
  state: number;
  updated: string[];
  created: string[];
  destroyed: string[];
  rows: Map<string, EmailRow>;
  /** Mails of conversations, where they are several. */
  threads: Map<string, string[]>;
  maxObjectsInGet: number;
  /** Methods of each request. */
  requests: string[][];
};

const inbox: ListQuery = { mailboxId: 'inbox', keyword: null, only: 'all', text: '' };

function mail(id: string, keywords: readonly string[] = []): EmailRow {
  return {
    id,
    threadId: `t-${id}`,
    receivedAt: '2026-11-23T00:00:00Z',
    keywords: Object.fromEntries(keywords.map(name => [name, true])),
    mailboxIds: { inbox: true },
  } as unknown as EmailRow;
}

function adjust({ personal }: MailStore, changed: Partial<Settings>): void {
  Object.defineProperty(personal, 'settings', {
    value: { ...personal.settings, ...changed },
    configurable: true,
  });
}

/** A server with mails `m0` to `m<count - 1>` in the inbox, and a store before it with windows of 10 rows. */
function serve(count: number): { server: Server; store: MailStore } {
  const order = Array.from({ length: count }, (_, n) => `m${n}`);
  const rows = new Map(order.map(id => [id, mail(id)]));
  const server: Server = {
    order,
    state: 1,
    updated: [],
    created: [],
    destroyed: [],
    rows,
    threads: new Map(),
    maxObjectsInGet: 100,
    requests: [],
  };
  /** Ids that a call names, or that it takes from the answer to another (RFC 8620 §3.7). */
  const idsOf = (args: Record<string, unknown>, answers: readonly Invocation[]): string[] => {
    const reference = args['#ids'] as { resultOf: string; path: string } | undefined;
    if (!reference) return (args['ids'] as string[] | null) ?? [];
    const source = answers[Number(reference.resultOf)]?.[1] as Record<string, unknown>;
    const name = reference.path.split('/').at(-1) ?? '';
    if (!reference.path.startsWith('/list')) return (source[name] ?? []) as string[];
    return (source['list'] as Record<string, string | string[]>[]).flatMap(one => one[name] ?? []);
  };
  const run = (calls: readonly Call[]): Invocation[] => {
    const answers: Invocation[] = [];
    for (const [name, args] of calls) {
      answers.push([name, answer(name, args, idsOf(args, answers)), `${answers.length}`]);
    }
    return answers;
  };
  const answer = (name: string, args: Record<string, unknown>, ids: string[]): Record<string, unknown> => {
    const { state, updated, created, destroyed } = server;
    if (name === 'Email/query') {
      const from = args['position'] as number;
      const found = server.order.slice(from, from + (args['limit'] as number));
      return { ids: found, queryState: `${state}`, total: server.order.length };
    }
    if (name === 'Email/changes') {
      if (args['sinceState'] === 'lost') return { type: 'cannotCalculateChanges' };
      return { updated, created, destroyed, newState: `${state}`, hasMoreChanges: false };
    }
    if (name === 'Thread/get') {
      const list = ids.map(id => ({ id, emailIds: server.threads.get(id) ?? [id.slice(2)] }));
      return { list, state: `${state}`, notFound: [] };
    }
    if (name === 'Email/get' && ids.length > server.maxObjectsInGet) return { type: 'requestTooLarge' };
    const list = name === 'Email/get' ? ids.flatMap(id => server.rows.get(id) ?? []) : [];
    return { list: list.map(row => ({ ...row })), state: `${state}`, notFound: [] };
  };
  const each = async (calls: readonly Call[]): Promise<Invocation[]> => {
    server.requests.push(calls.map(([name]) => name));
    return run(calls).map(one => (one[1]['type'] ? ['error', one[1], one[2]] : one));
  };
  const client = {
    accountId: 'a',
    limit: () => server.maxObjectsInGet,
    offers: () => false,
    each,
    call: each,
    one: async (...call: Call) => (await each([call]))[0]?.[1],
  } as unknown as JmapClient;
  const store = new MailStore(client);
  adjust(store, { pageSize: 10 });
  return { server, store };
}

async function settle(list: MessageList): Promise<void> {
  while (list.loading) await new Promise(resolve => setImmediate(resolve));
}

async function open(count: number): Promise<{ server: Server; store: MailStore; list: MessageList }> {
  const { server, store } = serve(count);
  const list = store.list(inbox);
  store.show(list);
  list.ensure(0, 5);
  await settle(list);
  server.requests.length = 0;
  return { server, store, list };
}

const listRead = ['Email/query', 'Email/get', 'Thread/get', 'Email/get'];

test('a mail that was only read elsewhere is one request, and no list is read again', async () => {
  const { server, store, list } = await open(30);
  const other = store.list({ ...inbox, only: 'files' });
  Object.assign(server, { state: 2, updated: ['m3'] });
  server.rows.set('m3', mail('m3', ['$seen']));
  await store.sync({ Email: '2', Mailbox: '2' });
  assert.deepEqual(server.requests, [['Email/changes', 'Email/get', 'Mailbox/get']]);
  assert.deepEqual(store.row('m3')?.keywords, { $seen: true });
  assert.equal(list.at(3), 'm3');
  assert.equal(store.list({ ...inbox, only: 'files' }), other, 'kept for going back');
});

test('lists that ask for a keyword are read again when it changes, others are not', async () => {
  const { server, store } = await open(30);
  const unread = store.list({ ...inbox, only: 'unread' });
  store.show(unread);
  unread.ensure(0, 5);
  await settle(unread);
  server.requests.length = 0;
  Object.assign(server, { state: 2, updated: ['m3'] });
  server.rows.set('m3', mail('m3', ['$seen']));
  await store.sync({ Email: '2' });
  assert.deepEqual(server.requests, [['Email/changes', 'Email/get'], listRead]);
  Object.assign(server, { state: 3, updated: ['m4'] });
  server.rows.set('m4', mail('m4', ['$flagged']));
  await store.sync({ Email: '3' });
  assert.equal(server.requests.length, 3);
});

for (const [what, change] of [
  ['new mail', { created: ['new'], order: ['new', 'm0', 'm1'] }],
  ['a mail that is gone', { destroyed: ['m1'], order: ['m0', 'm2'] }],
  ['a change of a mail that was never read', { updated: ['unknown'] }],
] as const) {
  test(`${what}: the list on screen is read again, and the others are forgotten`, async () => {
    const { server, store, list } = await open(30);
    const other = store.list({ ...inbox, only: 'files' });
    server.rows.set('new', mail('new'));
    server.rows.set('unknown', mail('unknown'));
    Object.assign(server, { state: 2, ...change });
    await store.sync({ Email: '2' });
    assert.deepEqual(server.requests.at(-1), listRead);
    assert.equal(list.at(0), server.order[0]);
    assert.equal(list.total, server.order.length);
    assert.notEqual(store.list({ ...inbox, only: 'files' }), other);
  });
}

test('a mail that was moved elsewhere: the list is read again', async () => {
  const { server, store } = await open(30);
  Object.assign(server, { state: 2, updated: ['m3'], order: server.order.filter(id => id !== 'm3') });
  server.rows.set('m3', { ...mail('m3'), mailboxIds: { archive: true } });
  await store.sync({ Email: '2' });
  assert.deepEqual(server.requests.at(-1), listRead);
});

test('a change made here that is still on its way is looked for again with the next announcement', async () => {
  const { server, store } = await open(30);
  const held = Promise.withResolvers<Invocation[]>();
  const each = store.client.each.bind(store.client);
  Object.assign(store.client, {
    each: (calls: readonly Call[]) => (calls[0]?.[0] === 'Email/set' ? held.promise : each(calls)),
    call: (calls: readonly Call[]) => (calls[0]?.[0] === 'Email/set' ? held.promise : each(calls)),
    one: () => held.promise,
  });
  const moving = store.patch(new Map([['m3', { 'mailboxIds/inbox': null, 'mailboxIds/archive': true }]]));
  // Something else happened first.
  Object.assign(server, { state: 2, updated: ['m4'] });
  server.rows.set('m4', mail('m4', ['$seen']));
  await store.sync({ Email: '2' });
  held.resolve([['Email/set', { updated: { m3: null } }, '0']]);
  await moving;
  server.requests.length = 0;
  Object.assign(server, { state: 3, updated: ['m3'], order: server.order.filter(id => id !== 'm3') });
  server.rows.set('m3', { ...mail('m3'), mailboxIds: { archive: true } });
  await store.sync({ Email: '3' });
  assert.deepEqual(server.requests.at(-1), listRead);
});

test('when changes cannot be told, everything is read anew', async () => {
  const { server, store, list } = await open(30);
  Object.assign(store, { emailState: 'lost' });
  server.state = 7;
  await store.sync({ Email: '7' });
  assert.deepEqual(server.requests, [['Email/changes', 'Email/get'], listRead]);
  assert.equal(store.row('m20'), undefined);
  assert.equal(list.at(0), 'm0');
});

test('somewhere deep in a list, what is looked at is read again, and the rest stays until it is looked at', async () => {
  const { server, store, list } = await open(100);
  list.ensure(52, 57);
  await settle(list);
  server.rows.set('new', mail('new'));
  Object.assign(server, { state: 2, created: ['new'], order: ['new', ...server.order] });
  server.requests.length = 0;
  await store.sync({ Email: '2' });
  assert.equal(server.requests.length, 2, 'changes, and one window');
  assert.equal(list.total, 101);
  assert.equal(list.at(50), 'm49');
  assert.equal(list.at(0), 'm0', 'as it was');
  list.ensure(0, 5);
  await settle(list);
  assert.equal(list.at(0), 'new');
  assert.equal(list.at(50), 'm49');
  server.requests.length = 0;
  list.ensure(52, 57);
  list.ensure(0, 5);
  assert.equal(server.requests.length, 0, 'both are as they should be');
});

test('a row stands in one place only, also while other windows are from before', async () => {
  const { server, store, list } = await open(40);
  list.ensure(10, 15);
  await settle(list);
  // Four go from the top: m10 to m13 stand in the first window then.
  Object.assign(server, { state: 2, destroyed: ['m0', 'm1', 'm2', 'm3'], order: server.order.slice(4) });
  list.ensure(0, 5);
  await store.sync({ Email: '2' });
  await settle(list);
  assert.equal(list.at(9), 'm13');
  const ids = Array.from({ length: 36 }, (_, index) => list.at(index)).filter(id => id !== undefined);
  assert.equal(new Set(ids).size, ids.length);
});

test('a window whose rows left for elsewhere is filled up again', async () => {
  const { server, list } = await open(30);
  server.order = server.order.slice(2);
  list.remove(new Set(['m0', 'm1']));
  list.ensure(0, 5);
  await settle(list);
  assert.equal(list.at(9), 'm11');
  assert.equal(list.total, 28);
});

test('conversations with more mails than one answer may hold are asked for piece by piece', async () => {
  const { server, store } = serve(30);
  for (const [id, at] of [
    ['m0', 0],
    ['m1', 1],
  ] as const) {
    const mails = Array.from({ length: 70 }, (_, n) => `${id}-${n}`);
    for (const one of mails) server.rows.set(one, { ...mail(one), threadId: `t-${id}` });
    server.threads.set(`t-${id}`, [...mails, `m${at}`]);
  }
  const list = store.list(inbox);
  list.ensure(0, 5);
  await settle(list);
  assert.equal(list.failure, null);
  assert.deepEqual(server.requests, [listRead, ['Email/get'], ['Email/get']]);
  assert.equal(store.threadOf(store.row('m1') ?? mail('?')).length, 71);
  assert.equal(list.at(9), 'm9');
});

test('without conversations a list is its mails alone', async () => {
  const { server, store } = serve(30);
  adjust(store, { conversationView: false });
  const list = store.list(inbox);
  list.ensure(0, 5);
  await settle(list);
  assert.deepEqual(server.requests, [['Email/query', 'Email/get']]);
  assert.equal(store.row('m9')?.id, 'm9');
});

test('an answer from before mails were taken away does not bring them back', async () => {
  const { server, store, list } = await open(30);
  const late = list.refresh();
  store.local.begin(['m0', 'm3']);
  const putBack = list.remove(new Set(['m0', 'm3']));
  await late;
  assert.deepEqual([list.at(0), list.at(2), list.total], ['m1', 'm4', 28]);
  assert.equal(new Set(list.loadedIds).size, list.loadedIds.length, 'each row once');
  // The server has done it, and was asked before that for another part.
  const second = list.reach(15);
  server.order = server.order.filter(id => id !== 'm0' && id !== 'm3');
  server.state += 1;
  store.local.end(['m0', 'm3']);
  await second;
  list.ensure(0, 5);
  await settle(list);
  assert.deepEqual([list.at(0), list.at(2), list.total], ['m1', 'm4', 28]);
  // Elsewhere somebody puts one of them back: it is there again.
  server.order.unshift('m0');
  server.state += 1;
  await list.refresh();
  assert.deepEqual([list.at(0), list.total], ['m0', 29]);
  putBack();
  assert.equal(list.loadedIds.filter(id => id === 'm0').length, 1);
});

test('mails whose change was refused stand where they were, also in answers that come later', async () => {
  const { store, list } = await open(30);
  store.local.begin(['m0']);
  const putBack = list.remove(new Set(['m0']));
  assert.equal(list.at(0), 'm1');
  putBack();
  store.local.end(['m0']);
  assert.equal(list.at(0), 'm0');
  await list.refresh();
  assert.deepEqual([list.at(0), list.at(1), list.total], ['m0', 'm1', 30]);
});
