import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { scopeOf } from '@hongyan/testkit/web-house.ts';
import { sharedFoldersScope } from '../../src/access/scope.ts';
import { changeFolder } from '../../src/mailbox/emails/change-folder.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { sharersOf } from '../../src/store/system/sharing/folder-shares.ts';
import {
  accountsOf,
  bobAddress,
  listOf,
  type Objects,
  openScene,
  reading,
  share,
} from '../jmap-fixture/sharing-scene.ts';

test('RFC 4314 in JMAP: a shared folder makes an account with that folder, its mail, and nothing else', async () => {
  await using scene = await openScene(reading);
  const { bob, accountId, shared, visible, hidden, house } = scene;
  const account = (await accountsOf(scene))[accountId];
  assert.deepEqual(
    [account?.['name'], account?.['isPersonal'], account?.['isReadOnly']],
    ['alice@hongyan.test', false, true],
  );
  assert.deepEqual(
    Object.keys(objectsIn(account?.['accountCapabilities'])).toSorted((a, b) => (a < b ? -1 : 1)),
    [
      'urn:hongyan:params:jmap:sharing',
      'urn:ietf:params:jmap:blob',
      'urn:ietf:params:jmap:core',
      'urn:ietf:params:jmap:mail',
    ],
  );
  const boxes = await listOf(bob, 'Mailbox/get', { accountId, ids: null });
  assert.deepEqual(
    boxes.map(({ id, name, parentId, totalEmails, shareWith }) => [
      id,
      name,
      parentId,
      totalEmails,
      shareWith,
    ]),
    [[shared, 'Project', null, 1, null]],
  );
  const rights = objectsIn({ r: boxes[0]?.['myRights'] })['r'] ?? {};
  assert.deepEqual(
    Object.entries(rights).flatMap(([name, on]) => (on === true ? [name] : [])),
    ['mayReadItems'],
  );
  assert.deepEqual((await bob.call('Email/query', { accountId }))['ids'], [visible]);
  assert.deepEqual((await bob.call('Email/query', { accountId, filter: { text: 'zebra' } }))['ids'], [
    visible,
  ]);
  const mails = await bob.call('Email/get', {
    accountId,
    ids: [visible, hidden],
    properties: ['blobId', 'threadId', 'mailboxIds', 'bodyValues', 'textBody'],
    fetchTextBodyValues: true,
  });
  assert.deepEqual(mails['notFound'], [hidden]);
  const [mail] = mails['list'] as Objects;
  assert.deepEqual(mail?.['mailboxIds'], { [shared]: true });
  assert.match(JSON.stringify(mail?.['bodyValues']), /zebra/);
  // What the owner sees of the hidden mail leads to nothing here.
  const [secret] = await listOf(scene.alice, 'Email/get', {
    ids: [hidden],
    properties: ['blobId', 'threadId'],
  });
  const download = (blobId: unknown): Promise<Response> =>
    fetch(`${house.url}/jmap/download/${accountId}/${String(blobId)}/x`, {
      headers: { authorization: bob.authorization },
    });
  assert.equal((await download(secret?.['blobId'])).status, 404);
  assert.equal((await download(mail?.['blobId'])).status, 200);
  const threads = await bob.call('Thread/get', { accountId, ids: [secret?.['threadId']] });
  assert.deepEqual(threads['notFound'], [secret?.['threadId']]);
  assert.equal(await bob.errorOf('Email/set', { accountId, destroy: [visible] }), 'accountReadOnly');
  for (const method of [
    'Identity/get',
    'EmailSubmission/get',
    'EmailSubmission/changes',
    'Quota/get',
    'Label/get',
  ]) {
    const args = method.endsWith('changes') ? { sinceState: '1' } : { ids: null };
    assert.equal(await bob.errorOf(method, { accountId, ...args }), 'accountNotSupportedByMethod', method);
  }
  assert.deepEqual(house.complaints, []);
});

