import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDepartment } from '@hongyan/server/directory/departments/departments.ts';
import { orderPlan } from '@hongyan/server/directory/plans/tenant-plan.ts';
import { createTag } from '@hongyan/server/directory/tags/tags.ts';
import { calls } from '@hongyan/server/protocols/wecom/registry.ts';
import { type Answer, fine, openScene } from '../wecom-fixture/scene.ts';

test('API-02: tokens: wrong company 40013, wrong secret 40001, none 41001, bad 40014, expired 42001, unknown call 48005', async () => {
  await using scene = await openScene();
  const { raw, corp, secret } = scene;
  assert.equal((await raw('GET', `/gettoken?corpid=ww1&corpsecret=${secret}`)).errcode, 40013);
  assert.equal((await raw('GET', `/gettoken?corpid=999&corpsecret=${secret}`)).errcode, 40001);
  assert.equal((await raw('GET', `/gettoken?corpid=${corp}&corpsecret=hy_x`)).errcode, 40001);
  assert.equal((await raw('GET', `/gettoken?corpid=${corp}`)).errcode, 40035);
  assert.equal((await raw('GET', '/department/list')).errcode, 41001);
  assert.equal((await raw('GET', `/department/list?access_token=${corp}.1.9999999999999.x`)).errcode, 40014);
  assert.equal((await scene.get('/nothing/here')).errcode, 48005);
  fine(await scene.get('/department/list'));
  scene.house.web.clock.advance(7_200_000);
  assert.equal((await scene.get('/department/list')).errcode, 42001);
});

test('API-02: calls of one program are limited (45009), and come again after a while', async () => {
  await using scene = await openScene();
  const codes = new Set<number>();
  for (let n = 0; n < 310; n += 1) codes.add((await scene.get('/tag/list')).errcode);
  assert.deepEqual(
    [...codes].toSorted((a, b) => a - b),
    [0, 45009],
  );
  scene.house.web.clock.advance(60_000);
  fine(await scene.get('/tag/list'));
});

test('API-01: a plan without the API is refused with 48002; so is a token without the function; a revoked one at once', async () => {
  await using narrow = await openScene(['groups']);
  assert.equal((await narrow.get('/user/get', { userid: 'bob' })).errcode, 48002);
  await using scene = await openScene();
  await orderPlan(scene.house.rest.directory, scene.house.web.tenant, { plan: 'basic', memberSeats: 100 });
  assert.equal((await scene.get('/department/list')).errcode, 48002);
  await orderPlan(scene.house.rest.directory, scene.house.web.tenant, { plan: 'pro', memberSeats: 100 });
  fine(await scene.get('/department/list'));
  const owner = await scene.house.as(scene.house.web.alice);
  const [token] = (await owner('GET', '/tokens')).json<{ items: { id: number }[] }>().items;
  await owner('DELETE', `/tokens/${token?.id}`);
  assert.equal((await scene.get('/department/list')).errcode, 40014);
});

test('API-02: wrong JSON and wrong types answer 40035, unknown fields are left alone', async () => {
  await using scene = await openScene();
  for (const body of [
    '{',
    '[]',
    '1',
    { groupid: {}, groupname: 'x' },
    { groupid: 'g@hongyan.test', groupname: 'x', email_list: [] },
  ]) {
    assert.equal((await scene.post('/exmail/group/create', body)).errcode, 40035, JSON.stringify(body));
  }
  assert.equal(
    (await scene.post('/exmail/group/create', JSON.stringify({ a: 'x'.repeat(1_100_000) }))).errcode,
    40035,
  );
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  assert.equal((await scene.post('/exmail/group/create', `{"email_list":${deep}}`)).errcode, 40035);
  assert.equal((await scene.post('/exmail/vip/list', { limit: 10, other: 1 })).errcode, 0);
});

