import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestHouse, type RestClient, type RestHouse } from '@hongyan/testkit/rest-house.ts';

interface Scene extends AsyncDisposable {
  readonly house: RestHouse;
  readonly alice: RestClient;
  readonly stranger: RestClient;
}

async function openScene(): Promise<Scene> {
  const house = await openRestHouse();
  return {
    house,
    alice: await house.as(house.web.alice),
    stranger: await house.as(null),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

test('GRP-01, GRP-02, GRP-04: groups over the API, with an entity tag against lost changes', async () => {
  await using scene = await openScene();
  const { alice, house } = scene;
  const made = await alice('POST', '/groups', {
    body: {
      address: 'sales@hongyan.test',
      displayName: '销售',
      members: ['bob@hongyan.test', 'x@away.test'],
    },
  });
  assert.equal(made.status, 201, made.text);
  const group = made.json<{ id: number; posting: string }>();
  assert.equal(group.posting, 'company');
  const path = `/groups/${group.id}`;
  const etag = (await alice('GET', path)).headers.get('etag') ?? '';
  const patch = {
    posting: 'listed',
    senders: ['bob@hongyan.test'],
    representatives: [house.web.bob.accountId],
  };
  const changed = await alice('PATCH', path, { body: patch, headers: { 'if-match': etag } });
  assert.equal(changed.status, 200, changed.text);
  assert.equal((await alice('PATCH', path, { body: {}, headers: { 'if-match': etag } })).status, 412);
  const list = (await alice('GET', '/groups?q=SALES')).json<{ items: { memberCount: number }[] }>();
  assert.deepEqual(
    list.items.map(item => item.memberCount),
    [2],
  );
  assert.equal((await alice('PATCH', path, { body: { departments: [99] } })).status, 422);
  assert.equal((await alice('DELETE', path)).status, 204);
  const missing = await alice('GET', path);
  assert.deepEqual([missing.status, missing.json()['code']], [404, 'group.not_found']);
  const bob = await house.as(house.web.bob);
  assert.equal((await bob('GET', '/groups')).status, 403);
});

test('PUB-01, PUB-02, PUB-08: a public mailbox over the API, from its users to the recycle bin', async () => {
  await using scene = await openScene();
  const { alice, house } = scene;
  const users = [house.web.bob.accountId];
  const made = await alice('POST', '/public-mailboxes', { body: { address: 'info@hongyan.test', users } });
  assert.equal(made.status, 201, made.text);
  const { id } = made.json<{ id: number }>();
  const path = `/public-mailboxes/${id}`;
  const changed = await alice('PATCH', path, { body: { users: [], displayName: 'Info' } });
  assert.deepEqual(changed.json()['users'], []);
  const inState = async (state: string): Promise<number> =>
    (await alice('GET', `/public-mailboxes?q=info&state=${state}`)).json<{ items: [] }>().items.length;
  assert.deepEqual([await inState('enabled'), await inState('disabled')], [1, 0]);
  await alice('PATCH', path, { body: { disabled: true } });
  assert.deepEqual([await inState('enabled'), await inState('disabled')], [0, 1]);
  assert.equal((await alice('GET', '/public-mailboxes?state=gone')).status, 422);
  assert.deepEqual((await alice('GET', '/public-mailbox-use')).json(), { used: 1, max: null });
  const person = await alice('DELETE', `/public-mailboxes/${house.web.bob.accountId}`);
  assert.equal(person.status, 404, 'a member is no public mailbox');
  assert.equal((await alice('DELETE', path)).status, 204);
  assert.equal((await alice('GET', path)).status, 404);
  const bin = (await alice('GET', '/recycle-bin')).text;
  assert.match(bin, /info@hongyan\.test/);
});

const applicant = { name: '张三', mobile: '13800138000', prefix: 'zhangsan', password: 'wild goose 1' };

test('DIR-04, DIR-05, DIR-06: from the link to the member; strangers need nothing but the token', async () => {
  await using scene = await openScene();
  const { alice, stranger } = scene;
  const closed = await alice('POST', '/invitations', { body: {} });
  assert.equal(closed.json()['code'], 'invitation.closed');
  assert.equal((await alice('PATCH', '/invitation-settings', { body: { open: true } })).status, 200);
  const origin = 'https://mail.hongyan.test';
  assert.equal(
    (await alice('POST', '/invitations', { body: { origin: 'javascript:alert(1)' } })).status,
    422,
  );
  const made = await alice('POST', '/invitations', { body: { origin, days: 3 } });
  assert.equal(made.status, 201, made.text);
  const { token, link, qrCode } = made.json<{ token: string; link: string; qrCode: string }>();
  assert.equal(link, `${origin}/join/${token}`);
  assert.match(qrCode, /^<svg /);
  const page = await stranger('GET', `/join/${token}`);
  assert.deepEqual(
    [page.status, page.json()['domain'], page.json()['approval']],
    [200, 'hongyan.test', true],
  );
  assert.equal((await stranger('GET', `/join/${'x'.repeat(32)}`)).status, 404);
  const taken = await stranger('GET', `/join/${token}/prefix?prefix=bob`);
  assert.deepEqual([taken.json()['free'], taken.json()['suggestion']], [false, 'bob2']);
  const bad = await stranger('POST', `/join/${token}`, { body: { ...applicant, password: '12345678' } });
  assert.equal(bad.status, 422);
  const asked = await stranger('POST', `/join/${token}`, { body: applicant });
  assert.deepEqual(asked.json(), { state: 'waiting', address: 'zhangsan@hongyan.test' });
  const [request] = (await alice('GET', '/join-requests')).json<{ items: { id: number }[] }>().items;
  const approved = await alice('POST', `/join-requests/${request?.id}/approve`, { body: {} });
  assert.equal(approved.json()['state'], 'approved', approved.text);
  assert.match((await alice('GET', '/members?q=zhangsan')).text, /zhangsan@hongyan\.test/);
});

test('DIR-04: whoever tries links is slowed down', async () => {
  await using scene = await openScene();
  const { stranger } = scene;
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    statuses.push((await stranger('POST', `/join/${'x'.repeat(32)}`, { body: applicant })).status);
  }
  assert.deepEqual(statuses, [404, 404, 404, 404, 404, 429, 429, 429]);
});

test('DIR-03: a spreadsheet over the API: preview, run, first passwords, errors, undo', async () => {
  await using scene = await openScene();
  const { alice } = scene;
  const template = await alice('GET', '/import-template?format=csv', {
    headers: { 'accept-language': 'zh-CN' },
  });
  assert.match(template.text, /姓名,账号,邮箱,手机号/);
  const raw = new Uint8Array(Buffer.from('姓名,邮箱,部门\n李四,lisi,销售\n王五,alice,\n'));
  const headers = { 'content-type': 'text/csv' };
  const preview = await alice('POST', '/imports?fileName=people.csv', { raw, headers });
  assert.equal(preview.status, 201, preview.text);
  const { id, failed } = preview.json<{ id: number; failed: number }>();
  assert.equal(failed, 1);
  const rows = (await alice('GET', `/imports/${id}/rows?wrong=true`)).json<{
    items: { problems: unknown }[];
  }>();
  assert.deepEqual(rows.items[0]?.problems, [
    { field: 'address', code: 'address_taken', suggestion: 'alice2' },
  ]);
  const run = await alice('POST', `/imports/${id}/run`);
  assert.equal(run.status, 202, run.text);
  let state = '';
  for (let turn = 0; turn < 500 && state !== 'done'; turn += 1) {
    state = String((await alice('GET', `/imports/${id}`)).json()['state']);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  assert.equal(state, 'done');
  const key = run.json()['passwordKey'];
  const passwords = await alice('POST', `/imports/${id}/passwords`, { body: { key, format: 'csv' } });
  assert.match(passwords.text, /lisi@hongyan\.test,[a-z2-9-]{19}/);
  assert.equal((await alice('POST', `/imports/${id}/passwords`, { body: { key: 'no' } })).status, 403);
  const errors = await alice('GET', `/imports/${id}/errors?format=csv`, {
    headers: { 'accept-language': 'en' },
  });
  assert.match(errors.text, /Email: taken already \(alice2 is free\)/);
  const undone = await alice('POST', `/imports/${id}/undo`);
  assert.equal(undone.json()['state'], 'undone', undone.text);
});

test('CON-04: contacts of the company in groups and in none, found by pinyin; members read and do not write', async () => {
  await using scene = await openScene();
  const { alice, house } = scene;
  const bob = await house.as(house.web.bob);
  const partners = (await alice('POST', '/outside-contact-groups', { body: { name: 'Partners' } })).json();
  assert.equal((await alice('POST', '/outside-contact-groups', { body: { name: 'PARTNERS' } })).status, 409);
  const groupId = partners['id'];
  const contact = { address: 'zhao@away.test', name: '赵启明', organisation: 'Away', groupId };
  const made = await alice('POST', '/outside-contacts', { body: contact });
  assert.equal(made.status, 201, made.text);
  assert.equal(
    (await alice('POST', '/outside-contacts', { body: { address: 'ZHAO@away.test' } })).status,
    409,
  );
  await alice('POST', '/outside-contacts', { body: { address: 'ann@away.test', note: 'two\nlines' } });
  const names = async (query: string): Promise<string[]> =>
    (await bob('GET', `/outside-contacts${query}`))
      .json<{ items: { name: string }[] }>()
      .items.map(item => item.name);
  assert.deepEqual(await names(''), ['ann', '赵启明']);
  assert.deepEqual(await names('?q=zqm'), ['赵启明']);
  assert.deepEqual(await names(`?groupId=${String(groupId)}`), ['赵启明']);
  assert.deepEqual(await names('?groupId=0'), ['ann']);
  assert.deepEqual((await bob('GET', '/outside-contact-groups')).json(), {
    groups: [{ id: groupId, name: 'Partners', contacts: 1 }],
    unassigned: 1,
  });
  const path = `/outside-contacts/${String(made.json()['id'])}`;
  assert.equal((await bob('PATCH', path, { body: { name: 'x' } })).status, 403);
  assert.equal((await bob('DELETE', path)).status, 403);
  assert.equal((await alice('PATCH', path, { body: { address: 'ann@away.test' } })).status, 409);
  assert.equal((await alice('DELETE', `/outside-contact-groups/${String(groupId)}`)).status, 204);
  assert.equal((await bob('GET', path)).json()['groupId'], null);
  assert.equal((await alice('DELETE', path)).status, 204);
});
