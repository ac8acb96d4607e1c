import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn, textIn } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

type SetResult = Record<
  'created' | 'updated' | 'notCreated' | 'notUpdated' | 'notDestroyed',
  Record<string, Record<string, unknown>> | null
> & {
  destroyed: string[] | null;
};

test('RFC 8621 §2.1: mailboxes with roles, rights and counts', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  await house.receive('alice@hongyan.test', 'Subject: one\r\n\r\nbody\r\n');
  const { list, notFound } = await client.call('Mailbox/get', { ids: null });
  const mailboxes = list as Record<string, unknown>[];
  assert.deepEqual(
    mailboxes.map(item => item['role']),
    ['inbox', 'drafts', 'sent', 'junk', 'trash', 'archive'],
  );
  const [inbox] = mailboxes;
  assert.deepEqual(
    ['name', 'totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'].map(name => inbox?.[name]),
    ['Inbox', 1, 1, 1, 1],
  );
  assert.equal(objectsIn({ a: inbox?.['myRights'] })['a']?.['mayDelete'], false);
  assert.deepEqual(notFound, []);
  const some = await client.call('Mailbox/get', { ids: [inbox?.['id'], 'm999', 'x'], properties: ['name'] });
  assert.deepEqual(some['list'], [{ id: inbox?.['id'], name: 'Inbox' }]);
  assert.deepEqual(some['notFound'], ['m999', 'x']);
  assert.equal(await client.errorOf('Mailbox/get', { properties: ['nope'] }), 'invalidArguments');
});

test('RFC 8621 §2.5: create with a parent from the same call, rename, move, subscribe, destroy', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const made = (await client.call('Mailbox/set', {
    create: {
      child: { name: '子文件夹', parentId: '#top' },
      top: { name: 'Projects', sortOrder: 7, isSubscribed: false },
    },
  })) as unknown as SetResult;
  const top = made.created?.['top']?.['id'] as string;
  const child = made.created?.['child']?.['id'] as string;
  assert.ok(top && child);
  assert.equal(made.created?.['top']?.['totalEmails'], 0);
  const changed = (await client.call('Mailbox/set', {
    update: { [child]: { name: 'Renamed', parentId: null }, [top]: { isSubscribed: true, sortOrder: 3 } },
  })) as unknown as SetResult;
  assert.deepEqual(changed.updated, { [child]: null, [top]: null });
  const { list } = await client.call('Mailbox/get', {
    ids: [child, top],
    properties: ['name', 'parentId', 'sortOrder', 'isSubscribed'],
  });
  assert.deepEqual(list, [
    { id: child, name: 'Renamed', parentId: null, sortOrder: 0, isSubscribed: true },
    { id: top, name: 'Projects', parentId: null, sortOrder: 3, isSubscribed: true },
  ]);
  const gone = (await client.call('Mailbox/set', { destroy: [top, child, 'm999'] })) as unknown as SetResult;
  assert.deepEqual(gone.destroyed?.toSorted(), [top, child].toSorted());
  assert.equal(gone.notDestroyed?.['m999']?.['type'], 'notFound');
});

test('RFC 8621 §2.5: what may not be is refused by name', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const boxes = await client.mailboxes();
  const inbox = boxes['inbox'] ?? '';
  const set = async (args: Record<string, unknown>): Promise<SetResult> =>
    (await client.call('Mailbox/set', args)) as unknown as SetResult;
  const create = async (object: Record<string, unknown>): Promise<unknown> => {
    const error = (await set({ create: { k: object } })).notCreated?.['k'];
    const about = (error?.['properties'] ?? []) as string[];
    return `${textIn(error?.['type'])} ${about.join()}`.trim();
  };
  assert.equal(await create({}), 'invalidProperties name');
  assert.equal(await create({ name: 'a/b' }), 'invalidProperties name');
  assert.equal(await create({ name: 'Sent' }), 'alreadyExists');
  assert.equal(await create({ name: 'inbox' }), 'invalidProperties name');
  assert.equal(await create({ name: 'x', role: 'sent' }), 'invalidProperties role');
  assert.equal(await create({ name: 'x', role: 'nonsense' }), 'invalidProperties role');
  assert.equal(await create({ name: 'x', sortOrder: 2 ** 31 }), 'invalidProperties sortOrder');
  for (const parentId of ['m999', 'nonsense', '#nobody']) {
    assert.equal(await create({ name: 'x', parentId }), 'invalidProperties parentId');
  }
  assert.equal(await create({ name: 'x', totalEmails: 1 }), 'invalidProperties totalEmails');
  assert.equal(await create({ name: 'x', nope: 1 }), 'invalidProperties nope');
  const update = async (id: string, patch: Record<string, unknown>): Promise<unknown> =>
    (await set({ update: { [id]: patch } })).notUpdated?.[id]?.['type'];
  assert.equal(await update(inbox, { name: 'Other' }), 'forbidden');
  assert.equal(await update(inbox, { totalEmails: 9 }), 'invalidProperties');
  assert.equal(await update(inbox, { totalEmails: 0, id: inbox, name: 'Inbox' }), undefined);
  assert.equal(await update(inbox, { 'name/x': 1 }), 'invalidPatch');
  const archive = boxes['archive'] ?? '';
  assert.equal(await update(archive, { parentId: archive }), 'invalidProperties');
  const nowhere = (await set({ update: { [archive]: { parentId: 'm999' } } })).notUpdated?.[archive];
  assert.deepEqual([nowhere?.['type'], nowhere?.['properties']], ['invalidProperties', ['parentId']]);
  assert.equal((await set({ destroy: [inbox] })).notDestroyed?.[inbox]?.['type'], 'forbidden');
  assert.equal(await client.errorOf('Mailbox/set', { ifInState: 'x', create: {} }), 'stateMismatch');
});

