import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

type Objects = Record<string, unknown>[];

test('FLD-03: labels get keywords, count mails, stop where keywords end, and leave all mail when they go', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: x\r\n\r\nbody\r\n');
  const client = await house.client(house.web.alice);
  const made = await client.call('Label/set', {
    create: {
      a: { name: 'Key Accounts', color: 'red' },
      b: { name: '重要客户' },
      bad: { name: '', color: 'pink' },
      odd: { name: 'x', shape: 1 },
    },
  });
  const created = objectsIn(made['created']);
  assert.deepEqual(
    [
      created['a']?.['keyword'],
      created['b']?.['keyword'],
      created['b']?.['color'],
      created['a']?.['totalEmails'],
    ],
    ['label-key-accounts', 'label-1', 'blue', 0],
  );
  const errors = objectsIn(made['notCreated']);
  assert.deepEqual(errors['bad']?.['properties'], ['color', 'name']);
  assert.deepEqual(errors['odd']?.['properties'], ['shape']);
  const again = await client.call('Label/set', { create: { c: { name: 'KEY accounts' } } });
  assert.equal(objectsIn(again['notCreated'])['c']?.['existingId'], created['a']?.['id']);
  const { ids } = await client.call('Email/query', {});
  const email = String((ids as string[])[0]);
  await client.call('Email/set', { update: { [email]: { 'keywords/label-key-accounts': true } } });
  const { list } = await client.call('Label/get', { ids: null });
  const [first] = list as Objects;
  assert.deepEqual([first?.['totalEmails'], first?.['unreadEmails']], [1, 1]);
  const found = await client.call('Email/query', { filter: { hasKeyword: 'label-key-accounts' } });
  assert.deepEqual(found['ids'], [email]);
  const id = String(first?.['id']);
  const renamed = await client.call('Label/set', { update: { [id]: { name: 'VIP', keyword: 'other' } } });
  assert.deepEqual(objectsIn(renamed['notUpdated'])[id]?.['properties'], ['keyword']);
  const state = (await client.call('Label/get', { ids: [] }))['state'];
  assert.equal(await client.errorOf('Label/set', { ifInState: 'other', destroy: [id] }), 'stateMismatch');
  const gone = await client.call('Label/set', { ifInState: state, destroy: [id] });
  assert.deepEqual(gone['destroyed'], [id]);
  const mail = await client.call('Email/get', { ids: [email], properties: ['keywords'] });
  assert.deepEqual((mail['list'] as Objects)[0]?.['keywords'], {});
  const changes = await client.call('Label/changes', { sinceState: state });
  assert.deepEqual([changes['created'], changes['updated'], changes['destroyed']], [[], [], [id]]);
  const create = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`n${n}`, { name: `l${n}` }]));
  const many = await client.call('Label/set', { create });
  assert.deepEqual(
    Object.values(objectsIn(many['notCreated'])).map(error => error['type']),
    ['overQuota'],
  );
  const order = await client.call('Label/query', {
    sort: [{ property: 'name', isAscending: false }],
    limit: 1,
  });
  assert.equal((order['ids'] as string[]).length, 1);
});

test('CMP-08, CMP-09: one default signature of each kind; six presets that stay', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const first = await client.call('Signature/set', {
    create: { a: { name: 'A', htmlBody: '<p>A</p>', isDefault: true, isDefaultForReplies: true } },
  });
  const a = String(objectsIn(first['created'])['a']?.['id']);
  const second = await client.call('Signature/set', { create: { b: { name: 'B', isDefault: true } } });
  const { list } = await client.call('Signature/get', { ids: [a] });
  assert.deepEqual(
    [(list as Objects)[0]?.['isDefault'], (list as Objects)[0]?.['isDefaultForReplies']],
    [false, true],
  );
  const changes = await client.call('Signature/changes', { sinceState: second['oldState'] });
  assert.deepEqual(changes['updated'], [a]);
  const templates = (await client.call('Template/get', { ids: null }))['list'] as Objects;
  assert.equal(templates.filter(one => one['isPreset']).length, 6);
  assert.match(String(templates[0]?.['htmlBody']), /\{\{name\}\}/);
  const set = await client.call('Template/set', {
    create: { t: { name: 'Mine', subject: 'Hello {{name}}' } },
    update: { 'preset-1': { name: 'x' } },
    destroy: ['preset-2'],
  });
  assert.equal(objectsIn(set['created'])['t']?.['isPreset'], false);
  assert.equal(objectsIn(set['notUpdated'])['preset-1']?.['type'], 'forbidden');
  assert.equal(objectsIn(set['notDestroyed'])['preset-2']?.['type'], 'forbidden');
});

