import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';

const core = ['urn:ietf:params:jmap:core'];

test('RFC 8620 §2.2: /.well-known/jmap leads to the session, with every capability and absolute URLs', async () => {
  await using house = await openJmapHouse();
  const { session } = await house.client(house.web.alice);
  for (const name of ['core', 'mail', 'submission', 'websocket', 'blob', 'quota']) {
    assert.ok(session.capabilities[`urn:ietf:params:jmap:${name}`], name);
  }
  assert.equal(session.apiUrl, `${house.url}/jmap/api`);
  assert.equal(session.capabilities[core[0] ?? '']?.['maxCallsInRequest'], 64);
  assert.deepEqual(house.complaints, []);
});

test('RFC 8620 §4: Core/echo, and calls answered in order with their ids', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const responses = await client.request([
    ['Core/echo', { hello: true, high: 5 }, 'a'],
    ['Nonsense/get', {}, 'b'],
    ['Core/echo', {}, 'a'],
  ]);
  assert.deepEqual(
    responses.map(({ name, args, callId }) => [name, args, callId]),
    [
      ['Core/echo', { hello: true, high: 5 }, 'a'],
      ['error', { type: 'unknownMethod' }, 'b'],
      ['Core/echo', {}, 'a'],
    ],
  );
});

test('RFC 8620 §3.6.1: request-level errors are problem details', async () => {
  await using house = await openJmapHouse({ maxSizeRequest: 2_000, maxCallsInRequest: 3 });
  const client = await house.client(house.web.alice);
  const problem = async (body: string, type?: string): Promise<string> => {
    const response = await client.post(body, type);
    assert.equal(response.status, 400);
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const details = (await response.json()) as { type: string; limit?: string };
    return `${details.type.split(':').at(-1)} ${details.limit ?? ''}`.trim();
  };
  assert.equal(await problem('{}', 'text/plain'), 'notJSON');
  assert.equal(await problem('{"using":'), 'notJSON');
  assert.equal(await problem('[]'), 'notRequest');
  assert.equal(await problem('{"using":["urn:x"],"methodCalls":[]}'), 'unknownCapability');
  assert.equal(await problem(' '.repeat(2_001)), 'limit maxSizeRequest');
  const calls = Array.from({ length: 4 }, () => ['Core/echo', {}, 'c']);
  assert.equal(await problem(JSON.stringify({ using: core, methodCalls: calls })), 'limit maxCallsInRequest');
});

test('RFC 8620 §3.3: a method of a capability that is not used is unknown', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const methodCalls = [['Mailbox/get', { accountId: client.accountId, ids: null }, 'c']];
  const response = await client.post(JSON.stringify({ using: core, methodCalls }));
  const { methodResponses } = (await response.json()) as { methodResponses: unknown[][] };
  assert.deepEqual(methodResponses[0]?.slice(0, 2), ['error', { type: 'unknownMethod' }]);
});

