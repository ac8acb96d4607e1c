import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestHouse } from '@hongyan/testkit/rest-house.ts';

interface Administrator {
  readonly accountId: number;
  readonly role: string;
}

interface PageOf<Item> {
  readonly items: readonly Item[];
}

test('TEN-34: the owner hands over; never two owners, never none, and only the owner does it', async () => {
  await using house = await openRestHouse();
  const { alice, bob } = house.web;
  const [asAlice, asBob] = [await house.as(alice), await house.as(bob)];
  const owners = async (): Promise<number[]> =>
    (await asAlice('GET', '/administrators'))
      .json<PageOf<Administrator>>()
      .items.filter(one => one.role === 'owner')
      .map(one => one.accountId);
  assert.deepEqual(await owners(), [alice.accountId]);
  assert.equal((await asAlice('DELETE', `/administrators/${alice.accountId}`)).status, 409);
  assert.equal(
    (await asBob('POST', '/administrators/transfer', { body: { accountId: bob.accountId } })).status,
    403,
  );
  const put = await asAlice('PUT', `/administrators/${bob.accountId}`, { body: { role: 'super' } });
  assert.equal(put.status, 200, put.text);
  assert.equal(
    (await asBob('POST', '/administrators/transfer', { body: { accountId: bob.accountId } })).status,
    403,
  );
  const both = await Promise.all(
    [bob.accountId, bob.accountId].map(accountId =>
      asAlice('POST', '/administrators/transfer', { body: { accountId } }),
    ),
  );
  assert.deepEqual(
    both.map(one => one.status).sort((a, b) => a - b),
    [200, 403],
  );
  assert.deepEqual(await owners(), [bob.accountId]);
  assert.equal(
    (await asAlice('GET', '/session')).json<{ administrator: { role: string } }>().administrator.role,
    'super',
  );
  assert.equal((await asAlice('DELETE', `/administrators/${bob.accountId}`)).status, 409);
  await assert.rejects(house.web.directory.updateUser(house.web.tenant, bob.accountId, { disabled: true }));
  await assert.rejects(house.web.directory.removeUser(house.web.tenant, bob.accountId));
});

test('TEN-36: a scoped administrator gives no more than they have, and changes nobody who has more', async () => {
  await using house = await openRestHouse();
  const { alice, bob } = house.web;
  const [asAlice, asBob] = [await house.as(alice), await house.as(bob)];
  const grant = { role: 'scoped', functions: { administrators: 'manage', groups: 'view' } };
  assert.equal((await asAlice('PUT', `/administrators/${bob.accountId}`, { body: grant })).status, 200);
  const session = (await asBob('GET', '/session')).json<{ administrator: object }>();
  assert.deepEqual(session.administrator, { role: 'scoped', functions: grant.functions, departments: null });
  const path = `/administrators/${bob.accountId}`;
  const more = { role: 'scoped', functions: { administrators: 'manage', groups: 'manage' } };
  assert.equal((await asBob('PUT', path, { body: more })).status, 403);
  assert.equal((await asBob('PUT', path, { body: { role: 'super' } })).status, 403);
  const own = `/administrators/${alice.accountId}`;
  assert.equal((await asBob('PUT', own, { body: { ...grant, functions: { groups: 'view' } } })).status, 409);
  assert.equal((await asBob('DELETE', own)).status, 409);
  const create = { address: 'eve@hongyan.test', role: 'administrator' } as const;
  const { administrationOf } = await import('@hongyan/server/directory/administrators/administration-of.ts');
  const administration = await administrationOf(house.web.database.look('provider'), bob);
  assert.ok(administration);
  const scope = { ...house.web.tenant, principal: bob, administration };
  await assert.rejects(house.web.directory.createUser(scope, create));
  assert.equal((await asAlice('DELETE', path)).status, 204);
  assert.equal((await asBob('GET', '/session')).json<{ administrator: unknown }>().administrator, null);
});

test('If-Match: of two who edit the same administrator the second is told (RFC 9110 §13.1.1)', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const path = `/administrators/${house.web.bob.accountId}`;
  const put = (functions: object, tag?: string): ReturnType<typeof alice> =>
    alice('PUT', path, {
      body: { role: 'scoped', functions },
      ...(tag !== undefined && { headers: { 'if-match': tag } }),
    });
  const tag = (await put({ members: 'view' })).headers.get('etag') ?? '';
  assert.equal((await alice('GET', path)).headers.get('etag'), tag);
  assert.equal((await put({ members: 'manage' }, tag)).status, 200);
  const late = await put({ groups: 'view' }, tag);
  assert.deepEqual([late.status, late.json()['code']], [412, 'api.precondition_failed']);
});

