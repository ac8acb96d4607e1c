import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { createDirectory } from '../../src/directory/directory.ts';
import { type Answer, fine, openScene } from '../wecom-fixture/scene.ts';

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
  assert.equal((await scene.get('/department/delete', { id: Number(id) })).errcode, 60006);
  assert.equal((await scene.get('/department/delete', { id: 1 })).errcode, 60007);
  assert.equal((await scene.get('/department/delete', { id: 0 })).errcode, 60003);
  assert.equal((await scene.post('/department/update', { id: 1, name: 'x' })).errcode, 60003);
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
  const { directory: context } = scene.house.rest;
  const directory = createDirectory(context);
  const other = tenantScope((await directory.createTenant('other')).tenantId, 'test');
  await directory.addDomain(other, 'other.test');
  await directory.createUser(other, { address: 'li@other.test' });
  const checked = fine(
    await scene.post('/user/batchcheck', {
      userlist: [
        'bob@hongyan.test',
        'free@hongyan.test',
        'x@elsewhere.test',
        'nonsense',
        'li@other.test',
        'free@other.test',
      ],
    }),
  );
  assert.deepEqual(
    (checked['list'] as { type: number }[]).map(one => one.type),
    [1, 0, -1, -1, -1, -1],
    'of another company nothing is told',
  );
  assert.equal((await scene.get('/department/delete', { id: Number(id) })).errcode, 60005);
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
  const many = (n: number): string[] => Array.from({ length: n }, (_, i) => `m${i}`);
  for (const lists of [
    { userlist: many(1_001) },
    { userlist: ['bob@hongyan.test'], partylist: many(101).map((_, i) => i) },
  ]) {
    assert.equal((await scene.post('/tag/addtagusers', { tagid, ...lists })).errcode, 40031);
  }
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