test('RFC 8621 §2.5: a mailbox with emails or children goes only when asked to', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  await house.receive('alice@hongyan.test', 'Subject: one\r\n\r\nbody\r\n');
  const { created } = (await client.call('Mailbox/set', {
    create: { a: { name: 'A' }, b: { name: 'B', parentId: '#a' } },
  })) as unknown as SetResult;
  const [a, b] = [created?.['a']?.['id'] as string, created?.['b']?.['id'] as string];
  const { ids } = await client.call('Email/query', {});
  const [email = ''] = ids as string[];
  await client.call('Email/set', { update: { [email]: { mailboxIds: { [b]: true } } } });
  const destroy = async (id: string, more = {}): Promise<SetResult> =>
    (await client.call('Mailbox/set', { destroy: [id], ...more })) as unknown as SetResult;
  assert.equal((await destroy(a)).notDestroyed?.[a]?.['type'], 'mailboxHasChild');
  assert.equal((await destroy(b)).notDestroyed?.[b]?.['type'], 'mailboxHasEmail');
  assert.deepEqual((await destroy(b, { onDestroyRemoveEmails: true })).destroyed, [b]);
  assert.deepEqual((await client.call('Email/get', { ids: [email] }))['notFound'], [email]);
});

test('RFC 8621 §2.2: changes tell counts from properties, and only what happened', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const boxes = await client.mailboxes();
  const state = async (): Promise<string> =>
    (await client.call('Mailbox/get', { ids: [] }))['state'] as string;
  const before = await state();
  await house.receive('alice@hongyan.test', 'Subject: one\r\n\r\nbody\r\n');
  const counts = await client.call('Mailbox/changes', { sinceState: before });
  assert.deepEqual([counts['created'], counts['updated'], counts['destroyed']], [[], [boxes['inbox']], []]);
  assert.deepEqual(counts['updatedProperties'], [
    'totalEmails',
    'unreadEmails',
    'totalThreads',
    'unreadThreads',
  ]);
  const middle = await state();
  const { created } = (await client.call('Mailbox/set', {
    create: { k: { name: 'New' } },
    update: { [boxes['archive'] ?? '']: { name: 'Old' } },
  })) as unknown as SetResult;
  const id = created?.['k']?.['id'];
  const changes = await client.call('Mailbox/changes', { sinceState: middle });
  assert.deepEqual([changes['created'], changes['updated']], [[id], [boxes['archive']]]);
  assert.equal(changes['updatedProperties'], null);
  await client.call('Mailbox/set', { destroy: [id] });
  const after = await client.call('Mailbox/changes', { sinceState: changes['newState'] });
  assert.deepEqual(after['destroyed'], [id]);
  assert.equal(await client.errorOf('Mailbox/changes', { sinceState: 'x' }), 'cannotCalculateChanges');
  assert.equal(await client.errorOf('Mailbox/changes', { sinceState: '999999.9' }), 'cannotCalculateChanges');
  assert.equal(
    await client.errorOf('Mailbox/changes', { sinceState: before, maxChanges: 0 }),
    'invalidArguments',
  );
});