test('SET-01, SET-02, SET-03, SET-04, SET-05, SET-06, SET-07, SET-08, SET-09, SET-10, SET-11, SET-12, CLI-08, CLI-09: settings are one object with defaults, checked strictly', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const { list, state } = await client.call('Settings/get', { ids: ['singleton'] });
  const [settings] = list as Objects;
  assert.deepEqual(
    [settings?.['pageSize'], settings?.['replyPrefix'], settings?.['pop'], settings?.['mayForward']],
    [50, 'en', { rangeDays: 7, keepDeleted: false }, true],
  );
  const update = (patch: Record<string, unknown>): Promise<Record<string, unknown>> =>
    client.call('Settings/set', { update: { singleton: patch } });
  const good = await update({ pageSize: 100, 'pop/rangeDays': null, replyTo: 'r@a.test', language: 'zh-CN' });
  assert.deepEqual(good['updated'], { singleton: null });
  const bad = await update({ pageSize: 10, theme: 'pink', surplus: 1 });
  assert.deepEqual(objectsIn(bad['notUpdated'])['singleton']?.['properties'], [
    'pageSize',
    'theme',
    'surplus',
  ]);
  const fixed = await update({ mayForward: false });
  assert.deepEqual(objectsIn(fixed['notUpdated'])['singleton']?.['properties'], ['mayForward']);
  for (const forward of [
    { isEnabled: true, address: null, keepCopy: true },
    { isEnabled: true, address: 'Alice@hongyan.test', keepCopy: true },
  ]) {
    const refused = await update({ autoForward: forward });
    assert.deepEqual(objectsIn(refused['notUpdated'])['singleton']?.['properties'], ['autoForward']);
  }
  const now = ((await client.call('Settings/get', {}))['list'] as Objects)[0];
  assert.deepEqual(
    [now?.['pageSize'], now?.['pop'], now?.['language']],
    [100, { rangeDays: null, keepDeleted: false }, 'zh-CN'],
  );
  await update({ pageSize: null });
  assert.equal(((await client.call('Settings/get', {}))['list'] as Objects)[0]?.['pageSize'], 50);
  const changes = await client.call('Settings/changes', { sinceState: state });
  assert.deepEqual(changes['updated'], ['singleton']);
  const odd = await client.call('Settings/set', { create: { a: {} }, destroy: ['singleton'] });
  assert.equal(objectsIn(odd['notCreated'])['a']?.['type'], 'singleton');
  assert.equal(objectsIn(odd['notDestroyed'])['singleton']?.['type'], 'singleton');
  const identity = ((await client.call('Identity/get', {}))['list'] as Objects)[0];
  assert.deepEqual(identity?.['replyTo'], [{ name: null, email: 'r@a.test' }]);
});

test('SET-04: changes of several settings at the same moment all hold', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const wanted = {
    pageSize: 20,
    showSize: true,
    quickCompose: false,
    landingPage: 'home',
    language: 'en',
    density: 'compact',
  };
  await Promise.all(
    Object.entries(wanted).map(([name, value]) =>
      client.call('Settings/set', { update: { singleton: { [name]: value } } }),
    ),
  );
  const now = ((await client.call('Settings/get', {}))['list'] as Objects)[0] ?? {};
  assert.deepEqual(Object.fromEntries(Object.keys(wanted).map(name => [name, now[name]])), wanted);
});