test('RFC 4314 §4 in JMAP: each right opens just what it names', async () => {
  await using scene = await openScene({ ...reading, maySetSeen: true });
  const { bob, accountId, shared, inbox, visible, hidden } = scene;
  const set = async (args: object): Promise<Record<string, unknown>> => {
    const answer = await bob.call('Email/set', { accountId, ...args });
    const failures = { ...objectsIn(answer['notUpdated']), ...objectsIn(answer['notDestroyed']) };
    return Object.fromEntries(Object.entries(failures).map(([id, error]) => [id, error['type']]));
  };
  assert.deepEqual(await set({ update: { [visible]: { 'keywords/$seen': true } } }), {});
  assert.deepEqual(await set({ update: { [visible]: { 'keywords/$flagged': true } } }), {
    [visible]: 'forbidden',
  });
  assert.deepEqual(await set({ update: { [visible]: { mailboxIds: { [inbox]: true } } } }), {
    [visible]: 'invalidProperties',
  });
  assert.deepEqual(await set({ update: { [hidden]: { 'keywords/$seen': true } } }), { [hidden]: 'notFound' });
  assert.deepEqual(await set({ destroy: [visible, hidden] }), {
    [visible]: 'forbidden',
    [hidden]: 'notFound',
  });
  // Adding from one's own account.
  const own = ((await bob.call('Email/query', {}))['ids'] as string[])[0];
  const copy = async (): Promise<unknown> => {
    const create = {
      c: { id: own, mailboxIds: { [shared]: true }, keywords: { $flagged: true, $seen: true } },
    };
    const answer = await bob.call('Email/copy', { accountId, fromAccountId: bob.accountId, create });
    return objectsIn(answer['notCreated'])['c']?.['type'];
  };
  assert.equal(await copy(), 'forbidden');
  assert.equal(await share(scene, { ...reading, maySetSeen: true, mayAddItems: true }), undefined);
  assert.equal(await copy(), undefined);
  const { ids } = await bob.call('Email/query', { accountId });
  const [newest] = await listOf(bob, 'Email/get', {
    accountId,
    ids: (ids as string[]).filter(id => id !== visible),
    properties: ['keywords'],
  });
  // Flags that may not be set are left out.
  assert.deepEqual(newest?.['keywords'], { $seen: true });
  const boxes = async (args: object): Promise<unknown[]> => {
    const answer = await bob.call('Mailbox/set', { accountId, ...args });
    const all = ['notCreated', 'notUpdated', 'notDestroyed'].flatMap(key =>
      Object.values(objectsIn(answer[key])),
    );
    return all.map(error => error['type']);
  };
  assert.deepEqual(await boxes({ create: { x: { name: 'x', parentId: shared }, y: { name: 'y' } } }), [
    'forbidden',
    'forbidden',
  ]);
  assert.deepEqual(await boxes({ update: { [shared]: { name: 'Mine' }, [inbox]: { name: 'Mine' } } }), [
    'forbidden',
    'notFound',
  ]);
  assert.deepEqual(await boxes({ update: { [shared]: { shareWith: null } } }), ['forbidden']);
  assert.deepEqual(await boxes({ destroy: [shared] }), ['mailboxHasEmail']);
  const all = {
    mayRemoveItems: true,
    mayCreateChild: true,
    mayRename: true,
    mayDelete: true,
    maySetKeywords: true,
  };
  assert.equal(await share(scene, { ...reading, maySetSeen: true, mayAddItems: true, ...all }), undefined);
  assert.deepEqual(await boxes({ create: { x: { name: 'x', parentId: shared } } }), []);
  assert.deepEqual(await boxes({ update: { [shared]: { name: 'Renamed', parentId: null } } }), []);
  const [renamed] = (await listOf(scene.alice, 'Mailbox/get')).filter(box => box['id'] === shared);
  assert.deepEqual([renamed?.['name'], renamed?.['parentId'] === null], ['Renamed', false]);
  assert.deepEqual(await set({ destroy: [visible] }), {});
  assert.deepEqual(scene.house.complaints, []);
});