test('RFC 8621 §2.3: query by role, name and parent, sorted, as a tree', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const boxes = await client.mailboxes();
  const { created } = (await client.call('Mailbox/set', {
    create: { z: { name: 'Zeta' }, a: { name: 'Alpha', parentId: '#z' }, b: { name: 'Beta' } },
  })) as unknown as SetResult;
  const [z, a, b] = ['z', 'a', 'b'].map(key => created?.[key]?.['id']);
  const ids = async (args: Record<string, unknown>): Promise<unknown> =>
    (await client.call('Mailbox/query', args))['ids'];
  assert.deepEqual(await ids({ filter: { role: 'sent' } }), [boxes['sent']]);
  assert.deepEqual(await ids({ filter: { parentId: z } }), [a]);
  assert.deepEqual(await ids({ filter: { name: 'zET' } }), [z]);
  const own = { filter: { hasAnyRole: false }, sort: [{ property: 'name' }] };
  assert.deepEqual(await ids(own), [a, b, z]);
  assert.deepEqual(await ids({ ...own, sortAsTree: true }), [b, z, a]);
  assert.deepEqual(await ids({ filter: { name: 'alpha' }, filterAsTree: true }), []);
  assert.deepEqual(await ids({ ...own, position: 1, limit: 1 }), [b]);
  assert.equal(await client.errorOf('Mailbox/query', { filter: { nope: 1 } }), 'unsupportedFilter');
  const before = await client.call('Mailbox/query', own);
  await client.call('Mailbox/set', { update: { [String(b)]: { name: 'Omega' } } });
  const delta = await client.call('Mailbox/queryChanges', {
    filter: own.filter,
    sort: own.sort,
    sinceQueryState: before['queryState'],
  });
  assert.deepEqual([delta['removed'], delta['added']], [[b], [{ id: b, index: 1 }]]);
});

test('RFC 8621 §2: an unread email in the trash does not make its thread unread elsewhere', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const boxes = await client.mailboxes();
  await house.receive('alice@hongyan.test', 'Message-ID: <1@x>\r\nSubject: talk\r\n\r\none\r\n');
  await house.receive(
    'alice@hongyan.test',
    'Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: talk\r\n\r\ntwo\r\n',
  );
  const { ids } = await client.call('Email/query', { sort: [{ property: 'receivedAt' }] });
  const [one = '', two = ''] = ids as string[];
  await client.call('Email/set', {
    update: {
      [one]: { 'keywords/$seen': true },
      [two]: { mailboxIds: { [boxes['trash'] ?? '']: true } },
    },
  });
  const { list } = await client.call('Mailbox/get', {
    ids: [boxes['inbox'], boxes['trash']],
    properties: ['totalThreads', 'unreadThreads', 'unreadEmails'],
  });
  assert.deepEqual(list, [
    { id: boxes['inbox'], totalThreads: 1, unreadThreads: 0, unreadEmails: 0 },
    { id: boxes['trash'], totalThreads: 1, unreadThreads: 1, unreadEmails: 1 },
  ]);
});

test('RFC 8620 §5.2: changes told in pieces miss nothing of what happens meanwhile', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  await client.mailboxes();
  const { state } = await client.call('Mailbox/get', { ids: [] });
  const names = ['A', 'B', 'C', 'D'];
  const { created } = (await client.call('Mailbox/set', {
    create: Object.fromEntries(names.map(name => [name, { name }])),
  })) as unknown as SetResult;
  const ids = names.map(name => String(created?.[name]?.['id']));
  const seen = new Map<string, string[]>();
  let sinceState = state;
  for (let more = true, turn = 0; more; turn++) {
    assert.ok(turn < 20);
    const piece = await client.call('Mailbox/changes', { sinceState, maxChanges: 2 });
    for (const kind of ['created', 'updated', 'destroyed']) {
      for (const id of piece[kind] as string[]) seen.set(id, [...(seen.get(id) ?? []), kind]);
    }
    // The first two were told already when they change again.
    if (turn === 0) {
      await client.call('Mailbox/set', {
        update: { [ids[0] ?? '']: { name: 'A2' } },
        destroy: [ids[1], ids[3]],
      });
    }
    sinceState = piece['newState'];
    more = piece['hasMoreChanges'] as boolean;
  }
  assert.deepEqual(seen.get(ids[0] ?? ''), ['created', 'updated']);
  assert.deepEqual(seen.get(ids[1] ?? ''), ['created', 'destroyed']);
  assert.deepEqual(seen.get(ids[2] ?? ''), ['created']);
  assert.equal(sinceState, (await client.call('Mailbox/get', { ids: [] }))['state']);
});
