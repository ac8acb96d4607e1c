import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestHouse, type RestHouse } from '@hongyan/testkit/rest-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { createClientPassword } from '../../src/access/clients/client-passwords.ts';
import { ownScope } from '../../src/access/scope.ts';

async function basic(house: RestHouse, login: string, secret: string): Promise<string> {
  const { authenticator } = house.web.context;
  const attempt = { service: 'imap', address: '192.0.2.9', encrypted: true } as const;
  return authenticator.password(login, secret, attempt).then(
    () => 'ok',
    (error: unknown) => (error as { code: string }).code,
  );
}

test('CLI-01, SEC-06: policies are set for everybody, some, or nobody, and hold at once', async () => {
  await using house = await openRestHouse();
  const { alice, bob } = house.web;
  const admin = await house.as(alice);
  assert.deepEqual((await admin('GET', '/sign-in/policies')).json(), {
    clientAccess: { appliesTo: 'everybody', departments: [], accounts: [] },
    safeSignIn: { appliesTo: 'nobody', departments: [], accounts: [] },
  });
  assert.equal(await basic(house, bob.login, housePassword), 'ok');
  const policy = { appliesTo: 'selected', departments: [], accounts: [bob.accountId] };
  const set = await admin('PUT', '/sign-in/policies/safe-sign-in', { body: policy });
  assert.deepEqual([set.status, set.json()], [200, policy]);
  assert.equal(await basic(house, bob.login, housePassword), 'auth.client_password_required');
  assert.equal(await basic(house, bob.login, 'wrong'), 'auth.failed');
  await admin('PUT', '/sign-in/policies/client-access', { body: { ...policy, appliesTo: 'nobody' } });
  assert.equal(await basic(house, bob.login, housePassword), 'auth.clients_off');
  const account = (await admin('GET', `/sign-in/accounts/${bob.accountId}`)).json();
  assert.deepEqual([account['clientsAllowed'], account['safeSignInForced']], [false, true]);
  for (const body of [
    { ...policy, appliesTo: 'some' },
    { appliesTo: 'nobody' },
    { ...policy, accounts: [0] },
  ]) {
    assert.equal((await admin('PUT', '/sign-in/policies/client-access', { body })).status, 422);
  }
  assert.equal((await admin('PUT', '/sign-in/policies/other', { body: policy })).status, 422);
  const log = (await admin('GET', '/operations')).json<{ items: { action: string }[] }>();
  assert.deepEqual(log.items.map(item => item.action).slice(0, 2), [
    'policy.client_access_changed',
    'policy.safe_sign_in_changed',
  ]);
  const member = await house.as(bob);
  assert.equal((await member('GET', '/sign-in/policies')).status, 403);
});

test('PUB-05, CLI-04: a public mailbox gets its passwords here, a member’s are only listed and taken back', async () => {
  await using house = await openRestHouse();
  const { alice, bob, tenant, directory, context } = house.web;
  const admin = await house.as(alice);
  const desk = await directory.createUser(tenant, { address: 'desk@hongyan.test', kind: 'public' });
  const path = `/public-mailboxes/${desk.accountId}/client-passwords`;
  const made = await admin('POST', path, { body: { name: 'Shop' } });
  assert.equal(made.status, 201);
  const { secret, clientPassword } = made.json<{ secret: string; clientPassword: { id: number } }>();
  assert.match(secret, /^[2-9a-z]{16}$/);
  assert.equal(await basic(house, 'desk@hongyan.test', secret), 'ok');
  assert.equal((await admin('DELETE', `${path}/${clientPassword.id}`)).status, 204);
  assert.equal(await basic(house, 'desk@hongyan.test', secret), 'auth.failed');
  const forBob = `/sign-in/accounts/${bob.accountId}/client-passwords`;
  const notDesk = `/public-mailboxes/${bob.accountId}/client-passwords`;
  assert.equal((await admin('POST', notDesk, { body: { name: 'x' } })).status, 409, 'members make their own');
  const own = await createClientPassword(context.signIn, ownScope(bob), 'Phone');
  const account = await admin('GET', `/sign-in/accounts/${bob.accountId}`);
  assert.ok(!account.text.includes(own.secret));
  assert.equal(account.json<{ clientPasswords: { name: string }[] }>().clientPasswords[0]?.name, 'Phone');
  assert.equal((await admin('DELETE', `${forBob}/${own.clientPassword.id}`)).status, 204);
  assert.equal((await admin('DELETE', `${forBob}/${own.clientPassword.id}`)).status, 404);
  assert.equal(await basic(house, bob.login, own.secret), 'auth.failed');
  assert.equal((await admin('GET', '/sign-in/accounts/9999')).status, 404);
});

test('an administrator signs a member out everywhere; LOG-02 lists and exports who signed in', async () => {
  await using house = await openRestHouse();
  const { alice, bob, context } = house.web;
  const admin = await house.as(alice);
  const member = await house.as(bob);
  assert.equal((await member('GET', '/session')).status, 200);
  assert.equal((await admin('POST', `/sign-in/accounts/${bob.accountId}/end-sessions`)).status, 204);
  assert.equal((await member('GET', '/session')).status, 401);
  await basic(house, bob.login, '=cmd');
  await basic(house, bob.login, housePassword);
  await basic(house, 'nobody@elsewhere.test', 'x');
  const all = (await admin('GET', '/sign-ins')).json<{ items: { result: string; login: string }[] }>();
  assert.deepEqual(
    all.items.map(item => [item.login, item.result]),
    [
      [bob.login, 'ok'],
      [bob.login, 'auth.failed'],
    ],
  );
  const first = (await admin('GET', '/sign-ins?limit=1')).json<{ next: string; items: unknown[] }>();
  assert.equal(first.items.length, 1);
  const second = (await admin('GET', `/sign-ins?limit=1&cursor=${first.next}`)).json<{
    items: { result: string }[];
  }>();
  assert.equal(second.items[0]?.result, 'auth.failed');
  const failed = (await admin('GET', '/sign-ins?failed=true')).json<{ items: unknown[] }>();
  assert.equal(failed.items.length, 1);
  const csv = await admin('GET', '/sign-ins/export', { headers: { 'accept-language': 'zh-CN' } });
  assert.equal(csv.text.split('\r\n').length, 4);
  assert.match(csv.text, /登录成功/);
  assert.ok(!csv.text.includes(housePassword));
  assert.ok(context.signIn);
});
