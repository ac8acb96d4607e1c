import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { JmapArguments, JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

interface Mail {
  readonly subject: string;
  readonly from?: string;
  readonly body?: string;
  readonly reply?: string;
  readonly keywords?: Record<string, boolean>;
  readonly at?: string;
  readonly mailbox?: string;
}

/** Imports mails and returns their ids in order; Message-ID is the place in the list. */
async function fill(client: JmapClient, mails: readonly Mail[]): Promise<string[]> {
  const { inbox = '' } = await client.mailboxes();
  const ids: string[] = [];
  for (const [index, mail] of mails.entries()) {
    const text = [
      `From: ${mail.from ?? 'x@outside.test'}`,
      `Message-ID: <${index}@x>`,
      ...(mail.reply ? [`In-Reply-To: <${mail.reply}@x>`] : []),
      `Subject: ${mail.subject}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      mail.body ?? 'text',
      '',
    ].join('\r\n');
    const blobId = await client.upload(text);
    const { created, notCreated } = await client.call('Email/import', {
      emails: {
        k: {
          blobId,
          mailboxIds: { [mail.mailbox ?? inbox]: true },
          keywords: mail.keywords ?? {},
          receivedAt: mail.at ?? `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
        },
      },
    });
    assert.equal(notCreated, null);
    ids.push((created as { k: { id: string } }).k.id);
  }
  return ids;
}

async function withMails(
  mails: readonly Mail[],
  run: (
    query: (args?: JmapArguments) => Promise<string[]>,
    ids: readonly string[],
    client: JmapClient,
    house: JmapHouse,
  ) => Promise<void>,
): Promise<void> {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const ids = await fill(client, mails);
  const query = async (args: JmapArguments = {}): Promise<string[]> =>
    (await client.call('Email/query', args))['ids'] as string[];
  await run(query, ids, client, house);
  assert.deepEqual(house.complaints, []);
}

const talk: readonly Mail[] = [
  { subject: 'talk' },
  { subject: 'Re: talk', reply: '0', keywords: { $seen: true } },
  { subject: 'other', from: 'Zoe <zoe@outside.test>', body: '会议纪要 in the body' },
  {
    subject: 'Re: talk',
    reply: '0',
    from: 'Ann <ann@outside.test>',
    keywords: { $flagged: true, Work: true },
  },
];

test('RFC 8621 §4.4: newest first; sorted by size, sender, subject, keyword', () =>
  withMails(talk, async (query, [a, b, c, d]) => {
    assert.deepEqual(await query(), [d, c, b, a]);
    assert.deepEqual(await query({ sort: [{ property: 'receivedAt' }] }), [a, b, c, d]);
    assert.deepEqual(await query({ sort: [{ property: 'from' }] }), [d, b, a, c]);
    assert.deepEqual(await query({ sort: [{ property: 'subject' }] }), [c, d, b, a]);
    const flagged = { property: 'hasKeyword', keyword: '$flagged', isAscending: false };
    assert.deepEqual(await query({ sort: [flagged, { property: 'receivedAt' }] }), [d, a, b, c]);
    const some = { property: 'someInThreadHaveKeyword', keyword: '$flagged' };
    assert.deepEqual(await query({ sort: [some] }), [c, d, b, a]);
    const sized = await query({ sort: [{ property: 'size', isAscending: false }] });
    assert.deepEqual(sized[0], d);
  }));

test('RFC 8621 §4.4.3: a thread appears once, where its first email stands', () =>
  withMails(talk, async (query, [a, , c, d], client) => {
    assert.deepEqual(await query({ collapseThreads: true }), [d, c]);
    assert.deepEqual(await query({ collapseThreads: true, sort: [{ property: 'receivedAt' }] }), [a, c]);
    const page = await client.call('Email/query', {
      collapseThreads: true,
      calculateTotal: true,
      position: 1,
      limit: 1,
    });
    assert.deepEqual([page['ids'], page['total'], page['position']], [[c], 2, 1]);
  }));

