import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

test('RFC 8621 §5: snippets mark what was found and are safe HTML', async () => {
  await using house = await openJmapHouse();
  await house.receive(
    'alice@hongyan.test',
    'Subject: Lunch <b> plans\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>关于<i>会议</i>的 Lunch &lt;script&gt; 安排</p>\r\n',
  );
  const client = await house.client(house.web.alice);
  const { ids } = await client.call('Email/query', {});
  const snippet = async (filter: Record<string, unknown>): Promise<unknown> => {
    const { list } = await client.call('SearchSnippet/get', { filter, emailIds: ids });
    const { subject, preview } = (list as Record<string, unknown>[])[0] ?? {};
    return [subject, preview];
  };
  assert.deepEqual(await snippet({ text: 'lunch' }), [
    '<mark>Lunch</mark> &lt;b&gt; plans',
    '关于会议的 <mark>Lunch</mark> &lt;script&gt; 安排',
  ]);
  assert.deepEqual(await snippet({ body: '会议' }), [
    null,
    '关于<mark>会议</mark>的 Lunch &lt;script&gt; 安排',
  ]);
  assert.deepEqual(await snippet({ operator: 'NOT', conditions: [{ text: 'lunch' }] }), [null, null]);
  const none = await client.call('SearchSnippet/get', { emailIds: ['e999'] });
  assert.deepEqual(none['notFound'], ['e999']);
});

test('RFC 9404: blobs are put together, read in parts with digests, and looked up', async () => {
  await using house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: x\r\n\r\nbody\r\n');
  const client = await house.client(house.web.alice);
  const [made, joined] = await client.request([
    ['Blob/upload', { create: { a: { data: [{ 'data:asText': 'The quick ' }], type: 'text/plain' } } }],
    [
      'Blob/upload',
      {
        create: {
          b: {
            data: [{ blobId: '#a' }, { 'data:asBase64': 'YnJvd24=' }, { blobId: '#a', offset: 3, length: 1 }],
          },
          bad: { data: [{ 'data:asBase64': '!' }] },
          long: { data: [{ blobId: '#a', offset: 5, length: 50 }] },
        },
      },
    ],
  ]);
  assert.equal(objectsIn(made?.args['created'])['a']?.['size'], 10);
  const id = objectsIn(joined?.args['created'])['b']?.['id'];
  const errors = objectsIn(joined?.args['notCreated']);
  assert.deepEqual(
    [errors['bad']?.['type'], errors['long']?.['type']],
    ['invalidProperties', 'invalidProperties'],
  );
  const { list } = await client.call('Blob/get', {
    ids: [id, 'Bnone'],
    properties: ['data:asText', 'digest:sha', 'size'],
    offset: 4,
    length: 5,
  });
  // SHA-1 of `quick`, by another tool.
  const digest = 'mldR1azs8m/36yszwUTvzhxp/po=';
  assert.deepEqual(list, [{ id, 'data:asText': 'quick', 'digest:sha': digest, size: 16 }]);
  const { ids } = await client.call('Email/query', {});
  const email = await client.call('Email/get', { ids, properties: ['blobId', 'threadId'] });
  const [mail] = email['list'] as Record<string, string>[];
  const lookup = await client.call('Blob/lookup', {
    typeNames: ['Email', 'Thread'],
    ids: [mail?.['blobId']],
  });
  assert.deepEqual((lookup['list'] as Record<string, unknown>[])[0]?.['matchedIds'], {
    Email: [mail?.['id']],
    Thread: [mail?.['threadId']],
  });
  assert.equal(await client.errorOf('Blob/lookup', { typeNames: ['Todo'], ids: [] }), 'unknownDataType');
});

test('RFC 9425: quotas are shown where there is a limit', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  assert.deepEqual((await client.call('Quota/get', { ids: null }))['list'], []);
  Object.assign(house.mailboxes, { quotas: { quota: () => ({ limitBytes: 1_000, limitCount: null }) } });
  const { list } = await client.call('Quota/get', {
    ids: null,
    properties: ['resourceType', 'used', 'hardLimit'],
  });
  assert.deepEqual(list, [{ id: 'q1', resourceType: 'octets', used: 0, hardLimit: 1_000 }]);
  assert.deepEqual((await client.call('Quota/query', { filter: { type: 'Email' } }))['ids'], ['q1']);
  assert.deepEqual((await client.call('Quota/query', { filter: { resourceType: 'count' } }))['ids'], []);
  const { state } = await client.call('Quota/get', { ids: [] });
  await house.receive('alice@hongyan.test', 'Subject: small\r\n\r\nbody\r\n');
  const changes = await client.call('Quota/changes', { sinceState: state });
  assert.deepEqual([changes['updated'], changes['updatedProperties']], [['q1'], ['used']]);
  const blobId = await client.upload(`Subject: big\r\n\r\n${'x'.repeat(2_000)}\r\n`);
  const { inbox = '' } = await client.mailboxes();
  const answer = await client.call('Email/import', {
    emails: { k: { blobId, mailboxIds: { [inbox]: true } } },
  });
  assert.equal(objectsIn(answer['notCreated'])['k']?.['type'], 'overQuota');
});
