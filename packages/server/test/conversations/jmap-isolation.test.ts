import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { passwordCredentials } from '../../src/access/passwords.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { methods } from '../../src/protocols/jmap/registry.ts';

/** Methods that name no account: they are about the caller only. */
const withoutAccount: ReadonlySet<string> = new Set([
  'Core/echo',
  'PushSubscription/get',
  'PushSubscription/set',
]);

let house: JmapHouse;
let bob: JmapClient;
/** An account of the same company that bob was not granted, one of another company, and some that nobody has. */
let foreign: Readonly<Record<string, string>>;

const using = Object.values(Capability);

before(async () => {
  house = await openJmapHouse();
  const { directory, context, alice } = house.web;
  const other = tenantScope((await directory.createTenant('other')).tenantId, 'test');
  await directory.addDomain(other, 'other.test');
  const credentials = await passwordCredentials(context.passwords, housePassword);
  const eve = await directory.createUser(other, { address: 'eve@other.test', credentials });
  await house.receive('alice@hongyan.test', 'From: a@b.test\r\nSubject: secret\r\n\r\nsecret\r\n');
  const principal = { kind: 'account', tenantId: eve.tenantId, accountId: eve.accountId } as const;
  const clients = [
    await house.client(alice),
    await house.client({ ...principal, login: 'eve@other.test' }),
  ] as const;
  bob = await house.client(house.web.bob);
  foreign = {
    'same company': clients[0].accountId,
    'other company': clients[1].accountId,
    'no account': 'a999999',
    'account 0': 'a0',
    'not a number': 'constructor',
    'too large': 'a99999999999999999999',
  };
});

after(() => house[Symbol.asyncDispose]());

for (const name of methods.keys()) {
  if (withoutAccount.has(name)) continue;
  test(`${name}: accounts of others are not found, whatever is asked of them (RFC 8620 §3.6.2)`, async () => {
    for (const [what, accountId] of Object.entries(foreign)) {
      const [response] = await bob.request([[name, { accountId, ...likely(name) }]], { using });
      assert.equal(response?.name, 'error', `${what}: ${JSON.stringify(response?.args)}`);
      const type = String(response?.args['type']);
      // A method may find fault with its other arguments first, never answer from the account.
      assert.ok(['accountNotFound', 'invalidArguments'].includes(type), `${what}: ${type}`);
      assert.ok(!JSON.stringify(response?.args).includes('secret'));
    }
    const [own] = await bob.request([[name, { accountId: bob.accountId, ...likely(name) }]], { using });
    assert.notEqual(own?.args['type'], 'accountNotFound', 'the caller’s own account is there');
  });
}

/** Arguments with which a method of that kind gets as far as looking at the account. */
function likely(name: string): Record<string, unknown> {
  const [type = '', verb = ''] = name.split('/');
  if (verb === 'changes') return { sinceState: '0' };
  if (verb === 'queryChanges') return { sinceQueryState: '0' };
  if (verb === 'copy')
    return { fromAccountId: bob.accountId, ...(type === 'Blob' ? { blobIds: [] } : { create: {} }) };
  if (verb === 'import') return type === 'Email' ? { emails: {} } : {};
  if (verb === 'parse') return { blobIds: [] };
  if (verb === 'lookup') return { typeNames: ['Email'], ids: [] };
  if (name === 'Blob/get') return { ids: [] };
  if (name === 'Blob/upload') return { create: {} };
  return {};
}

test('RFC 8620 §5.4, §6.3: nothing is copied out of an account of others', async () => {
  for (const [what, fromAccountId] of Object.entries(foreign)) {
    for (const [name, more] of [
      ['Email/copy', { create: {} }],
      ['Blob/copy', { blobIds: [] }],
    ] as const) {
      const [response] = await bob.request([[name, { accountId: bob.accountId, fromAccountId, ...more }]]);
      assert.equal(response?.args['type'], 'fromAccountNotFound', `${name} ${what}`);
    }
  }
});

test('blobs and messages of others are not found through one’s own account', async () => {
  const alice = await house.client(house.web.alice);
  const query = await alice.call('Email/query', {});
  const got = await alice.call('Email/get', { ids: query['ids'], properties: ['blobId', 'threadId'] });
  const [email] = got['list'] as { id: string; blobId: string; threadId: string }[];
  assert.ok(email);
  assert.equal((await bob.download(email.blobId)).status, 404);
  assert.deepEqual((await bob.call('Blob/get', { ids: [email.blobId] }))['notFound'], [email.blobId]);
  assert.deepEqual((await bob.call('Email/get', { ids: [email.id] }))['list'], []);
  assert.deepEqual((await bob.call('Email/parse', { blobIds: [email.blobId] }))['notFound'], [email.blobId]);
});
