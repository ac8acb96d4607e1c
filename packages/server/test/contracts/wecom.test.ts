import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccessTokens } from '@hongyan/server/access/access-tokens.ts';
import { adminFunctions } from '@hongyan/server/access/administration.ts';
import { createDepartment } from '@hongyan/server/directory/departments/departments.ts';
import { orderPlan } from '@hongyan/server/directory/plans/tenant-plan.ts';
import { createTag } from '@hongyan/server/directory/tags/tags.ts';
import { defaultWecomLimits, type WecomContext } from '@hongyan/server/protocols/wecom/context.ts';
import { wecomModule } from '@hongyan/server/protocols/wecom/module.ts';
import { calls } from '@hongyan/server/protocols/wecom/registry.ts';
import { openRestHouse, type RestHouse } from '@hongyan/testkit/rest-house.ts';

type Answer = Record<string, unknown> & { readonly errcode: number; readonly errmsg: string };

interface Scene extends AsyncDisposable {
  readonly house: RestHouse;
  readonly context: WecomContext;
  readonly secret: string;
  readonly corp: string;
  /** Any call, without an access token of its own. */
  raw(method: string, path: string, body?: unknown): Promise<Answer>;
  get(path: string, query?: Readonly<Record<string, string | number>>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
}

async function openScene(functions: readonly string[] = adminFunctions): Promise<Scene> {
  const house = await openRestHouse();
  const { web, rest } = house;
  const context: WecomContext = {
    directory: rest.directory,
    mailbox: rest.administration.mailbox,
    passwords: web.context.passwords,
    accessTokens: new AccessTokens(rest.tokens),
    limits: defaultWecomLimits,
    allowPlainLoopback: true,
    clock: web.clock,
    log: web.context.log,
  };
  const url = await web.serve([services => wecomModule(context, services)]);
  const owner = await house.as(web.alice);
  const made = await owner('POST', '/tokens', {
    body: { name: 'WeCom', functions: Object.fromEntries(functions.map(name => [name, 'manage'])) },
  });
  const { token: secret } = made.json<{ token: string }>();
  const corp = String(web.tenant.tenantId);
  const raw: Scene['raw'] = async (method, path, body) => {
    const response = await fetch(`${url}/cgi-bin${path}`, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Answer;
  };
  const opened = await raw('GET', `/gettoken?corpid=${corp}&corpsecret=${secret}`);
  assert.deepEqual([opened.errcode, opened['expires_in']], [0, 7200]);
  const access = String(opened['access_token']);
  return {
    house,
    context,
    secret,
    corp,
    raw,
    get(path, query = {}) {
      const search = new URLSearchParams({ access_token: access });
      for (const [name, value] of Object.entries(query)) search.set(name, String(value));
      return raw('GET', `${path}?${search.toString()}`);
    },
    post: (path, body) => raw('POST', `${path}?access_token=${access}`, body),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

function fine(answer: Answer, errmsg = 'ok'): Answer {
  assert.deepEqual([answer.errcode, answer.errmsg], [0, errmsg], JSON.stringify(answer));
  return answer;
}

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

test('API-02: departments: create, update, list below one, search with path, delete only when empty', async () => {
  await using scene = await openScene();
  const { id } = fine(await scene.post('/department/create', { name: '研发', parentid: 1 }), 'created');
  const child = fine(await scene.post('/department/create', { name: '前端', parentid: id }), 'created')['id'];
  assert.equal((await scene.post('/department/create', { name: '研发', parentid: 1 })).errcode, 60008);
  assert.equal((await scene.post('/department/create', { name: 'x', parentid: 987 })).errcode, 60003);
  const all = fine(await scene.get('/department/list', { id: Number(id) }))['department'] as {
    id: number;
    parentid: number;
  }[];
  assert.deepEqual(
    all.map(one => [one.id, one.parentid]),
    [
      [id, 1],
      [child, id],
    ],
  );
  fine(await scene.post('/department/update', { id: child, name: '客户端' }), 'updated');
  const found = fine(await scene.post('/department/search', { name: '客', fuzzy: 1 }))['department'] as {
    path: string;
  }[];
  assert.deepEqual(
    found.map(one => one.path),
    ['研发/客户端'],
  );
  assert.notEqual((await scene.get('/department/delete', { id: Number(id) })).errcode, 0);
  assert.equal((await scene.get('/department/delete', { id: 1 })).errcode, 60003);
  fine(await scene.get('/department/delete', { id: Number(child) }), 'deleted');
  fine(await scene.get('/department/delete', { id: Number(id) }), 'deleted');
});

test('API-02: members: create, get, update, lists of a department, check of names, delete', async () => {
  await using scene = await openScene();
  const { id } = fine(await scene.post('/department/create', { name: '研发' }), 'created');
  const user = {
    userid: 'zhang@hongyan.test',
    name: '张三',
    department: [id],
    position: '工程师',
    mobile: '13800000000',
    gender: '1',
  };
  fine(
    await scene.post('/user/create', { ...user, slaves: ['zs@hongyan.test'], password: 'wild goose 飞鸿' }),
    'created',
  );
  assert.equal(
    (await scene.post('/user/create', { ...user, mobile: '', password: 'wild goose 飞鸿' })).errcode,
    60106,
  );
  assert.equal(
    (await scene.post('/user/create', { ...user, userid: 'z2@hongyan.test', password: 'wild goose 飞鸿' }))
      .errcode,
    60104,
  );
  const got = fine(await scene.get('/user/get', { userid: 'zhang@hongyan.test' }));
  assert.deepEqual(
    ['name', 'department', 'position', 'mobile', 'gender', 'slaves', 'enable'].map(name => got[name]),
    ['张三', [id], '工程师', '13800000000', '1', ['zs@hongyan.test'], 1],
  );
  fine(
    await scene.post('/user/update', { userid: 'zhang@hongyan.test', name: '张四', enable: 0, slaves: [] }),
    'updated',
  );
  const list = fine(await scene.get('/user/list', { department_id: Number(id), fetch_child: 0 }))[
    'userlist'
  ] as Answer[];
  assert.deepEqual(
    list.map(one => [one['name'], one['enable'], one['slaves']]),
    [['张四', 0, []]],
  );
  const simple = fine(await scene.get('/user/simplelist', { department_id: 1, fetch_child: 1 }))[
    'userlist'
  ] as object[];
  assert.equal(simple.length, 3);
  const checked = fine(
    await scene.post('/user/batchcheck', {
      userlist: ['bob@hongyan.test', 'free@hongyan.test', 'x@elsewhere.test', 'nonsense'],
    }),
  );
  assert.deepEqual(
    (checked['list'] as { type: number }[]).map(one => one.type),
    [1, 0, -1, -1],
  );
  fine(await scene.get('/user/delete', { userid: 'zhang@hongyan.test' }), 'deleted');
  assert.equal((await scene.get('/user/get', { userid: 'zhang@hongyan.test' })).errcode, 60111);
});

test('API-02: tags: create, add partly bad, get, remove, all bad, list, delete; operations are logged', async () => {
  await using scene = await openScene();
  const { tagid } = fine(await scene.post('/tag/create', { tagname: '骨干' }), 'created');
  const partly = fine(
    await scene.post('/tag/addtagusers', {
      tagid,
      userlist: ['bob@hongyan.test', 'nobody@hongyan.test'],
      partylist: [99],
    }),
  );
  assert.deepEqual([partly['invalidlist'], partly['invalidparty']], ['nobody@hongyan.test', [99]]);
  assert.equal((await scene.post('/tag/addtagusers', { tagid, userlist: ['nobody'] })).errcode, 40070);
  assert.equal((await scene.post('/tag/deltagusers', { tagid, userlist: ['nobody'] })).errcode, 40031);
  const tag = fine(await scene.get('/tag/get', { tagid: Number(tagid) }));
  assert.deepEqual(
    [tag['tagname'], (tag['userlist'] as { userid: string }[])[0]?.userid],
    ['骨干', 'bob@hongyan.test'],
  );
  fine(await scene.post('/tag/deltagusers', { tagid, userlist: ['bob@hongyan.test'] }));
  fine(await scene.post('/tag/update', { tagid, tagname: '核心' }), 'updated');
  assert.deepEqual(fine(await scene.get('/tag/list'))['taglist'], [{ tagid, tagname: '核心' }]);
  fine(await scene.get('/tag/delete', { tagid: Number(tagid) }), 'deleted');
  assert.equal((await scene.get('/tag/get', { tagid: Number(tagid) })).errcode, 40068);
  const day = new Date(scene.house.web.clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  fine(await scene.post('/user/update', { userid: 'bob@hongyan.test', name: 'B' }), 'updated');
  const log = fine(await scene.post('/log/operation', { type: 8, begin_date: day, end_date: day }))[
    'list'
  ] as Answer[];
  assert.ok(
    log.some(entry => entry['type'] === 23 && entry['operator'] === 'alice@hongyan.test (API: WeCom)'),
  );
  assert.equal(
    (await scene.post('/log/operation', { type: 1, begin_date: 'x', end_date: day })).errcode,
    40035,
  );
});

test('API-02: older mail groups: create, get, update, delete', async () => {
  await using scene = await openScene();
  fine(
    await scene.post('/group/create', {
      groupid: 'g@hongyan.test',
      groupname: 'G',
      userlist: ['bob@hongyan.test'],
      allow_type: 0,
    }),
    'created',
  );
  fine(
    await scene.post('/group/update', {
      groupid: 'g@hongyan.test',
      allow_type: 3,
      allow_userlist: ['bob@hongyan.test'],
    }),
    'updated',
  );
  const group = fine(await scene.get('/group/get', { groupid: 'g@hongyan.test' }));
  assert.deepEqual(
    [group['userlist'], group['allow_type'], group['allow_userlist']],
    [['bob@hongyan.test'], 3, ['bob@hongyan.test']],
  );
  fine(await scene.get('/group/delete', { groupid: 'g@hongyan.test' }), 'deleted');
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