test('API-02: mail groups: create, get, search, update (absent unchanged, empty list emptied, never empty), delete', async () => {
  await using scene = await openScene();
  const { directory } = scene.house.rest;
  const { tenant } = scene.house.web;
  const { departmentId } = await createDepartment(directory, tenant, { name: 'Sales' });
  const { tagId } = await createTag(directory, tenant, 'A');
  const path = '/exmail/group';
  assert.equal(
    (await scene.post(`${path}/create`, { groupid: 'g@hongyan.test', groupname: 'G' })).errcode,
    40035,
  );
  fine(
    await scene.post(`${path}/create`, {
      groupid: 'g@hongyan.test',
      groupname: '销售',
      email_list: { list: ['bob@hongyan.test'] },
      department_list: { list: [departmentId + 1] },
      tag_list: { list: [tagId] },
      allow_type: 3,
      allow_emaillist: { list: ['alice@hongyan.test'] },
    }),
  );
  assert.equal(
    (
      await scene.post(`${path}/create`, {
        groupid: 'bob@hongyan.test',
        groupname: 'B',
        tag_list: { list: [tagId] },
      })
    ).errcode,
    60106,
  );
  const { errcode: _c, errmsg: _m, ...group } = await scene.get(`${path}/get`, { groupid: 'g@hongyan.test' });
  assert.deepEqual(group, {
    groupid: 'g@hongyan.test',
    groupname: '销售',
    email_list: { list: ['bob@hongyan.test'] },
    group_list: { list: [] },
    department_list: { list: [departmentId + 1] },
    tag_list: { list: [tagId] },
    allow_type: 3,
    allow_emaillist: { list: ['alice@hongyan.test'] },
    allow_departmentlist: { list: [] },
    allow_taglist: { list: [] },
  });
  fine(
    await scene.post(`${path}/update`, { groupid: 'g@hongyan.test', tag_list: { list: [] }, allow_type: 1 }),
  );
  const after = await scene.get(`${path}/get`, { groupid: 'g@hongyan.test' });
  assert.deepEqual([after['tag_list'], after['email_list']], [{ list: [] }, { list: ['bob@hongyan.test'] }]);
  const empty = { email_list: { list: [] }, department_list: { list: [] } };
  assert.equal((await scene.post(`${path}/update`, { groupid: 'g@hongyan.test', ...empty })).errcode, 40035);
  const found = await scene.get(`${path}/search`, { fuzzy: 1, groupid: 'g@' });
  assert.deepEqual(
    [found['count'], found['groups']],
    [1, [{ groupid: 'g@hongyan.test', groupname: '销售' }]],
  );
  fine(await scene.post(`${path}/delete`, { groupid: 'g@hongyan.test' }));
  assert.equal((await scene.get(`${path}/get`, { groupid: 'g@hongyan.test' })).errcode, 690001);
});

test('API-02: public mailboxes: create, get, search, update, delete', async () => {
  await using scene = await openScene();
  const path = '/exmail/publicmail';
  const wanted = { email: 'hr@hongyan.test', name: '招聘', userid_list: { list: ['bob'] } };
  assert.equal((await scene.post(`${path}/create`, { email: 'hr@hongyan.test', name: 'x' })).errcode, 40035);
  assert.equal(
    (await scene.post(`${path}/create`, { ...wanted, userid_list: { list: ['nobody'] } })).errcode,
    60111,
  );
  const { id } = fine(await scene.post(`${path}/create`, wanted));
  const [mailbox] = fine(await scene.post(`${path}/get`, { id_list: [id] }))['list'] as object[];
  assert.deepEqual(mailbox, {
    id,
    email: 'hr@hongyan.test',
    name: '招聘',
    userid_list: { list: ['bob'] },
    department_list: { list: [] },
    tag_list: { list: [] },
    alias_list: { list: [] },
  });
  fine(await scene.post(`${path}/update`, { id, name: '人事', department_list: { list: [1] } }));
  for (const ids of [[], Array.from({ length: 101 }, () => id)]) {
    assert.equal((await scene.post(`${path}/get`, { id_list: ids })).errcode, 40035, 'at most a hundred');
  }
  const found = fine(await scene.get(`${path}/search`, { fuzzy: 0 }));
  assert.deepEqual(found['list'], [{ id, email: 'hr@hongyan.test', name: '人事' }]);
  assert.equal(
    (await scene.post(`${path}/update`, { id, userid_list: { list: [] }, department_list: { list: [] } }))
      .errcode,
    40035,
  );
  fine(await scene.post('/exmail/account/act_email', { publicemail_id: id, type: 2 }));
  fine(await scene.post(`${path}/delete`, { id }));
  assert.equal((await scene.post(`${path}/get`, { id_list: [id] })).errcode, 690002);
});

