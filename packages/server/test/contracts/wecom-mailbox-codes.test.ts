import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, fine, openScene, type Scene } from '../wecom-fixture/scene.ts';

const path = '/exmail/publicmail';

async function make(scene: Scene, more: Record<string, unknown> = {}): Promise<Answer> {
  const wanted = { email: 'hr@hongyan.test', name: '招聘', userid_list: { list: ['bob'] }, ...more };
  return scene.post(`${path}/create`, wanted);
}

test('API-02, PUB-05: codes of a public mailbox: shown when made, listed without the code, deleted', async () => {
  await using scene = await openScene();
  const made = fine(await make(scene, { create_auth_code: 1 }));
  assert.match(String(made['auth_code']), /^[a-z0-9-]{8,}$/i);
  const { id } = made;
  const again = fine(
    await scene.post(`${path}/update`, { id, create_auth_code: 1, auth_code_info: { remark: '前台电脑' } }),
  );
  assert.notEqual(again['auth_code'], made['auth_code']);
  assert.equal(fine(await scene.post(`${path}/update`, { id, name: '人事' }))['auth_code'], undefined);
  const list = async (): Promise<unknown> =>
    fine(await scene.post(`${path}/get_auth_code_list`, { id }))['auth_code_list'];
  const create_time = Math.floor(scene.house.web.clock.now() / 1_000);
  const both = [
    { auth_code_id: made['auth_code_id'], create_time, last_use_time: 0, remark: '办公PC' },
    { auth_code_id: again['auth_code_id'], create_time, last_use_time: 0, remark: '前台电脑' },
  ];
  assert.deepEqual(await list(), both);
  fine(await scene.post(`${path}/delete_auth_code`, { id, auth_code_id: made['auth_code_id'] }));
  assert.deepEqual(await list(), both.slice(1));
  const gone = await scene.post(`${path}/delete_auth_code`, { id, auth_code_id: made['auth_code_id'] });
  assert.equal(gone.errcode, 40035);
});

test('API-02: ten codes at most, remarks of 128 octets, only 0 and 1', async () => {
  await using scene = await openScene();
  const { id } = fine(await make(scene));
  const update = async (more: object): Promise<number> =>
    (await scene.post(`${path}/update`, { id, ...more })).errcode;
  const remarked = (remark: string) => update({ create_auth_code: 1, auth_code_info: { remark } });
  assert.equal(await remarked('x'.repeat(129)), 40035);
  assert.equal(await remarked('电'.repeat(43)), 40035);
  assert.equal(await remarked(''), 40035);
  assert.equal(await remarked('x'.repeat(128)), 0);
  for (let code = 2; code <= 10; code += 1) assert.equal(await update({ create_auth_code: 1 }), 0);
  assert.equal(await update({ create_auth_code: 1 }), 690004);
  assert.equal(await update({ create_auth_code: 2 }), 40035);
  for (const call of ['get_auth_code_list', 'delete_auth_code']) {
    assert.equal((await scene.post(`${path}/${call}`, { auth_code_id: 1 })).errcode, 40035, call);
    assert.equal((await scene.post(`${path}/${call}`, { id: 987, auth_code_id: 1 })).errcode, 690002, call);
  }
});

test('API-02: aliases of a public mailbox are replaced: five at most, 6 to 64 octets, nobody else’s', async () => {
  await using scene = await openScene();
  const { id } = fine(await make(scene));
  const set = async (list: readonly string[]): Promise<number> =>
    (await scene.post(`${path}/update`, { id, alias_list: { list } })).errcode;
  const shown = async (): Promise<string[]> => {
    const [mailbox] = fine(await scene.post(`${path}/get`, { id_list: [id] }))['list'] as {
      alias_list: { list: string[] };
    }[];
    return (mailbox?.alias_list.list ?? []).toSorted();
  };
  const five = [1, 2, 3, 4, 5].map(number => `jobs${number}@hongyan.test`);
  assert.equal(await set(five), 0);
  assert.deepEqual(await shown(), five);
  assert.equal(await set([...five, 'jobs6@hongyan.test']), 40035);
  assert.equal(await set(['a@b.c']), 40035);
  assert.equal(await set([`${'x'.repeat(60)}@hongyan.test`]), 40035);
  assert.equal(await set(['bob@hongyan.test']), 60106);
  assert.equal(await set(['jobs2@hongyan.test', 'cv@hongyan.test']), 0);
  assert.deepEqual(await shown(), ['cv@hongyan.test', 'jobs2@hongyan.test']);
  fine(await scene.post(`${path}/update`, { id, name: '人事' }));
  assert.equal((await shown()).length, 2, 'absent: unchanged');
  assert.equal(await set([]), 0);
  assert.deepEqual(await shown(), []);
});