test('RFC 9670 in JMAP: shareWith shows and sets who else has rights; taking them back ends everything at once', async () => {
  await using scene = await openScene({ ...reading, mayShare: true });
  const { alice, bob, accountId, shared, visible, house } = scene;
  const shown = async (client: JmapClient, args: object): Promise<unknown> => {
    const boxes = await listOf(client, 'Mailbox/get', { ids: [shared], properties: ['shareWith'], ...args });
    return boxes[0]?.['shareWith'];
  };
  const none = Object.fromEntries(
    'mayReadItems mayAddItems mayRemoveItems maySetSeen maySetKeywords mayCreateChild mayRename mayDelete maySubmit mayShare'
      .split(' ')
      .map(name => [name, false]),
  );
  const bobs = { ...none, mayReadItems: true, mayShare: true };
  assert.deepEqual(await shown(alice, {}), { [bobAddress]: bobs });
  // Who may share may share with everybody.
  const more = await bob.call('Mailbox/set', {
    accountId,
    update: { [shared]: { 'shareWith/anyone': reading } },
  });
  assert.deepEqual(Object.keys(objectsIn(more['updated'])), [shared]);
  assert.deepEqual(await shown(bob, { accountId }), {
    [bobAddress]: bobs,
    anyone: { ...none, mayReadItems: true },
  });
  const bad: readonly (readonly [object, string])[] = [
    [{ 'shareWith/nobody@hongyan.test': reading }, 'invalidProperties'],
    [{ 'shareWith/alice@hongyan.test': reading }, 'invalidProperties'],
    [{ 'shareWith/bob@hongyan.test': { mayFly: true } }, 'invalidProperties'],
    [{ 'shareWith/bob@hongyan.test': 5 }, 'invalidProperties'],
    [{ 'shareWith/bob@hongyan.test/mayShare': true }, 'invalidPatch'],
    [{ shareWith: [] }, 'invalidProperties'],
  ];
  for (const [patch, type] of bad) {
    const answer = await alice.call('Mailbox/set', { update: { [shared]: patch } });
    assert.equal(objectsIn(answer['notUpdated'])[shared]?.['type'], type, JSON.stringify(patch));
  }
  const { state } = await bob.call('Email/get', { accountId, ids: [] });
  const whole = await alice.call('Mailbox/set', {
    update: { [shared]: { shareWith: { [bobAddress]: reading } } },
  });
  assert.deepEqual(Object.keys(objectsIn(whole['updated'])), [shared]);
  assert.deepEqual(await shown(alice, {}), { [bobAddress]: { ...none, mayReadItems: true } });
  // What one may see changed: nothing can be told across that.
  assert.equal(
    await bob.errorOf('Email/changes', { accountId, sinceState: state }),
    'cannotCalculateChanges',
  );
  const { state: later } = await bob.call('Email/get', { accountId, ids: [] });
  const quiet = await bob.call('Email/changes', { accountId, sinceState: later });
  assert.deepEqual([quiet['created'], quiet['updated'], quiet['destroyed']], [[], [], []]);
  await alice.call('Email/set', { update: { [visible]: { 'keywords/$flagged': true } } });
  assert.deepEqual((await bob.call('Email/changes', { accountId, sinceState: later }))['updated'], [visible]);
  await alice.call('Mailbox/set', { update: { [shared]: { shareWith: null } } });
  assert.equal(await shown(alice, {}), null);
  assert.equal(await bob.errorOf('Email/get', { accountId, ids: [visible] }), 'accountNotFound');
  assert.equal((await accountsOf(scene))[accountId], undefined);
  assert.deepEqual(house.complaints, []);
});