test('RFC 8621 §4.4.1: filters by mailbox, keyword, date, size and attachment', () =>
  withMails(talk, async (query, [a, b, c, d], client) => {
    const { inbox, archive } = await client.mailboxes();
    const by = (filter: JmapArguments): Promise<string[]> => query({ filter });
    assert.deepEqual(await by({ inMailbox: inbox }), [d, c, b, a]);
    assert.deepEqual(await by({ inMailbox: archive }), []);
    assert.deepEqual(await by({ inMailbox: 'm999' }), []);
    assert.deepEqual(await by({ inMailboxOtherThan: [inbox] }), []);
    assert.deepEqual(await by({ hasKeyword: '$SEEN' }), [b]);
    assert.deepEqual(await by({ hasKeyword: 'work' }), [d]);
    assert.deepEqual(await by({ hasKeyword: 'never' }), []);
    assert.deepEqual(await by({ notKeyword: '$seen' }), [d, c, a]);
    assert.deepEqual(await by({ someInThreadHaveKeyword: '$flagged' }), [d, b, a]);
    assert.deepEqual(await by({ noneInThreadHaveKeyword: '$flagged' }), [c]);
    assert.deepEqual(await by({ allInThreadHaveKeyword: '$seen' }), []);
    assert.deepEqual(await by({ before: '2026-01-01T00:00:01Z' }), [a]);
    assert.deepEqual(await by({ after: '2026-01-01T00:00:02Z' }), [d, c]);
    assert.deepEqual(await by({ minSize: 100_000 }), []);
    assert.deepEqual(await by({ hasAttachment: true }), []);
    assert.deepEqual(
      await by({
        operator: 'NOT',
        conditions: [{ hasKeyword: '$seen' }, { hasKeyword: '$flagged' }],
      }),
      [c, a],
    );
  }));

test('RFC 8620 §5.5: who asks for a few and no total gets the first of all; texts of the others are not read', async () => {
  const many = Array.from({ length: 450 }, (_, n) => ({
    subject: n % 2 === 0 ? `offer ${n}` : `note ${n}`,
    at: new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString().replace('.000', ''),
    ...(n % 10 === 0 && n > 0 ? { reply: `${n - 2}@x` } : {}),
  }));
  await withMails(many, async (_query, _ids, client, house) => {
    const reads = mock.method(house.mailboxes.accounts, 'read');
    const ask = async (args: JmapArguments): Promise<readonly [unknown, number]> => {
      const before = reads.mock.callCount();
      const { ids } = await client.call('Email/query', {
        filter: { subject: 'ffe' },
        sort: [{ property: 'receivedAt', isAscending: false }],
        ...args,
      });
      return [ids, reads.mock.callCount() - before];
    };
    for (const more of [
      {},
      { position: 7 },
      { collapseThreads: true },
      { collapseThreads: true, position: 4 },
    ]) {
      const [all, whole] = await ask({ ...more, calculateTotal: true });
      const [few, part] = await ask({ ...more, limit: 5 });
      assert.deepEqual(few, (all as string[]).slice(0, 5));
      assert.ok(part < whole, `${part} reads of ${whole}`);
    }
    // Another order, an anchor or a place counted from the end need all of them.
    const sort = [{ property: 'receivedAt', isAscending: true }];
    const [all] = await ask({ sort, calculateTotal: true });
    assert.deepEqual((await ask({ sort, limit: 5 }))[0], (all as string[]).slice(0, 5));
    assert.deepEqual((await ask({ sort, position: -3, limit: 5 }))[0], (all as string[]).slice(-3));
    const anchor = (all as string[]).at(2);
    assert.deepEqual((await ask({ anchor, limit: 2 }))[0], (all as string[]).slice(1, 3).toReversed());
  });
});

test('RFC 8621 §4.4.1: filters by text, also Chinese and inside NOT', () =>
  withMails(talk, async (query, [a, b, c, d]) => {
    const by = (filter: JmapArguments): Promise<string[]> => query({ filter });
    assert.deepEqual(await by({ subject: 'TALK' }), [d, b, a]);
    assert.deepEqual(await by({ from: 'zoe' }), [c]);
    assert.deepEqual(await by({ body: '会议' }), [c]);
    assert.deepEqual(await by({ text: '纪要 zoe' }), [c]);
    assert.deepEqual(await by({ text: '"in the body"' }), [c]);
    assert.deepEqual(await by({ text: '"body the in"' }), []);
    assert.deepEqual(await by({ header: ['In-Reply-To'] }), [d, b]);
    assert.deepEqual(await by({ header: ['message-id', '2@x'] }), [c]);
    assert.deepEqual(await by({ operator: 'NOT', conditions: [{ subject: 'talk' }] }), [c]);
    assert.deepEqual(
      await by({ operator: 'OR', conditions: [{ from: 'ann' }, { hasKeyword: '$seen', subject: 'talk' }] }),
      [d, b],
    );
  }));