test('API-02: names: unique, 64 letters or 32 Chinese characters; groups 200 octets', async () => {
  await using scene = await openScene();
  assert.equal((await make(scene, { name: '名'.repeat(33) })).errcode, 40035);
  assert.equal((await make(scene, { name: 'n'.repeat(65) })).errcode, 40035);
  fine(await make(scene, { name: '名'.repeat(32) }));
  const twin = { email: 'hr2@hongyan.test', name: '名'.repeat(32) };
  assert.equal((await make(scene, twin)).errcode, 60008);
  fine(await make(scene, { ...twin, name: 'n'.repeat(64) }));
  const group = (groupid: string, groupname: string): Promise<Answer> =>
    scene.post('/exmail/group/create', { groupid, groupname, email_list: { list: ['bob@hongyan.test'] } });
  assert.equal((await group('a@hongyan.test', '组'.repeat(67))).errcode, 40035);
  fine(await group('a@hongyan.test', '组'.repeat(66)));
  assert.equal((await group('b@hongyan.test', '组'.repeat(66))).errcode, 60008);
});

test('API-02: who may send to a group: lists with allow_type 3 only, and then one at least', async () => {
  await using scene = await openScene();
  const make3 = async (groupid: string, more: object): Promise<number> => {
    const group = { groupid, groupname: groupid, email_list: { list: ['bob@hongyan.test'] }, ...more };
    return (await scene.post('/exmail/group/create', group)).errcode;
  };
  const list = { allow_emaillist: { list: ['alice@hongyan.test'] } };
  assert.equal(await make3('a@hongyan.test', { allow_type: 3 }), 40035);
  for (const allow_type of [0, 1, 2])
    assert.equal(await make3('a@hongyan.test', { allow_type, ...list }), 40035);
  for (const allow_type of [4, -1, 'x']) assert.equal(await make3('a@hongyan.test', { allow_type }), 40035);
  assert.equal(await make3('a@hongyan.test', { allow_type: 3, ...list }), 0);
  assert.equal(await make3('b@hongyan.test', { allow_type: 3, allow_departmentlist: { list: [1] } }), 0);
});

test('API-02: groups are searched in the older interface, too; private addresses belong to nobody', async () => {
  await using scene = await openScene();
  const members = { userlist: ['bob@hongyan.test'], allow_type: 1 };
  for (const name of ['sales', 'support']) {
    const group = { groupid: `${name}@hongyan.test`, groupname: name, ...members };
    fine(await scene.post('/group/create', group), 'created');
  }
  const found = fine(await scene.post('/group/search', { fuzzy: 1, groupid: 'sal' }));
  assert.deepEqual(found['groups'], [{ groupid: 'sales@hongyan.test', groupname: 'sales' }]);
  assert.equal(fine(await scene.get('/group/search', { fuzzy: 0 }))['count'], 2);
  const asked = { email: 'bob@hongyan.test' };
  const ask = async (more: object): Promise<number> =>
    (await scene.post('/user/get_userid_by_email', { ...asked, ...more })).errcode;
  assert.deepEqual(
    [await ask({ email_type: 1 }), await ask({ email_type: 2 }), await ask({ email_type: 3 })],
    [0, 60111, 40035],
  );
});
