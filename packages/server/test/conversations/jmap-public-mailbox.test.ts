import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { grantAccess, revokeAccess } from '../../src/access/grants.ts';
import {
  changePublicMailbox,
  createPublicMailbox,
} from '../../src/directory/public-mailboxes/public-mailboxes.ts';

const sales = 'sales@hongyan.test';

interface Scene extends AsyncDisposable {
  readonly house: JmapHouse;
  readonly salesId: number;
  /** JMAP id of the public mailbox. */
  readonly shared: string;
}

async function openScene(): Promise<Scene> {
  const house = await openJmapHouse();
  const { web } = house;
  const users = [web.alice.accountId, web.bob.accountId];
  const made = await createPublicMailbox(web.directoryContext, web.tenant, {
    address: sales,
    displayName: '销售',
    users,
  });
  return {
    house,
    salesId: made.accountId,
    shared: `a${made.accountId}`,
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

async function accountsOf(
  house: JmapHouse,
  client: JmapClient,
): Promise<Record<string, Record<string, unknown>>> {
  const { authorization } = client;
  const response = await fetch(`${house.url}/jmap/session`, { headers: { authorization } });
  return objectsIn(((await response.json()) as { accounts: unknown }).accounts);
}

async function listIn(client: JmapClient, method: string, args: object): Promise<Record<string, unknown>[]> {
  return (await client.call(method, { ids: null, ...args }))['list'] as Record<string, unknown>[];
}

async function folders(client: JmapClient, accountId: string): Promise<Map<unknown, string>> {
  const list = await listIn(client, 'Mailbox/get', { accountId });
  return new Map(list.map(item => [item['role'], String(item['id'])]));
}

async function emails(
  client: JmapClient,
  accountId: string,
  role: string,
): Promise<Record<string, unknown>[]> {
  const inMailbox = (await folders(client, accountId)).get(role);
  const { ids } = await client.call('Email/query', { accountId, filter: { inMailbox } });
  return listIn(client, 'Email/get', { accountId, ids, properties: ['keywords', 'subject', 'from'] });
}

test('PUB-01, PUB-02, PUB-06: users find the shared account beside their own, with common read state and sent items', async () => {
  await using scene = await openScene();
  const { house, shared } = scene;
  const alice = await house.client(house.web.alice);
  const bob = await house.client(house.web.bob);
  const accounts = await accountsOf(house, alice);
  assert.deepEqual(
    Object.entries(accounts).map(([id, item]) => [id, item['name'], item['isPersonal'], item['isReadOnly']]),
    [
      [`a${house.web.alice.accountId}`, 'alice@hongyan.test', true, false],
      [shared, sales, false, false],
    ],
  );
  await house.receive(sales, 'From: c@outside.test\r\nSubject: order\r\n\r\nten geese\r\n');
  const [mail] = await emails(alice, shared, 'inbox');
  await alice.call('Email/set', {
    accountId: shared,
    update: { [String(mail?.['id'])]: { 'keywords/$seen': true } },
  });
  assert.deepEqual(
    (await emails(bob, shared, 'inbox')).map(item => item['keywords']),
    [{ $seen: true }],
  );

  const sent = (await folders(alice, shared)).get('sent') ?? '';
  const [identity] = await listIn(alice, 'Identity/get', { accountId: shared });
  assert.equal(identity?.['email'], sales);
  const responses = await alice.request([
    [
      'Email/set',
      {
        accountId: shared,
        create: {
          d: {
            mailboxIds: { [sent]: true },
            from: [{ email: sales }],
            to: [{ email: 'bob@hongyan.test' }],
            subject: 'offer',
            textBody: [{ partId: 't', type: 'text/plain' }],
            bodyValues: { t: { value: 'x' } },
          },
        },
      },
    ],
    [
      'EmailSubmission/set',
      { accountId: shared, create: { k: { identityId: identity?.['id'], emailId: '#d' } } },
    ],
  ]);
  assert.ok(objectsIn(responses[1]?.args['created'])['k'], JSON.stringify(responses));
  assert.deepEqual(
    (await emails(bob, shared, 'sent')).map(item => item['subject']),
    ['offer'],
  );
});

test('PUB-02: a removed user loses the mailbox at once, over an open connection too', async () => {
  await using scene = await openScene();
  const { house, shared, salesId } = scene;
  const { web } = house;
  const bob = await house.client(web.bob);
  assert.ok((await folders(bob, shared)).size > 0);
  await changePublicMailbox(web.directoryContext, web.tenant, salesId, { users: [web.alice.accountId] });
  await assert.rejects(bob.call('Mailbox/get', { accountId: shared, ids: null }), /accountNotFound/);
  assert.deepEqual(Object.keys(await accountsOf(house, bob)), [`a${web.bob.accountId}`]);
  await grantAccess(web.directoryContext, web.tenant, salesId, web.bob.accountId, {
    read: true,
    write: false,
    send: false,
    administer: false,
  });
  assert.equal((await accountsOf(house, bob))[shared]?.['isReadOnly'], true);
  assert.deepEqual(await listIn(bob, 'Identity/get', { accountId: shared }), []);
  await assert.rejects(bob.call('Mailbox/set', { accountId: shared, create: {} }), /accountReadOnly/);
  assert.equal(await revokeAccess(web.directoryContext, web.tenant, salesId, web.bob.accountId), true);
  await assert.rejects(bob.call('Mailbox/get', { accountId: shared, ids: null }), /accountNotFound/);
});

test('CMP-12: identities are the own addresses and the groups one represents, and no others', async () => {
  await using scene = await openScene();
  const { house } = scene;
  const { web } = house;
  await web.directory.addAlias(web.tenant, web.alice.accountId, 'ali@hongyan.test');
  await web.directory.createGroup(web.tenant, {
    address: 'team@hongyan.test',
    displayName: '团队',
    members: ['bob@hongyan.test'],
    representatives: [web.alice.accountId],
  });
  const offered = async (principal: typeof web.alice): Promise<unknown[]> => {
    const client = await house.client(principal);
    return (await listIn(client, 'Identity/get', {})).map(item => String(item['email'])).sort();
  };
  assert.deepEqual(await offered(web.alice), ['ali@hongyan.test', 'alice@hongyan.test', 'team@hongyan.test']);
  assert.deepEqual(await offered(web.bob), ['bob@hongyan.test']);
  await web.directory.updateGroup(web.tenant, 'team@hongyan.test', { representatives: [] });
  assert.deepEqual(await offered(web.alice), ['ali@hongyan.test', 'alice@hongyan.test']);
});

test('RFC 8620 §6.1: what somebody uploads to a shared account is nobody else’s until it is used', async () => {
  await using scene = await openScene();
  const { house, shared } = scene;
  const alice = await house.client(house.web.alice);
  const bob = await house.client(house.web.bob);
  const data = [{ 'data:asText': 'Subject: quote\r\n\r\n100 geese\r\n' }];
  const upload = async (client: JmapClient): Promise<string> => {
    const { created } = await client.call('Blob/upload', { accountId: shared, create: { k: { data } } });
    return String(objectsIn(created)['k']?.['id']);
  };
  const sees = async (client: JmapClient, id: string): Promise<boolean> =>
    (await listIn(client, 'Blob/get', { accountId: shared, ids: [id] })).length === 1;
  const id = await upload(alice);
  assert.deepEqual([await sees(alice, id), await sees(bob, id)], [true, false]);
  const inbox = (await folders(bob, shared)).get('inbox') ?? '';
  const emailsOf = { k: { blobId: id, mailboxIds: { [inbox]: true } } };
  const stolen = await bob.call('Email/import', { accountId: shared, emails: emailsOf });
  assert.equal(objectsIn(stolen['notCreated'])['k']?.['type'], 'invalidProperties');
  const imported = await alice.call('Email/import', { accountId: shared, emails: emailsOf });
  const { blobId } = objectsIn(imported['created'])['k'] ?? {};
  assert.ok(await sees(bob, String(blobId)), 'as a message it is everybody’s');
  assert.equal(await upload(bob), id);
  assert.ok(await sees(bob, id));
  house.web.clock.advance(2 * 86_400_000);
  assert.deepEqual([await sees(alice, id), await sees(bob, id)], [false, false]);
  await upload(bob);
  assert.deepEqual([await sees(alice, id), await sees(bob, id)], [false, true]);
});