test('RFC 8620 §5.5: anchor, offsets and limits', () =>
  withMails(talk, async (query, [a, b, c, d], client) => {
    assert.deepEqual(await query({ anchor: b, limit: 1 }), [b]);
    assert.deepEqual(await query({ anchor: b, anchorOffset: -1, limit: 2 }), [c, b]);
    assert.deepEqual(await query({ anchor: b, anchorOffset: -9 }), [d, c, b, a]);
    assert.deepEqual(await query({ position: -1 }), [a]);
    assert.deepEqual(await query({ position: 9 }), []);
    assert.deepEqual(await query({ limit: 0 }), []);
    assert.equal(await client.errorOf('Email/query', { anchor: 'e999' }), 'anchorNotFound');
  }));

test('RFC 8621 §4.3: changes: created, updated, destroyed, in pieces, each once', () =>
  withMails(talk.slice(0, 2), async (_query, [a = '', b = ''], client) => {
    const { state } = await client.call('Email/get', { ids: [] });
    const [c = '', d = ''] = await fill(client, [{ subject: 'new' }, { subject: 'newer' }]);
    await client.call('Email/set', { update: { [a]: { 'keywords/$seen': true } }, destroy: [b, d] });
    const changes = await client.call('Email/changes', { sinceState: state });
    const found = (answer: JmapArguments): unknown[] => [
      answer['created'],
      answer['updated'],
      answer['destroyed'],
    ];
    assert.deepEqual(found(changes), [[c], [a], [b]]);
    assert.equal(changes['hasMoreChanges'], false);
    const pieces: unknown[] = [];
    let sinceState = state;
    for (let more = true; more; ) {
      const piece = await client.call('Email/changes', { sinceState, maxChanges: 1 });
      pieces.push(...found(piece).flat());
      sinceState = piece['newState'];
      more = piece['hasMoreChanges'] as boolean;
    }
    assert.deepEqual(new Set(pieces), new Set([a, b, c, d]));
    assert.equal(sinceState, changes['newState']);
    const none = await client.call('Email/changes', { sinceState });
    assert.deepEqual(found(none), [[], [], []]);
  }));

test('RFC 8621 §3: threads: members oldest first, and what became of them', () =>
  withMails(talk, async (_query, [a, b, c = '', d], client) => {
    const { list } = await client.call('Email/get', { ids: [a, c], properties: ['threadId'] });
    const [first, second] = list as { threadId: string }[];
    const { state, ...threads } = await client.call('Thread/get', {
      ids: [first?.threadId, second?.threadId, 't999'],
    });
    assert.deepEqual(threads['list'], [
      { id: first?.threadId, emailIds: [a, b, d] },
      { id: second?.threadId, emailIds: [c] },
    ]);
    assert.deepEqual(threads['notFound'], ['t999']);
    await client.call('Email/set', { destroy: [c] });
    const [e] = await fill(client, [{ subject: 'Re: talk', reply: '0' }]);
    const changes = await client.call('Thread/changes', { sinceState: state });
    assert.deepEqual(
      [changes['created'], changes['updated'], changes['destroyed']],
      [[], [first?.threadId], [second?.threadId]],
    );
    assert.ok(e);
  }));

test('RFC 8621 §4.5: splicing queryChanges into the old results gives the new ones', () =>
  withMails(talk, async (query, [a = '', b = '', c = ''], client) => {
    for (const args of [
      { filter: { notKeyword: '$seen' } },
      { filter: { notKeyword: '$seen' }, collapseThreads: true },
      { sort: [{ property: 'hasKeyword', keyword: '$flagged' }] },
      {},
    ]) {
      const before = await client.call('Email/query', args);
      await client.call('Email/set', {
        update: {
          [a]: { 'keywords/$seen': true },
          [b]: { keywords: {} },
          [c]: { 'keywords/$flagged': true },
        },
      });
      await fill(client, [{ subject: 'Re: talk', reply: '0', at: '2026-01-02T00:00:00Z' }]);
      const delta = await client.call('Email/queryChanges', {
        ...args,
        sinceQueryState: before['queryState'],
        calculateTotal: true,
      });
      const removed = new Set(delta['removed'] as string[]);
      const spliced = (before['ids'] as string[]).filter(id => !removed.has(id));
      for (const { id, index } of delta['added'] as { id: string; index: number }[]) {
        spliced.splice(index, 0, id);
      }
      const now = await query(args);
      assert.deepEqual(spliced, now, JSON.stringify(args));
      assert.equal(delta['total'], now.length);
      await client.call('Email/set', { update: { [a]: { keywords: {} }, [b]: { 'keywords/$seen': true } } });
    }
    const text = { filter: { subject: 'talk' } };
    const answer = await client.call('Email/query', text);
    assert.equal(answer['canCalculateChanges'], false);
    assert.equal(
      await client.errorOf('Email/queryChanges', { ...text, sinceQueryState: answer['queryState'] }),
      'cannotCalculateChanges',
    );
  }));