test('API-03: accounts: disable and enable, never an administrator; VIP seats; unread mail; user id by address', async () => {
  await using scene = await openScene();
  const { bob } = scene.house.web;
  const act = (userid: string, type: number): Promise<Answer> =>
    scene.post('/exmail/account/act_email', { userid, type });
  fine(await act('bob', 2));
  assert.equal((await scene.get('/user/get', { userid: 'bob@hongyan.test' }))['enable'], 0);
  fine(await act('bob', 1));
  assert.equal((await act('alice', 2)).errcode, 690003);
  const owner = await scene.house.as(scene.house.web.alice);
  await owner('PUT', `/administrators/${bob.accountId}`, { body: { role: 'super' } });
  assert.equal((await act('bob', 2)).errcode, 690003);
  await owner('DELETE', `/administrators/${bob.accountId}`);
  assert.equal((await act('bob', 3)).errcode, 40035);
  assert.equal((await act('nobody', 2)).errcode, 60111);
  const added = fine(await scene.post('/exmail/vip/batch_add', { userid_list: ['bob', 'nobody'] }));
  assert.deepEqual([added['succ_userid_list'], added['fail_userid_list']], [['bob'], ['nobody']]);
  const list = fine(await scene.post('/exmail/vip/list', {}));
  assert.deepEqual([list['has_more'], list['userid_list']], [false, ['bob']]);
  fine(await scene.post('/exmail/vip/batch_del', { userid_list: ['bob'] }));
  assert.deepEqual(fine(await scene.post('/exmail/vip/list', {}))['userid_list'], []);
  assert.equal((await scene.post('/exmail/vip/batch_add', { userid_list: [] })).errcode, 40031);
  await scene.house.rest.administration.ensure(bob.tenantId, bob.accountId);
  assert.equal(fine(await scene.post('/exmail/mail/get_newcount', { userid: 'bob' }))['count'], 0);
  assert.equal(fine(await scene.get('/mail/newcount', { userid: 'bob@hongyan.test' }))['count'], 0);
  const found = fine(await scene.post('/user/get_userid_by_email', { email: 'bob@hongyan.test' }));
  assert.equal(found['userid'], 'bob');
});

test('no call works without a token, with another company’s, or with one that holds nothing for it', async () => {
  await using scene = await openScene();
  await using bare = await openScene(['trace']);
  for (const call of calls) {
    for (const method of call.methods) {
      const body = method === 'POST' ? {} : undefined;
      assert.equal((await scene.raw(method, call.path, body)).errcode, 41001, call.path);
      const answer =
        method === 'POST' ? await bare.post(call.path, fullBody) : await bare.get(call.path, fullQuery);
      assert.notEqual(answer.errcode, 0, `${method} ${call.path}`);
    }
  }
});

const fullQuery = { userid: 'bob', department_id: 1, groupid: 'g@hongyan.test', tagid: 1, id: 2, fuzzy: 0 };
const fullBody = {
  ...fullQuery,
  groupname: 'x',
  email: 'x@hongyan.test',
  name: 'x',
  type: 1,
  tagname: 'x',
  password: 'wild goose 飞鸿',
  userlist: ['bob@hongyan.test'],
  userid_list: ['bob'],
  id_list: [1],
  email_list: { list: ['bob@hongyan.test'] },
  begin_date: '2026-01-01',
  end_date: '2026-01-02',
};