test('API tokens: shown once, scopes within the maker’s, last use, expiry, revoked at once, useless when the maker is', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const [asAlice, asBob] = [await house.as(alice), await house.as(bob)];
  await asAlice('PUT', `/administrators/${bob.accountId}`, {
    body: { role: 'scoped', functions: { api: 'manage', administrators: 'view' } },
  });
  const day = 86_400_000;
  const make = (functions: object): ReturnType<typeof asBob> =>
    asBob('POST', '/tokens', {
      body: { name: '同步', functions, expiresAt: new Date(clock.now() + day).toISOString() },
    });
  assert.equal((await make({ administrators: 'manage' })).status, 403);
  const made = await make({ administrators: 'view', api: 'manage' });
  assert.equal(made.status, 201, made.text);
  const { token, entry } = made.json<{ token: string; entry: { id: number; hint: string } }>();
  assert.match(token, /^hy_[\w-]{43}$/);
  const list = (await asAlice('GET', '/tokens')).text;
  assert.ok(!list.includes(token) && list.includes(entry.hint));
  const program = house.withToken(token);
  assert.equal((await program('GET', '/administrators')).status, 200);
  assert.equal(
    (await program('PUT', `/administrators/${bob.accountId}`, { body: { role: 'super' } })).status,
    403,
  );
  assert.equal(
    (await program('POST', '/tokens', { body: { name: 'x', functions: { api: 'view' } } })).status,
    403,
  );
  const used = (await asAlice('GET', '/tokens')).json<PageOf<{ usedFrom: string; createdBy: string }>>()
    .items[0];
  assert.deepEqual([used?.usedFrom, used?.createdBy], ['127.0.0.1', 'bob@hongyan.test']);
  await asAlice('PUT', `/administrators/${bob.accountId}`, {
    body: { role: 'scoped', functions: { api: 'manage' } },
  });
  assert.equal((await program('GET', '/administrators')).status, 403);
  await asAlice('DELETE', `/administrators/${bob.accountId}`);
  assert.equal((await program('GET', '/session')).status, 401);
  await asAlice('PUT', `/administrators/${bob.accountId}`, { body: { role: 'super' } });
  assert.equal((await program('GET', '/administrators')).status, 200);
  clock.advance(day + 1);
  assert.equal((await program('GET', '/session')).status, 401);
  assert.equal((await asAlice('DELETE', `/tokens/${entry.id}`)).status, 204);
  assert.equal((await asAlice('DELETE', `/tokens/${entry.id}`)).status, 404);
});

test('Idempotency-Key: done once, same answer; another body 422; a failure frees the key; secrets are not kept', async () => {
  await using house = await openRestHouse();
  const { alice, bob } = house.web;
  const asAlice = await house.as(alice);
  const put = (functions: object, key: string): ReturnType<typeof asAlice> =>
    asAlice('PUT', `/administrators/${bob.accountId}`, {
      body: { role: 'scoped', functions },
      headers: { 'idempotency-key': key },
    });
  assert.equal((await put({}, 'k')).status, 422);
  const first = await put({ members: 'view' }, 'k');
  assert.equal(first.status, 200, first.text);
  const second = await put({ members: 'view' }, 'k');
  assert.deepEqual([second.status, second.text], [200, first.text]);
  assert.equal(second.headers.get('idempotency-replayed'), 'true');
  assert.equal((await put({ members: 'manage' }, 'k')).json()['code'], 'api.idempotency_mismatch');
  const token = (): ReturnType<typeof asAlice> =>
    asAlice('POST', '/tokens', {
      body: { name: 'x', functions: { api: 'view' } },
      headers: { 'idempotency-key': 't' },
    });
  const answers = await Promise.all([token(), token()]);
  const codes = answers
    .map(one => [one.status, one.status === 201 ? '' : one.json()['code']] as const)
    .sort(([a], [b]) => a - b);
  assert.deepEqual(codes[0], [201, '']);
  assert.equal(codes[1]?.[0], 409);
  assert.equal((await token()).json()['code'], 'api.idempotency_forgotten');
  house.web.clock.advance(24 * 3_600_000 + 1);
  assert.equal((await put({ members: 'manage' }, 'k')).status, 200);
});
