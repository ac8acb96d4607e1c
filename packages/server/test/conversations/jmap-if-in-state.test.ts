import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type JmapArguments, type JmapClient, objectsIn, textIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { methods } from '../../src/protocols/jmap/registry.ts';

let house: JmapHouse;
let client: JmapClient;
let emailId: string;
let draftId: string;
let identityId: string;
let scriptBlobId: string;

before(async () => {
  house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'From: a@b.test\r\nSubject: hello\r\n\r\nbody\r\n');
  client = await house.client(house.web.alice);
  emailId = ((await client.call('Email/query', {}))['ids'] as string[])[0] ?? '';
  const { drafts = '' } = await client.mailboxes();
  const draft = {
    mailboxIds: { [drafts]: true },
    from: [{ email: 'alice@hongyan.test' }],
    textBody: [{ partId: 't' }],
    bodyValues: { t: { value: 'later' } },
  };
  const { created } = await client.call('Email/set', create(draft));
  draftId = String(objectsIn(created)['k']?.['id']);
  const { list } = await client.call('Identity/get', {});
  identityId = String((list as { id: string }[])[0]?.id);
  const uploaded = await client.call('Blob/upload', create({ data: [{ 'data:asText': 'keep;' }] }));
  scriptBlobId = String(objectsIn(uploaded['created'])['k']?.['id']);
});

after(() => house[Symbol.asyncDispose]());

const create = (object: object): JmapArguments => ({ create: { k: object } });

/** A change of each type that moves its state; `n` makes each another one. */
const changes: Readonly<Record<string, (n: number) => JmapArguments>> = {
  Mailbox: n => create({ name: `Folder ${n}` }),
  Email: n => ({ update: { [emailId]: { [`keywords/k${n}`]: true } } }),
  Identity: n => create({ name: `Alice ${n}`, email: 'alice@hongyan.test' }),
  Label: n => create({ name: `Label ${n}` }),
  Signature: n => create({ name: `Signature ${n}`, htmlBody: 'x' }),
  Template: n => create({ name: `Template ${n}`, subject: 's', htmlBody: 'x' }),
  Settings: n => ({ update: { singleton: { pageSize: 20 + n } } }),
  FilterRule: n => create({ name: `Rule ${n}`, conditions: [], actions: [{ type: 'star' }] }),
  SenderEntry: n => create({ kind: 'block', value: `sender${n}@example.com` }),
  VacationResponse: n => ({ update: { singleton: { subject: `away ${n}` } } }),
  AddressBook: n => create({ name: `Book ${n}` }),
  // Held for an hour: nothing leaves.
  EmailSubmission: n => ({
    ...create({
      emailId: draftId,
      identityId,
      envelope: {
        mailFrom: { email: 'alice@hongyan.test', parameters: { HOLDFOR: `${3600 + n}` } },
        rcptTo: [{ email: 'bob@hongyan.test', parameters: null }],
      },
    }),
  }),
  SieveScript: n => create({ name: `script ${n}`, blobId: scriptBlobId }),
  ContactCard: n => create({ '@type': 'Card', version: '1.0', name: { full: `Person ${n}` } }),
};

const setTypes = [...methods.keys()]
  .filter(name => name.endsWith('/set'))
  .map(name => name.slice(0, -'/set'.length))
  // It has no states (RFC 8620 §7.2).
  .filter(type => type !== 'PushSubscription');

/** The type of the error, or `done`. Throws when the change itself was refused. */
async function attempt(type: string, n: number, ifInState: unknown): Promise<string> {
  const args = { ...changes[type]?.(n), ifInState };
  const [response] = await client.request([[`${type}/set`, args]]);
  if (response?.name === 'error') return String(response.args['type']);
  const { notCreated, notUpdated } = response?.args ?? {};
  assert.deepEqual([notCreated ?? null, notUpdated ?? null], [null, null]);
  return 'done';
}

async function stateOf(type: string): Promise<unknown> {
  return (await client.call(`${type}/get`, { ids: [] }))['state'];
}

for (const type of setTypes) {
  test(`RFC 8620 §5.3: of clients that change ${type} with the same ifInState one wins`, async () => {
    assert.ok(changes[type], `a change of ${type} belongs into this test`);
    let n = 0;
    for (let round = 0; round < 4; round += 1) {
      const state = await stateOf(type);
      const results = await Promise.all(
        [0, 1, 2, 3].map(() => {
          n += 1;
          return attempt(type, n, state);
        }),
      );
      assert.deepEqual(results.toSorted(), ['done', 'stateMismatch', 'stateMismatch', 'stateMismatch']);
      assert.notEqual(await stateOf(type), state);
    }
    assert.equal(await attempt(type, 99, 'nonsense'), 'stateMismatch');
    assert.deepEqual(house.complaints, []);
  });
}

test('RFC 8621 §4.8: of clients that import with the same ifInState one wins', async () => {
  const uploaded = await client.call(
    'Blob/upload',
    create({ data: [{ 'data:asText': 'Subject: imported\r\n\r\nx\r\n' }] }),
  );
  const blobId = objectsIn(uploaded['created'])['k']?.['id'];
  const { inbox = '' } = await client.mailboxes();
  const args = {
    ifInState: await stateOf('Email'),
    emails: { k: { blobId, mailboxIds: { [inbox]: true } } },
  };
  const results = await Promise.all([0, 1, 2].map(() => client.request([['Email/import', args]])));
  const types = results.map(([response]) => textIn(response?.args['type'] ?? 'done'));
  assert.deepEqual(types.toSorted(), ['done', 'stateMismatch', 'stateMismatch']);
});

test('RFC 8620 §5.3: many objects in one Email/set with ifInState are all changed, or none is', async () => {
  const boxes = await client.mailboxes();
  const drafts = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      `d${n}`,
      { mailboxIds: { [String(boxes['drafts'])]: true }, subject: `draft ${n}` },
    ]),
  );
  const { created } = await client.call('Email/set', { create: drafts, ifInState: await stateOf('Email') });
  const ids = Object.values(created as Record<string, { id: string }>).map(({ id }) => id);
  assert.equal(ids.length, 40);
  const state = await stateOf('Email');
  const change = (keyword: string): JmapArguments => ({
    ifInState: state,
    update: Object.fromEntries(ids.map(id => [id, { [`keywords/${keyword}`]: true }])),
  });
  const results = await Promise.all(
    ['one', 'two'].map(async keyword => (await client.request([['Email/set', change(keyword)]]))[0]),
  );
  const won = results.findIndex(result => result?.name !== 'error');
  assert.equal(Object.keys(results[won]?.args['updated'] ?? {}).length, 40);
  assert.equal(results[1 - won]?.args['type'], 'stateMismatch');
  const { list } = await client.call('Email/get', { ids, properties: ['keywords'] });
  const keywords = (list as { keywords: object }[]).map(item => Object.keys(item.keywords).join());
  assert.deepEqual(new Set(keywords), new Set([won === 0 ? 'one' : 'two']));
});