test('FLT-01, FLT-02, FLT-03: rules and senders are checked; 101 blocked senders are too many', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const rule = (more: Record<string, unknown>): Record<string, unknown> => ({
    name: 'r',
    conditions: [{ field: 'subject', operator: 'contains', value: 'x' }],
    actions: [{ type: 'star' }],
    ...more,
  });
  const set = await client.call('FilterRule/set', {
    create: {
      good: rule({}),
      field: rule({ conditions: [{ field: 'moon', operator: 'is', value: 'x' }] }),
      size: rule({ conditions: [{ field: 'size', operator: 'contains', value: 'x' }] }),
      none: rule({ actions: [] }),
      both: rule({ actions: [{ type: 'refuse', reason: 'no' }, { type: 'star' }] }),
      extra: rule({ actions: [{ type: 'star', colour: 'red' }] }),
      ref: rule({ actions: [{ type: 'label', labelId: '#none' }] }),
    },
  });
  assert.deepEqual(Object.keys(objectsIn(set['created'])), ['good']);
  assert.equal(Object.keys(objectsIn(set['notCreated'])).length, 6);
  const create = Object.fromEntries(
    Array.from({ length: 101 }, (_, n) => [`n${n}`, { kind: 'block', value: `s${n}@Bad.test` }]),
  );
  const blocked = await client.call('SenderEntry/set', { create });
  assert.equal(objectsIn(blocked['notCreated'])['n100']?.['type'], 'overQuota');
  const more = await client.call('SenderEntry/set', {
    create: {
      allow: { kind: 'allow', value: 'Example.com' },
      again: { kind: 'block', value: 'S0@bad.test' },
      odd: { kind: 'block', value: 'nobody' },
    },
  });
  assert.deepEqual(Object.keys(objectsIn(more['created'])), ['allow']);
  const errors = objectsIn(more['notCreated']);
  assert.deepEqual(
    [errors['again']?.['type'], errors['odd']?.['type']],
    ['alreadyExists', 'invalidProperties'],
  );
  const found = await client.call('SenderEntry/query', { filter: { kind: 'allow' } });
  assert.equal((found['ids'] as string[]).length, 1);
});

test('CON-01, CON-02, CON-03, RFC 9610: books, cards, groups, pinyin; a colleague is copied', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const books = (await client.call('AddressBook/get', {}))['list'] as Objects;
  assert.deepEqual(
    books.map(book => book['id']),
    ['company', 'ab1'],
  );
  assert.equal(await client.errorOf('AddressBook/set', { accountId: 'a999' }), 'accountNotFound');
  const made = await client.call('ContactCard/set', {
    create: {
      w: { name: { full: '张伟' }, emails: { a: { address: 'zw@a.test' } } },
      q: { name: { full: '赵启明' }, uid: 'urn:uuid:q', addressBookIds: { ab1: true } },
      bad: { name: { full: 3 }, addressBookIds: { ab9: true } },
    },
  });
  const created = objectsIn(made['created']);
  assert.deepEqual(created['w']?.['addressBookIds'], { ab1: true });
  assert.ok(objectsIn(made['notCreated'])['bad']);
  const ids = async (filter: Record<string, unknown>): Promise<unknown> =>
    (await client.call('ContactCard/query', { filter }))['ids'];
  const w = created['w']?.['id'];
  for (const text of ['张', 'zhangwei', 'zw', 'zw@a']) assert.deepEqual(await ids({ text }), [w], text);
  const state = made['newState'];
  const group = await client.call('ContactCard/set', {
    create: { g: { kind: 'group', name: { full: 'Team' }, members: { 'urn:uuid:q': true } } },
    update: { [String(w)]: { 'emails/b': { address: 'second@a.test' }, 'emails/a': null } },
  });
  const g = objectsIn(group['created'])['g']?.['id'];
  assert.deepEqual(await ids({ hasMember: 'urn:uuid:q' }), [g]);
  const delta = await client.call('ContactCard/queryChanges', {
    sinceQueryState: state,
    filter: { text: 'second' },
  });
  assert.deepEqual(delta['added'], [{ id: w, index: 0 }]);
  const colleagues = await ids({ inAddressBook: 'company', text: 'bob' });
  assert.equal((colleagues as string[]).length, 1);
  const got = await client.call('ContactCard/get', { ids: colleagues });
  const { id: _id, uid: _uid, ...card } = (got['list'] as Objects)[0] ?? {};
  const copy = await client.call('ContactCard/set', {
    create: { c: { ...card, addressBookIds: { ab1: true } } },
  });
  assert.ok(objectsIn(copy['created'])['c'], JSON.stringify(copy));
  const wrong = await client.call('ContactCard/set', { destroy: colleagues });
  assert.equal(Object.values(objectsIn(wrong['notDestroyed']))[0]?.['type'], 'forbidden');
  const last = await client.call('AddressBook/set', { destroy: ['ab1'] });
  assert.equal(objectsIn(last['notDestroyed'])['ab1']?.['type'], 'forbidden');
  await client.call('AddressBook/set', { create: { b: { name: 'Second' } }, onSuccessSetIsDefault: '#b' });
  const full = await client.call('AddressBook/set', { destroy: ['ab1'] });
  assert.equal(objectsIn(full['notDestroyed'])['ab1']?.['type'], 'addressBookHasContents');
  const emptied = await client.call('AddressBook/set', { destroy: ['ab1'], onDestroyRemoveContents: true });
  assert.deepEqual(emptied['destroyed'], ['ab1']);
  assert.deepEqual((await client.call('ContactCard/get', {}))['list'], []);
});

