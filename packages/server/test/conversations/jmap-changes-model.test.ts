import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapArguments, JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

/** Queries whose results a client keeps; both kinds of filters and sorts, those that look at whole threads too. */
const queries: readonly JmapArguments[] = [
  {},
  { collapseThreads: true },
  { filter: { hasKeyword: '$seen' } },
  { filter: { someInThreadHaveKeyword: '$flagged' } },
  { filter: { noneInThreadHaveKeyword: '$flagged' }, collapseThreads: true },
  { filter: { operator: 'NOT', conditions: [{ allInThreadHaveKeyword: '$seen' }] } },
  {
    filter: {
      operator: 'OR',
      conditions: [{ hasKeyword: '$flagged' }, { operator: 'AND', conditions: [{ notKeyword: '$seen' }] }],
    },
    sort: [{ property: 'size', isAscending: false }],
  },
  { sort: [{ property: 'someInThreadHaveKeyword', keyword: '$flagged', isAscending: false }] },
  {
    sort: [
      { property: 'allInThreadHaveKeyword', keyword: '$seen' },
      { property: 'receivedAt', isAscending: false },
    ],
    collapseThreads: true,
  },
];

/** A sequence of numbers that is always the same (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a client has of a type, kept up with /changes in small pieces. */
class Cache {
  readonly #client: JmapClient;
  readonly #type: string;
  readonly #properties: readonly string[];
  #state = '';
  readonly objects = new Map<string, unknown>();

  constructor(client: JmapClient, type: string, properties: readonly string[]) {
    this.#client = client;
    this.#type = type;
    this.#properties = properties;
  }

  async start(): Promise<void> {
    const ids = this.#type === 'Thread' ? [] : null;
    const { state, list } = await this.#client.call(`${this.#type}/get`, {
      ids,
      properties: this.#properties,
    });
    this.#state = String(state);
    for (const object of list as { id: string }[]) this.objects.set(object.id, object);
  }

  async sync(maxChanges: number): Promise<void> {
    for (let more = true; more; ) {
      const changes = await this.#client.call(`${this.#type}/changes`, {
        sinceState: this.#state,
        maxChanges,
      });
      const { created, updated, destroyed } = changes as Record<string, string[]>;
      const told = [...(created ?? []), ...(updated ?? []), ...(destroyed ?? [])];
      assert.ok(told.length <= maxChanges && new Set(told).size === told.length, told.join());
      for (const id of destroyed ?? []) this.objects.delete(id);
      for (const id of updated ?? []) assert.ok(this.objects.has(id), `${id} was updated and never created`);
      const ids = [...(created ?? []), ...(updated ?? [])];
      const { list, notFound } = await this.#client.call(`${this.#type}/get`, {
        ids,
        properties: this.#properties,
      });
      for (const object of list as { id: string }[]) this.objects.set(object.id, object);
      // What went between the pieces is told with a later one.
      if (!changes['hasMoreChanges']) assert.deepEqual(notFound, []);
      this.#state = String(changes['newState']);
      more = changes['hasMoreChanges'] === true;
    }
  }

  async check(ids: readonly string[] | null): Promise<void> {
    const { state, list } = await this.#client.call(`${this.#type}/get`, {
      ids,
      properties: this.#properties,
    });
    assert.equal(state, this.#state);
    const there = new Map((list as { id: string }[]).map(object => [object.id, object]));
    assert.deepEqual(this.objects, there, this.#type);
  }
}

async function bring(client: JmapClient, mailbox: string, n: number, replyTo: number | null): Promise<void> {
  const reply = replyTo === null ? '' : `In-Reply-To: <${replyTo}@x>\r\n`;
  const subject = replyTo === null ? `talk ${n}` : 'Re: talk';
  const text = `Message-ID: <${n}@x>\r\n${reply}Subject: ${subject}\r\n\r\n${'x'.repeat(n * 7)}\r\n`;
  const receivedAt = `2026-01-01T00:${String(n % 60).padStart(2, '0')}:00Z`;
  const blobId = await client.upload(text);
  const emails = { k: { blobId, mailboxIds: { [mailbox]: true }, receivedAt } };
  const { notCreated } = await client.call('Email/import', { emails });
  assert.equal(notCreated, null);
}

for (const seed of [1, 2]) {
  test(`RFC 8620 §5.2, §5.6, RFC 8621 §4.5: clients that follow random changes have what is there (${seed})`, async () => {
    await using house = await openJmapHouse();
    const client = await house.client(house.web.alice);
    const { inbox = '', archive = '', trash = '' } = await client.mailboxes();
    const folders = [inbox, archive, trash];
    const next = chance(seed);
    // One after the other: no more requests at a time than a session may have.
    const kept: { args: (typeof queries)[number]; ids: string[]; queryState: unknown }[] = [];
    for (const args of queries) {
      const { ids, queryState } = await client.call('Email/query', args);
      kept.push({ args, ids: ids as string[], queryState });
    }
    const counts = ['name', 'totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'];
    const caches = [
      new Cache(client, 'Email', ['threadId', 'mailboxIds', 'keywords']),
      new Cache(client, 'Thread', ['emailIds']),
      new Cache(client, 'Mailbox', counts),
    ] as const;
    for (const cache of caches) await cache.start();
    let count = 0;
    const step = async (): Promise<void> => {
      const ids = [...caches[0].objects.keys()];
      const id = ids[next(Math.max(ids.length, 1))] ?? '';
      const kind = ids.length < 4 ? 0 : next(8);
      if (kind <= 2) {
        count += 1;
        await bring(
          client,
          folders[next(3)] ?? inbox,
          count,
          count > 1 && next(3) > 0 ? next(count - 1) + 1 : null,
        );
      } else if (kind === 3) await client.call('Email/set', { destroy: [id] });
      else if (kind <= 5) {
        const keyword = ['$seen', '$flagged'][next(2)] ?? '';
        await client.call('Email/set', {
          update: { [id]: { [`keywords/${keyword}`]: next(2) === 0 ? true : null } },
        });
      } else {
        const places = Object.fromEntries(folders.filter(() => next(2) === 0).map(folder => [folder, true]));
        const mailboxIds = Object.keys(places).length > 0 ? places : { [inbox]: true };
        await client.call('Email/set', { update: { [id]: { mailboxIds } } });
      }
    };
    for (let round = 0; round < 18; round += 1) {
      for (let n = next(4); n >= 0; n -= 1) await step();
      for (const cache of caches) await cache.sync(1 + next(4));
      const threads = [...caches[0].objects.values()].map(
        object => (object as { threadId: string }).threadId,
      );
      await caches[0].check(null);
      await caches[1].check([...new Set(threads)]);
      await caches[2].check(null);
      for (const one of kept) {
        const since = { sinceQueryState: one.queryState, calculateTotal: true };
        const delta = await client.call('Email/queryChanges', { ...one.args, ...since });
        const removed = new Set(delta['removed'] as string[]);
        const spliced = one.ids.filter(id => !removed.has(id));
        for (const { id, index } of delta['added'] as { id: string; index: number }[])
          spliced.splice(index, 0, id);
        const now = await client.call('Email/query', one.args);
        assert.deepEqual(spliced, now['ids'], `round ${round}: ${JSON.stringify(one.args)}`);
        assert.equal(delta['total'], spliced.length);
        assert.equal(delta['newQueryState'], now['queryState']);
        one.ids = spliced;
        one.queryState = now['queryState'];
      }
    }
    assert.deepEqual(house.complaints, []);
  });
}
