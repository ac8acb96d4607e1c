import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '@hongyan/server/access/scope.ts';
import { expireOperations } from '@hongyan/server/directory/administrators/operation-log.ts';
import { recordOperation } from '@hongyan/server/directory/operations.ts';
import { orderPlan } from '@hongyan/server/directory/plans/tenant-plan.ts';
import { openRestHouse, type RestHouse } from '@hongyan/testkit/rest-house.ts';

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly summary: string;
  readonly target: string;
  readonly details: unknown;
}

interface Entries {
  readonly items: readonly Entry[];
  readonly next: string | null;
}

async function record(house: RestHouse, action: string, target: string): Promise<void> {
  const { database, clock, tenant } = house.web;
  await database
    .act('upkeep')
    .transact(tx => recordOperation(tx, clock, tenant, { action, targetKind: 'test', target }));
}

test('LOG-03: an act is recorded with operator, time, object, before and after; read by filters, page by page', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const asAlice = await house.as(alice);
  await asAlice('PUT', `/administrators/${bob.accountId}`, { body: { role: 'super' } });
  const zh = await asAlice('GET', '/operations?action=administrator.&limit=1', {
    headers: { 'accept-language': 'zh-CN' },
  });
  const [entry] = zh.json<Entries>().items;
  assert.deepEqual(
    [entry?.actor, entry?.action, entry?.summary, entry?.target, entry?.details],
    [
      'alice@hongyan.test',
      'administrator.granted',
      '添加管理员',
      'bob@hongyan.test',
      { before: null, after: { role: 'super' } },
    ],
  );
  const from = clock.now();
  for (let i = 0; i < 5; i += 1) await record(house, 'test.done', `100%_${i}`);
  clock.advance(60_000);
  await record(house, 'test.done', '100 later');
  const targets: string[] = [];
  let cursor = '';
  do {
    const page = await asAlice('GET', `/operations?limit=2&target=100%25_&action=test.done${cursor}`);
    assert.equal(page.status, 200, page.text);
    const { items, next } = page.json<Entries>();
    targets.push(...items.map(item => item.target));
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  assert.deepEqual(targets, ['100%_4', '100%_3', '100%_2', '100%_1', '100%_0']);
  const between = `from=${new Date(from + 1).toISOString()}&to=${new Date(from + 60_001).toISOString()}`;
  const later = (await asAlice('GET', `/operations?${between}`)).json<Entries>().items;
  assert.deepEqual(
    later.map(item => item.target),
    ['100 later'],
  );
  assert.equal((await asAlice('GET', '/operations?cursor=WzFd')).json()['code'], 'input.invalid');
  assert.equal((await asAlice('GET', '/operations?from=yesterday')).status, 422);
});

test('the exported log runs nothing in a spreadsheet', async () => {
  await using house = await openRestHouse();
  const asAlice = await house.as(house.web.alice);
  await record(house, 'test.done', '=HYPERLINK("http://x.test","y")');
  await record(house, 'test.done', 'a "quoted", name');
  const file = await asAlice('GET', '/operations/export', { headers: { 'accept-language': 'zh-CN' } });
  assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="operations\.csv"/);
  const lines = file.text.split('\r\n');
  assert.match(lines[0] ?? '', /时间,操作人,操作,对象/);
  assert.ok(file.text.includes(`"'=HYPERLINK(""http://x.test"",""y"")"`));
  assert.ok(file.text.includes('"a ""quoted"", name"'));
});

test('LOG-03: the export says in words of the reader what was changed', async () => {
  await using house = await openRestHouse();
  const asAlice = await house.as(house.web.alice);
  const { database, clock, tenant, bob } = house.web;
  await database.act('upkeep').transact(tx =>
    recordOperation(tx, clock, tenant, {
      action: 'group.changed',
      targetKind: 'group',
      target: 'sales@hongyan.test',
      details: { before: { vip: false }, after: { vip: true }, members: [bob.accountId, 987_654] },
    }),
  );
  const told = async (language: string): Promise<string> =>
    (await asAlice('GET', '/operations/export', { headers: { 'accept-language': language } })).text;
  assert.match(await told('zh-CN'), /VIP：否 → 是；成员：(?!编号)[^、]+、编号 987654\r\n/);
  const english = await told('en');
  assert.match(english, /VIP: No → Yes; Members: (?!number)[^,]+, number 987654/);
  assert.doesNotMatch(english, /[{}]/);
});

test('LOG-03: the Basic plan keeps and shows three months, Pro six; without a plan the configuration decides', async () => {
  await using house = await openRestHouse();
  const { clock, tenant } = house.web;
  const { directory } = house.rest;
  await record(house, 'test.done', 'old');
  const day = 86_400_000;
  clock.advance(100 * day);
  const asAlice = await house.as(house.web.alice);
  const shown = async (): Promise<number> =>
    (await asAlice('GET', '/operations?action=test.')).json<Entries>().items.length;
  assert.equal(await shown(), 1);
  await orderPlan(directory, tenantScope(tenant.tenantId, 'operator'), { plan: 'pro', memberSeats: 100 });
  assert.equal(await shown(), 1);
  await orderPlan(directory, tenantScope(tenant.tenantId, 'operator'), { plan: 'basic', memberSeats: 100 });
  assert.equal(await shown(), 0);
  assert.ok((await expireOperations(directory, 730 * day)) >= 1);
  await orderPlan(directory, tenantScope(tenant.tenantId, 'operator'), { plan: 'self-hosted' });
  assert.equal(await shown(), 0);
});
