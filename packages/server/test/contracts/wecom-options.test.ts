import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientStanding } from '../../src/access/clients/standing.ts';
import { listOperations } from '../domains-fixture/operations.ts';
import { openScene } from '../wecom-fixture/scene.ts';

const types = [1, 2, 3, 4];

test('API-03: useroption reads and sets safe sign-in and mail clients in both shapes of the API', async () => {
  await using scene = await openScene();
  const { house } = scene;
  const { bob, database } = house.web;
  const userid = 'bob';
  const values = async (): Promise<string> => {
    const answer = await scene.post('/exmail/useroption/get', { userid, type: types });
    assert.equal(answer.errcode, 0, answer.errmsg);
    const { list } = answer['option'] as { list: { type: number; value: string }[] };
    return list.map(({ type, value }) => `${type}=${value}`).join(' ');
  };
  assert.equal(await values(), '1=0 2=1 3=1 4=0');
  const set = (type: number, value: string) =>
    scene.post('/exmail/useroption/update', { userid, option: { list: [{ type, value }] } });
  assert.equal((await set(1, '1')).errcode, 0);
  assert.equal(await values(), '1=1 2=1 3=1 4=1');
  assert.equal(
    (await clientStanding(database.look('provider'), bob.tenantId, bob.accountId)).safeSignInForced,
    true,
  );
  const alice = await clientStanding(database.look('provider'), bob.tenantId, house.web.alice.accountId);
  assert.equal(alice.safeSignInForced, false, 'one member only');

  const old = await scene.post('/useroption/update', {
    userid: 'bob@hongyan.test',
    option: [
      { type: 1, value: '0' },
      { type: 2, value: '0' },
      { type: 3, value: '0' },
    ],
  });
  assert.deepEqual([old.errcode, old.errmsg], [0, 'updated']);
  const read = await scene.post('/useroption/get', { userid: 'bob@hongyan.test', type: types });
  assert.deepEqual(
    read['option'],
    types.map(type => ({ type, value: '0' })),
  );
  const log = await listOperations(database.look('provider'), bob.tenantId);
  assert.equal(log.filter(action => action === 'member.client_options_changed').length, 2);
});

test('useroption: wrong types, values and people are refused by number', async () => {
  await using scene = await openScene();
  const update = async (userid: string, list: unknown): Promise<number> =>
    (await scene.post('/exmail/useroption/update', { userid, option: { list } })).errcode;
  assert.equal(await update('bob', [{ type: 4, value: '1' }]), 40035);
  assert.equal(await update('bob', [{ type: 1, value: 'yes' }]), 40035);
  assert.equal(await update('bob', []), 40035);
  const halves = [
    { type: 2, value: '1' },
    { type: 3, value: '0' },
  ];
  assert.equal(await update('bob', halves), 40035);
  assert.equal(await update('nobody', [{ type: 1, value: '1' }]), 60111);
  assert.equal((await scene.post('/exmail/useroption/get', { userid: 'bob', type: [5] })).errcode, 40035);
  await using limited = await openScene(['groups', 'members']);
  const refused = await limited.post('/exmail/useroption/get', { userid: 'bob', type: [1] });
  assert.equal(refused.errcode, 48002);
});

test('log/login lists the sign-ins of a member that succeeded, with when, whence and how', async () => {
  await using scene = await openScene();
  const { records, bob, clock } = scene.house.web;
  const common = { at: clock.now(), tenantId: bob.tenantId, accountId: bob.accountId, login: bob.login };
  for (const [service, result] of [
    ['web', 'ok'],
    ['imap', 'ok'],
    ['imap', 'auth.failed'],
  ] as const) {
    await records.signedIn({ ...common, service, address: '192.0.2.7', method: 'password', result });
  }
  const today = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const asked = { userid: 'bob', begin_date: today, end_date: today };
  const answer = await scene.post('/log/login', asked);
  const time = Math.floor(clock.now() / 1_000);
  assert.deepEqual(
    (answer['list'] as { type: number }[]).toSorted((a, b) => a.type - b.type),
    [
      { time, ip: '192.0.2.7', type: 1 },
      { time, ip: '192.0.2.7', type: 4 },
    ],
  );
  const before = await scene.post('/log/login', {
    ...asked,
    begin_date: '2020-01-01',
    end_date: '2020-01-02',
  });
  assert.deepEqual(before['list'], []);
});