test('vCards go in and come out; recipients are suggested and forgotten', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const file = 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nFN:李雷\r\nEMAIL:lilei@a.test\r\nEND:VCARD\r\n';
  const upload = await client.call('Blob/upload', {
    create: { f: { data: [{ 'data:asText': file + file }] } },
  });
  const blobId = objectsIn(upload['created'])['f']?.['id'];
  const imported = await client.call('ContactCard/import', { blobId });
  assert.deepEqual([(imported['created'] as string[]).length, imported['skipped']], [1, 1]);
  const exported = await client.call('ContactCard/export', { version: '4.0' });
  const text = await client.call('Blob/get', { ids: [exported['blobId']], properties: ['data:asText'] });
  assert.match(String((text['list'] as Objects)[0]?.['data:asText']), /FN:李雷\r\n/);
  assert.equal(await client.errorOf('ContactCard/import', { blobId: 'Bnone' }), 'invalidArguments');
  const suggest = async (wanted: string): Promise<unknown> =>
    ((await client.call('Recipient/suggest', { text: wanted }))['list'] as Objects).map(one => [
      one['email'],
      one['source'],
    ]);
  assert.deepEqual(await suggest('ll'), [['lilei@a.test', 'contact']]);
  assert.deepEqual(await suggest('bob'), [['bob@hongyan.test', 'colleague']]);
  const { list } = await client.call('Identity/get', {});
  const identityId = (list as Objects)[0]?.['id'];
  const { list: boxes } = await client.call('Mailbox/get', {});
  const drafts = (boxes as Objects).find(one => one['role'] === 'drafts')?.['id'];
  const body = { value: 'x' };
  await client.request([
    [
      'Email/set',
      {
        create: {
          m: {
            mailboxIds: { [String(drafts)]: true },
            from: [{ email: 'alice@hongyan.test' }],
            to: [{ name: 'Bob B', email: 'bob@hongyan.test' }],
            subject: 'x',
            bodyValues: { t: body },
            textBody: [{ partId: 't', type: 'text/plain' }],
          },
        },
      },
    ],
    ['EmailSubmission/set', { create: { s: { identityId, emailId: '#m' } } }],
  ]);
  assert.deepEqual(await suggest(''), [['bob@hongyan.test', 'recent']]);
  await client.call('Recipient/forget', { emails: ['BOB@hongyan.test'] });
  assert.deepEqual(await suggest(''), []);
});

test('CMP-09: presets speak the language of the request while the account has none of its own', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: x\r\n\r\nbody\r\n');
  const client = await house.client(house.web.alice);
  const firstPreset = async (language: string): Promise<string> => {
    const using = ['urn:ietf:params:jmap:core', 'urn:hongyan:params:jmap:templates'];
    const methodCalls = [['Template/get', { accountId: client.accountId, ids: ['preset-1'] }, '0']];
    const response = await fetch(client.session.apiUrl, {
      method: 'POST',
      headers: {
        authorization: client.authorization,
        'content-type': 'application/json',
        'accept-language': language,
      },
      body: JSON.stringify({ using, methodCalls }),
    });
    return JSON.stringify(await response.json());
  };
  assert.match(await firstPreset('zh-CN,zh;q=0.9'), /\p{Script=Han}/u);
  assert.doesNotMatch(await firstPreset('en-GB,zh;q=0.5'), /\p{Script=Han}/u);
  assert.doesNotMatch(await firstPreset('*'), /\p{Script=Han}/u);
});