test('RFC 8620 §5.3, §5.1: a mailbox gets its name and its people together or not at all', async () => {
  await using scene = await openScene(reading);
  const { alice, bob, house, accountId, shared, inbox } = scene;
  const boxOf = async (id: string): Promise<unknown[]> => {
    const [box] = await listOf(alice, 'Mailbox/get', { ids: [id], properties: ['name', 'shareWith'] });
    return [box?.['name'], Object.keys(objectsIn(box?.['shareWith']))];
  };
  const before = await boxOf(shared);
  const state = (await alice.call('Mailbox/get', { ids: [] }))['state'];
  const failureOf = async (update: object): Promise<unknown[]> => {
    const answer = await alice.call('Mailbox/set', { update: { [shared]: update } });
    const error = objectsIn(answer['notUpdated'])[shared];
    return [error?.['type'], error?.['properties']];
  };
  // Somebody nobody knows, whatever comes before them in the list.
  const stranger = { anyone: reading, 'stranger@hongyan.test': reading };
  assert.deepEqual(await failureOf({ name: 'New', shareWith: stranger }), [
    'invalidProperties',
    ['shareWith/stranger@hongyan.test'],
  ]);
  // The people are fine, but the name is taken; the owner cannot be given less.
  await alice.call('Mailbox/set', { create: { t: { name: 'Taken' } } });
  assert.deepEqual(await failureOf({ parentId: null, name: 'Taken', shareWith: { anyone: reading } }), [
    'alreadyExists',
    undefined,
  ]);
  const own = { shareWith: { 'alice@hongyan.test': reading }, sortOrder: 9 };
  assert.deepEqual((await failureOf(own))[0], 'invalidProperties');
  assert.deepEqual(await boxOf(shared), before);
  const made = (create: object): Promise<Record<string, unknown>> =>
    alice.call('Mailbox/set', { create: { n: create } });
  const failed = await made({ name: 'Half', shareWith: stranger });
  assert.equal(objectsIn(failed['notCreated'])['n']?.['type'], 'invalidProperties');
  assert.equal(
    (await listOf(alice, 'Mailbox/get')).some(box => box['name'] === 'Half'),
    false,
  );
  // What is left of failed shares leads nobody here.
  const { web } = house;
  assert.deepEqual(await sharersOf(web.database.look('provider'), web.alice.tenantId, 999_999, 10), []);

  // All of it at once; what goes round goes round with it.
  const moved = await alice.call('Mailbox/set', {
    update: { [shared]: { name: 'New', sortOrder: 3, 'shareWith/anyone': reading } },
  });
  assert.deepEqual(moved['updated'], { [shared]: null });
  assert.deepEqual(await boxOf(shared), ['New', ['anyone', bobAddress]]);
  assert.notEqual((await alice.call('Mailbox/get', { ids: [] }))['state'], state);
  const pair = await alice.call('Mailbox/set', { create: { a: { name: 'A' }, b: { name: 'B' } } });
  const [a, b] = ['a', 'b'].map(key => String(objectsIn(pair['created'])[key]?.['id']));
  assert.ok(a && b);
  const swapped = await alice.call('Mailbox/set', {
    update: {
      [a]: { name: 'B', shareWith: { [bobAddress]: reading } },
      [b]: { name: 'A', shareWith: { [bobAddress]: reading } },
    },
  });
  assert.deepEqual(swapped['notUpdated'], null);
  assert.deepEqual(
    [await boxOf(a), await boxOf(b)],
    [
      ['B', [bobAddress]],
      ['A', [bobAddress]],
    ],
  );
  const names = (await listOf(bob, 'Mailbox/get', { accountId, ids: null })).map(box => box['name']);
  assert.deepEqual(names.map(String).toSorted(), ['A', 'B', 'New']);
  assert.equal(names.includes(inbox), false);
  assert.deepEqual(house.complaints, []);
});

test('RFC 4314 §3.1: who may not share writes nothing down about anybody; a folder names so many people', async () => {
  await using scene = await openScene({ ...reading, mayCreateChild: true, mayRename: true });
  const { bob, alice, house, accountId, shared } = scene;
  const { mailboxes, web } = house;
  const hints = (): Promise<number[]> =>
    sharersOf(web.database.look('provider'), web.alice.tenantId, 999_999, 10);
  const { updated, notUpdated } = await bob.call('Mailbox/set', {
    accountId,
    update: { [shared]: { name: 'Bob’s', shareWith: { anyone: reading } } },
  });
  assert.equal(updated, null);
  assert.equal(objectsIn(notUpdated)[shared]?.['type'], 'forbidden');
  const made = await bob.call('Mailbox/set', {
    accountId,
    create: { c: { name: 'Child', parentId: shared, shareWith: { anyone: reading } } },
  });
  assert.equal(objectsIn(made['notCreated'])['c']?.['type'], 'forbidden');
  const [box] = await listOf(alice, 'Mailbox/get', { ids: [shared] });
  assert.deepEqual([box?.['name'], await hints()], ['Project', []]);
  // The transaction asks again: rights may go between the two.
  const scope = sharedFoldersScope(web.bob, web.alice.accountId);
  const shares = {
    whole: false,
    people: new Map([[0, new Set(['l'] as const)]]),
    touched: new Set<number>(),
  };
  await assert.rejects(changeFolder(mailboxes, scope, Number(shared.slice(1)), { shares }), error =>
    isMailError(error, 'access.denied'),
  );
  // As many as the limit says, then no more, but always fewer.
  const small = { ...mailboxes, limits: { ...mailboxes.limits, maxAclEntries: 1 } };
  const id = Number(shared.slice(1));
  const owner = scopeOf(web.alice);
  await assert.rejects(changeFolder(small, owner, id, { shares }), error =>
    isMailError(error, 'limit.exceeded'),
  );
  await changeFolder(mailboxes, owner, id, { shares });
  const none = {
    whole: false,
    people: new Map([[web.bob.accountId, new Set<never>()]]),
    touched: new Set<number>(),
  };
  await changeFolder(small, owner, id, { shares: none });
  const [after] = await listOf(alice, 'Mailbox/get', { ids: [shared], properties: ['shareWith'] });
  assert.deepEqual(Object.keys(objectsIn(after?.['shareWith'])), ['anyone']);
});
