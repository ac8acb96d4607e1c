import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '@hongyan/server/access/scope.ts';
import { grantAdministration } from '@hongyan/server/directory/administrators/administrators.ts';
import { openRestHouse, type RestClient } from '@hongyan/testkit/rest-house.ts';

interface Row {
  readonly line: number;
  readonly address: string;
  readonly problems: readonly { readonly field: string; readonly code: string }[];
}

async function previewOf(client: RestClient, csv: string): Promise<{ id: number; failed: number }> {
  const answer = await client('POST', '/imports?fileName=people.csv', {
    raw: csv,
    headers: { 'content-type': 'text/csv' },
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.json();
}

test('ALS-01: aliases are listed with their owners, searched, and only those in reach', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const sales = (await alice('POST', '/departments', { body: { name: '销售部' } })).json<{ id: number }>();
  const made = await alice('POST', '/members', {
    body: { address: 'wang@hongyan.test', name: '王伟', departments: [{ id: sales.id }] },
  });
  const wang = made.json<{ id: number }>();
  for (const [id, address] of [
    [wang.id, 'wang.wei@hongyan.test'],
    [wang.id, '100_wei@hongyan.test'],
    [house.web.bob.accountId, 'robert@hongyan.test'],
  ] as const) {
    const added = await alice('POST', `/members/${id}/aliases`, { body: { address } });
    assert.equal(added.status, 201, added.text);
  }
  const list = async (client: RestClient, query: string): Promise<string[]> => {
    const answer = await client('GET', `/aliases${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json<{ items: { address: string }[] }>().items.map(item => item.address);
  };
  const all = ['100_wei@hongyan.test', 'robert@hongyan.test', 'wang.wei@hongyan.test'];
  assert.deepEqual(await list(alice, ''), all);
  assert.deepEqual(await list(alice, `?q=${encodeURIComponent('王')}`), [all[0], all[2]]);
  assert.deepEqual(await list(alice, '?q=_w'), [all[0]]);
  assert.deepEqual(await list(alice, '?q=wang.wei@hongyan.test'), [all[2]]);
  const first = (await alice('GET', '/aliases?limit=2')).json<{ next: string }>();
  assert.deepEqual(await list(alice, `?limit=2&cursor=${first.next}`), [all[2]]);

  const scope = tenantScope(house.web.alice.tenantId, 'test');
  await grantAdministration(house.rest.directory, scope, house.web.bob.accountId, {
    role: 'scoped',
    functions: new Map([
      ['aliases', 'view'],
      ['members', 'view'],
    ]),
    departments: [sales.id],
  });
  const bob = await house.as(house.web.bob);
  assert.deepEqual(await list(bob, ''), [all[0], all[2]]);
});

test('DIR-07: an address is suggested from a name, and one that is taken gets a free one beside it', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const ask = async (query: Record<string, string>): Promise<unknown> =>
    (await alice('GET', `/address-suggestion?${new URLSearchParams(query).toString()}`)).json();
  assert.deepEqual(await ask({ name: '林晓舟' }), {
    address: 'linxiaozhou@hongyan.test',
    state: 'free',
    suggestion: null,
  });
  assert.deepEqual(await ask({ local: 'Bob' }), {
    address: 'Bob@hongyan.test',
    state: 'taken',
    suggestion: 'bob2@hongyan.test',
  });
  assert.deepEqual(await ask({ name: '林晓舟', local: 'a b' }), {
    address: 'a b@hongyan.test',
    state: 'invalid',
    suggestion: 'linxiaozhou@hongyan.test',
  });
  const elsewhere = await alice('GET', '/address-suggestion?name=x&domain=other.example');
  assert.equal(elsewhere.status, 404);
});

test('MBX-05, LOG-02: what members use, with their last sign-in; never of those out of reach', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const { bob } = house.web;
  const answer = await alice('GET', `/member-use?member=${bob.accountId}&member=987654`);
  assert.equal(answer.status, 200, answer.text);
  const { items } = answer.json<{ items: { id: number; usedBytes: number; lastSignInAt: unknown }[] }>();
  assert.deepEqual(
    items.map(({ id, usedBytes }) => [id, usedBytes]),
    [[bob.accountId, 0]],
  );
  assert.equal((await alice('GET', '/member-use')).status, 422);
});

test('DIR-03: cells of a preview are corrected in place, and all rows are checked again', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const batch = await previewOf(alice, '姓名,邮箱\n王伟,bob\n王芳,wf\n王芬,wf\n');
  assert.equal(batch.failed, 2);
  const wrong = async (): Promise<Row[]> =>
    (await alice('GET', `/imports/${batch.id}/rows?wrong=true`)).json<{ items: Row[] }>().items;
  assert.deepEqual(
    (await wrong()).map(({ line, problems }) => [line, problems[0]?.code]),
    [
      [2, 'address_taken'],
      [4, 'address_twice'],
    ],
  );
  const revise = (rows: unknown): ReturnType<RestClient> =>
    alice('PATCH', `/imports/${batch.id}/rows`, { body: { rows } });
  // The second of two is right as soon as the first is called otherwise.
  const once = await revise([{ line: 3, cells: { address: 'fang' } }]);
  assert.equal(once.status, 200, once.text);
  assert.deepEqual(
    (await wrong()).map(row => row.line),
    [2],
  );
  assert.equal((await revise([{ line: 99, cells: { address: 'x' } }])).status, 404);
  assert.equal((await revise([{ line: 2, cells: { address: 'x'.repeat(1_001) } }])).status, 422);
  assert.equal((await revise([{ line: 2, cells: { shoe: 'x' } }])).status, 422);
  assert.equal((await revise([{ line: 2, cells: { address: ' wei ' } }])).json()['failed'], 0);
  assert.equal((await alice('POST', `/imports/${batch.id}/run`)).status, 202);
  assert.equal((await revise([{ line: 2, cells: { address: 'y' } }])).status, 409);
});