test('hostile requests: 10,000 calls, deep nesting, huge arrays and wrong types end in their named errors', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const calls = Array.from({ length: 10_000 }, () => ['Core/echo', {}, 'c']);
  const many = await client.post(JSON.stringify({ using: core, methodCalls: calls }));
  assert.equal(many.status, 400);
  const deep = await client.post(`{"using":[],"methodCalls":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  assert.match(await deep.text(), /notJSON/);
  const ids = Array.from({ length: 5_000 }, (_, index) => `e${index + 1}`);
  assert.equal(await client.errorOf('Email/get', { ids }), 'requestTooLarge');
  const destroy = ids;
  assert.equal(await client.errorOf('Email/set', { destroy }), 'requestTooLarge');
  for (const args of [
    { ids: 'e1' },
    { ids: [1] },
    { ids: ['no id!'] },
    { properties: 'x' },
    { surplus: 1 },
  ]) {
    assert.equal(await client.errorOf('Email/get', args), 'invalidArguments', JSON.stringify(args));
  }
  assert.equal(await client.errorOf('Email/query', { filter: [] }), 'invalidArguments');
  assert.equal(
    await client.errorOf('Email/query', { filter: { __proto__: null, nope: 1 } }),
    'unsupportedFilter',
  );
  assert.equal(await client.errorOf('Email/query', { sort: [{ property: 'nope' }] }), 'unsupportedSort');
  assert.deepEqual(house.complaints, []);
});

test('RFC 8620 §3.7: back-references that multiply or do not resolve end the method only', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const list = Array.from({ length: 200 }, () => ({ ids: Array.from({ length: 200 }, () => 'x') }));
  const wide = { resultOf: 'a', name: 'Core/echo', path: '/list/*/ids' };
  const responses = await client.request([
    ['Core/echo', { list }, 'a'],
    ['Email/get', { '#ids': wide }, 'b'],
    ['Email/get', { '#ids': { ...wide, path: `/list${'/*'.repeat(10_000)}` } }, 'c'],
    ['Email/get', { '#ids': { ...wide, resultOf: 'z' } }, 'd'],
    ['Core/echo', {}, 'e'],
  ]);
  assert.deepEqual(
    responses.map(response => response.args['type'] ?? response.name),
    ['Core/echo', 'invalidResultReference', 'invalidResultReference', 'invalidResultReference', 'Core/echo'],
  );
});

test('accounts of others are accountNotFound; their blobs are not there', async () => {
  await using house = await openJmapHouse();
  await house.receive('bob@hongyan.test', 'Subject: secret\r\n\r\nfor bob only\r\n');
  const bob = await house.client(house.web.bob);
  const alice = await house.client(house.web.alice);
  const { ids } = await bob.call('Email/query', {});
  const { list } = await bob.call('Email/get', { ids, properties: ['blobId'] });
  const [email] = list as { id: string; blobId: string }[];
  assert.ok(email);
  for (const [name, args] of [
    ['Mailbox/get', { ids: null }],
    ['Email/get', { ids }],
    ['Email/query', {}],
    ['Email/set', { destroy: ids }],
    ['Email/import', { emails: {} }],
  ] as const) {
    assert.equal(await alice.errorOf(name, { accountId: bob.accountId, ...args }), 'accountNotFound', name);
  }
  const { notFound } = await alice.call('Email/get', { ids: [email.id] });
  assert.deepEqual(notFound, [email.id]);
  assert.equal((await alice.download(email.blobId)).status, 404);
  assert.equal((await bob.download(email.blobId)).status, 200);
  const foreign = alice.session.downloadUrl.replace('{accountId}', bob.accountId);
  const response = await fetch(foreign.replace('{blobId}', email.blobId).replace('{name}', 'x'), {
    headers: { authorization: alice.authorization },
  });
  assert.equal(response.status, 404);
  // The same number is a message of hers now; the hash is still that of his.
  await house.receive('alice@hongyan.test', 'Subject: mine\r\n\r\nother\r\n');
  const { list: own } = await alice.call('Email/get', { ids: [email.id], properties: ['blobId'] });
  assert.equal((own as object[]).length, 1);
  assert.equal((await alice.download(email.blobId)).status, 404);
  const created = await alice.call('Email/import', {
    emails: { k: { blobId: email.blobId, mailboxIds: { m1: true } } },
  });
  assert.equal((created['notCreated'] as { k: { type: string } }).k.type, 'invalidProperties');
});

test('nobody reads the session without signing in; programs are told how', async () => {
  await using house = await openJmapHouse();
  const response = await fetch(`${house.url}/jmap/session`);
  assert.equal(response.status, 401);
  assert.match(response.headers.get('www-authenticate') ?? '', /Basic/);
  const wrong = `Basic ${Buffer.from('alice@hongyan.test:wrong').toString('base64')}`;
  assert.equal((await fetch(`${house.url}/jmap/session`, { headers: { authorization: wrong } })).status, 401);
});

test('guessing passwords through HTTP Basic is slowed as in the form, and the owner is not locked out', async () => {
  await using house = await openJmapHouse();
  const ask = (login: string, password: string): Promise<Response> => {
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    return fetch(`${house.url}/jmap/session`, { headers: { authorization } });
  };
  const answers = new Set<string>();
  for (const login of ['alice@hongyan.test', 'nobody@hongyan.test', 'alice@elsewhere.test']) {
    const response = await ask(login, 'wrong');
    answers.add(`${response.status} ${await response.text()}`);
  }
  assert.equal(answers.size, 1, 'an answer tells nothing about who exists');
  let last = await ask('alice@hongyan.test', 'wrong');
  for (let n = 0; n < 10 && last.status === 401; n += 1) last = await ask('alice@hongyan.test', 'wrong');
  assert.equal(last.status, 429);
  const wait = Number(last.headers.get('retry-after'));
  assert.ok(wait > 0 && wait <= 60, String(wait));
  assert.equal(((await last.json()) as { code: string }).code, 'auth.too_many_attempts');
  house.web.clock.advance((wait + 1) * 1000);
  assert.equal((await ask('alice@hongyan.test', housePassword)).status, 200);
});
