import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestHouse, type RestClient, type RestHouse } from '@hongyan/testkit/rest-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import type { ActivationMail } from '../../src/access/activation/links.ts';
import { mailActivationLink } from '../../src/access/activation/send.ts';
import { wholeAdministration } from '../../src/access/administration.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { createDirectory } from '../../src/directory/directory.ts';

const origin = 'https://mail.hongyan.test';
const hour = 3_600_000;
const day = 24 * hour;

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly body: Readonly<Record<string, unknown>>;
  readonly cookie: string | undefined;
}

/** What a person's browser does with a link. */
async function use(
  house: Pick<RestHouse, 'url'>,
  token: string,
  password?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const at = `${house.url.replace('/api/v1', '')}/auth/activation/${token}`;
  const response = await fetch(at, {
    method: password === undefined ? 'GET' : 'POST',
    headers: {
      'x-hongyan': '1',
      ...more,
      ...(password !== undefined && { 'content-type': 'application/json' }),
    },
    ...(password !== undefined && { body: JSON.stringify({ password }) }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  const [cookie] = response.headers.getSetCookie().map(line => line.split(';')[0]);
  return { status: response.status, code: body['code'], body, cookie };
}

async function member(admin: RestClient, name: string): Promise<number> {
  const made = await admin('POST', '/members', { body: { address: `${name}@hongyan.test`, name } });
  assert.equal(made.status, 201);
  return Number(made.json()['id']);
}

async function linkFor(admin: RestClient, id: number, body: object = {}): Promise<string> {
  const made = await admin('POST', `/members/${id}/activation-link`, { body: { origin, ...body } });
  assert.equal(made.status, 201, made.text);
  const { url, qrCode } = made.json<{ url: string; qrCode: string }>();
  assert.match(url, /^https:\/\/mail\.hongyan\.test\/activate\/[\w-]{43}$/);
  assert.match(qrCode, /^<svg /);
  return url.slice(url.lastIndexOf('/') + 1);
}

async function stateOf(admin: RestClient, id: number): Promise<unknown> {
  const { link } = (await admin('GET', `/members/${id}/activation-link`)).json<{
    link: Record<string, unknown> | null;
  }>();
  return link && link['state'];
}

test('MBX-03: a new member without a password opens the link once, chooses one, and is signed in', async () => {
  await using house = await openRestHouse();
  const admin = await house.as(house.web.alice);
  const id = await member(admin, 'carol');
  const listed = (await admin('GET', '/members?activated=false')).json<{ items: { id: number }[] }>();
  assert.deepEqual(
    listed.items.map(item => item.id),
    [id],
  );
  assert.equal(await stateOf(admin, id), null);
  const token = await linkFor(admin, id);
  assert.equal(await stateOf(admin, id), 'open');
  const shown = await use(house, token);
  assert.equal(shown.status, 200);
  assert.deepEqual(
    [shown.body['address'], shown.body['name'], shown.body['purpose'], shown.body['company']],
    ['carol@hongyan.test', 'carol', 'activate', 't'],
  );
  for (const weak of ['short', 'password', 'carol@hongyan.test']) {
    assert.equal((await use(house, token, weak)).status, 422, `${weak} is refused, the link stays good`);
  }
  const done = await use(house, token, 'geese fly 南飞');
  assert.equal(done.status, 200);
  assert.equal(done.body['login'], 'carol@hongyan.test');
  const session = await fetch(`${house.url.replace('/api/v1', '')}/auth/session`, {
    headers: { cookie: done.cookie ?? '' },
  });
  assert.equal(session.status, 200, 'signed in');
  const again = await use(house, token, 'another one 北归');
  assert.deepEqual([again.status, again.code, again.body['state']], [403, 'activation.closed', 'used']);
  assert.equal((await use(house, token)).code, 'activation.closed');
  assert.equal(await stateOf(admin, id), 'used');
  assert.equal((await admin('GET', `/members/${id}`)).json()['activated'], true);
  const log = (await admin('GET', '/operations')).json<{ items: { action: string; actor: string }[] }>();
  assert.deepEqual(
    log.items.slice(0, 2).map(item => item.action),
    ['member.activated', 'member.activation_link_made'],
  );
  assert.ok(!(await admin('GET', '/operations')).text.includes(token), 'no secret in the log');
});

test('a link ends after its days, when it is withdrawn, replaced, or a password was set meanwhile', async () => {
  await using house = await openRestHouse();
  const { clock } = house.web;
  const admin = await house.as(house.web.alice);
  const id = await member(admin, 'carol');
  const first = await linkFor(admin, id, { days: 2 });
  const second = await linkFor(admin, id, { days: 2 });
  assert.equal((await use(house, first)).code, 'activation.not_found', 'replaced');
  clock.advance(2 * day - 1_000);
  assert.equal((await use(house, second)).status, 200);
  clock.advance(1_000);
  const late = await use(house, second, 'geese fly 南飞');
  assert.deepEqual([late.code, late.body['state']], ['activation.closed', 'expired']);
  const fresh = await house.as(house.web.alice);
  const third = await linkFor(fresh, id);
  assert.equal((await fresh('DELETE', `/members/${id}/activation-link`)).status, 204);
  assert.equal((await use(house, third)).code, 'activation.not_found', 'withdrawn');
  const fourth = await linkFor(fresh, id);
  clock.advance(1_000);
  await fresh('PUT', `/members/${id}/password`, { body: { password: 'from the desk 钥匙' } });
  assert.equal((await use(house, fourth, 'geese fly 南飞')).code, 'activation.closed');
  const fifth = await linkFor(fresh, id);
  assert.equal((await fresh('POST', '/members/disable', { body: { ids: [id] } })).status, 200);
  assert.equal((await use(house, fifth)).code, 'account.disabled');
  assert.equal((await fresh('POST', `/members/${id}/activation-link`, { body: { origin } })).status, 403);
  for (const body of [{}, { origin: 'javascript:alert(1)' }, { origin, days: 31 }, { origin, days: 0 }]) {
    assert.equal((await fresh('POST', `/members/${id}/activation-link`, { body })).status, 422);
  }
});

test('a link in place of a new password: the old one stays until it is used, then every session ends', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock, context } = house.web;
  const admin = await house.as(alice);
  const before = await house.as(bob);
  const token = await linkFor(admin, bob.accountId);
  assert.equal((await use(house, token)).body['purpose'], 'reset');
  assert.equal((await before('GET', '/session')).status, 200);
  clock.advance(1_000);
  assert.equal((await use(house, token, 'geese fly 南飞')).status, 200);
  assert.equal((await before('GET', '/session')).status, 401);
  const attempt = { service: 'web', address: '192.0.2.9', encrypted: true } as const;
  await assert.rejects(context.authenticator.password(bob.login, housePassword, attempt), {
    code: 'auth.failed',
  });
});

test('two who open a link at the same moment: one gets in', async () => {
  await using house = await openRestHouse();
  const admin = await house.as(house.web.alice);
  const token = await linkFor(admin, await member(admin, 'carol'));
  const answers = await Promise.all(
    ['geese fly 南飞', 'geese fly 北归', 'geese fly 东去'].map(password => use(house, token, password)),
  );
  assert.deepEqual(
    answers.map(answer => answer.status).sort((a, b) => a - b),
    [200, 403, 403],
  );
});

test('whoever guesses is slow and learns nothing; other companies and other functions are shut out', async () => {
  await using house = await openRestHouse();
  const { alice, bob, directory } = house.web;
  const other = await directory.createTenant('u');
  const stranger = {
    tenantId: other.tenantId,
    principal: { kind: 'system', reason: 'test' },
    accountId: 0,
    rights: { read: true, write: true, send: true, administer: true },
    administration: wholeAdministration,
  } as const;
  const { createActivationLink } = await import('../../src/access/activation/links.ts');
  await assert.rejects(createActivationLink(house.rest.passwords, stranger, bob.accountId), {
    code: 'account.not_found',
  });
  const mine = await house.as(bob);
  assert.equal(
    (await mine('POST', `/members/${bob.accountId}/activation-link`, { body: { origin } })).status,
    403,
  );
  const admin = await house.as(alice);
  const token = await linkFor(admin, bob.accountId);
  const codes = new Set<number>();
  for (const bad of [
    'x',
    'A'.repeat(43),
    token.slice(0, -1),
    `${token}A`,
    token.toLowerCase(),
    '%00',
    '..',
  ]) {
    codes.add((await use(house, encodeURIComponent(bad))).status);
  }
  assert.deepEqual([...codes], [404]);
  const foreign = await fetch(`${house.url.replace('/api/v1', '')}/auth/activation/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    body: JSON.stringify({ password: 'geese fly 南飞' }),
  });
  assert.equal(foreign.status, 403, 'a page of another site');
  assert.equal(await stateOf(admin, bob.accountId), 'open');
  const shared = await admin('POST', '/public-mailboxes', {
    body: { address: 'info@hongyan.test', users: [bob.accountId] },
  });
  const { id: publicId } = shared.json<{ id: number }>();
  const none = await admin('POST', `/members/${publicId}/activation-link`, { body: { origin } });
  assert.equal(none.status, 404, 'a public mailbox has no password');
  const tries: unknown[] = [];
  for (let n = 0; n < 10; n += 1) tries.push((await use(house, 'A'.repeat(43), 'geese fly 南飞')).code);
  assert.equal(tries[0], 'activation.not_found');
  assert.equal(tries.at(-1), 'api.rate_limited');
});

test('MBX-03: a link that is mailed leads to the installation or to a domain of the company, wherever the request says it came from', async () => {
  const letters: ActivationMail[] = [];
  await using house = await openRestHouse({
    context: {
      mailActivation: async letter => {
        letters.push(letter);
      },
    },
  });
  const { directory } = house.rest;
  const { tenantId: other } = await createDirectory(directory).createTenant('other');
  await createDirectory(directory).addDomain(tenantScope(other, 'test'), 'other.test');
  const admin = await house.as(house.web.alice);
  const id = await member(admin, 'carol');
  const mailed = async (at: string): Promise<number> => {
    const body = { origin: at, sendTo: 'carol@private.example' };
    return (await admin('POST', `/members/${id}/activation-link`, { body })).status;
  };
  for (const bad of [
    'https://evil.example',
    'https://mail.other.test',
    'https://mail.hongyan.test.evil.example',
    'https://evil.hongyan.test',
    'http://mail.hongyan.test',
    'https://127.0.0.1.evil.example',
    'https://203.0.113.9',
  ]) {
    assert.equal(await mailed(bad), 422, bad);
  }
  assert.equal(letters.length, 0);
  assert.equal(await stateOf(admin, id), null, 'no link was made that nobody saw');
  for (const good of [
    origin,
    'https://mail.hongyan.test:8443',
    'https://web.provider.test',
    'http://127.0.0.1:8080',
  ]) {
    assert.equal(await mailed(good), 201, good);
    assert.ok(letters.at(-1)?.link.startsWith(`${good}/activate/`));
  }
  // Who only sees the link sees where it leads.
  const body = { origin: 'https://203.0.113.9' };
  assert.equal((await admin('POST', `/members/${id}/activation-link`, { body })).status, 201);
});

test('a password is not chosen over a connection without TLS from elsewhere; the link stays good', async () => {
  await using house = await openRestHouse();
  const token = await linkFor(
    await house.as(house.web.alice),
    await member(await house.as(house.web.alice), 'carol'),
  );
  const url = await house.web.serve([], { trustedProxies: ['127.0.0.1'] });
  const far = { 'x-forwarded-for': '203.0.113.9' };
  const open = await use({ url }, token, 'geese fly 南飞', { ...far, 'x-forwarded-proto': 'http' });
  assert.deepEqual([open.status, open.code, open.cookie], [403, 'auth.encryption_required', undefined]);
  const tls = await use({ url }, token, 'geese fly 南飞', { ...far, 'x-forwarded-proto': 'https' });
  assert.equal(tls.status, 200);
});

test('the link is mailed to the other address on request, so many an hour', async () => {
  const letters: ActivationMail[] = [];
  await using house = await openRestHouse({
    context: {
      mailActivation: async letter => {
        letters.push(letter);
      },
    },
  });
  const admin = await house.as(house.web.alice);
  const id = await member(admin, 'carol');
  const bad = await admin('POST', `/members/${id}/activation-link`, {
    body: { origin, sendTo: 'no address' },
  });
  assert.equal(bad.status, 422);
  await linkFor(admin, id, { sendTo: 'carol@private.example' });
  assert.equal(letters.length, 1);
  const [letter] = letters;
  assert.deepEqual(
    [letter?.to, letter?.address, letter?.purpose, letter?.company],
    ['carol@private.example', 'carol@hongyan.test', 'activate', 't'],
  );
  assert.equal((await use(house, letter?.link.split('/').at(-1) ?? '')).status, 200);
  const link = (await admin('GET', `/members/${id}/activation-link`)).json<{ link: { sentTo: string } }>()
    .link;
  assert.equal(link.sentTo, 'carol@private.example');
  const { rest, web } = house;
  const again = () =>
    mailActivationLink(rest.passwords, async () => {}, web.tenant, id, {
      to: 'carol@private.example',
      language: 'en',
      urlOf: token => token,
    });
  let last = '';
  for (let n = 1; n < 200; n += 1) last = (await again()).token;
  await assert.rejects(again(), { code: 'api.rate_limited' }, 'to one member as to many');
  assert.equal((await use(house, last)).status, 200, 'what was mailed before stays good');
  web.clock.advance(hour);
  await again();
});

test('a scoped administrator gets into no administrator by a link, nor by one made before the member became one', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const owner = await house.as(alice);
  const granted = await owner('PUT', `/administrators/${bob.accountId}`, {
    body: { role: 'scoped', functions: { members: 'manage' } },
  });
  assert.ok(granted.status < 300, granted.text);
  const helpdesk = await house.as(bob);
  for (const [method, body] of [['POST', { origin }], ['DELETE'], ['GET']] as const) {
    const path = `/members/${alice.accountId}/activation-link`;
    assert.equal((await helpdesk(method, path, { ...(body && { body }) })).status, 403, method);
  }
  const id = await member(owner, 'carol');
  const token = await linkFor(helpdesk, id, { days: 30 });
  assert.equal((await use(house, token)).status, 200);
  clock.advance(1_000);
  await owner('PUT', `/administrators/${id}`, { body: { role: 'super' } });
  assert.deepEqual(
    [(await use(house, token)).code, await stateOf(owner, id)],
    ['activation.closed', 'expired'],
  );
  assert.equal((await use(house, token, 'geese fly 南飞')).code, 'activation.closed');
  assert.equal((await use(house, await linkFor(owner, id), 'geese fly 南飞')).status, 200);
});

test('DIR-03, MBX-03: an import hands out links in place of first passwords, to whoever has its key', async () => {
  await using house = await openRestHouse();
  const admin = await house.as(house.web.alice);
  const preview = await admin('POST', '/imports?fileName=people.csv', {
    raw: '姓名,邮箱\n王伟,wei\n王芳,fang\n',
    headers: { 'content-type': 'text/csv' },
  });
  assert.equal(preview.status, 201, preview.text);
  const id = Number(preview.json()['id']);
  const run = await admin('POST', `/imports/${id}/run?links=true`);
  const { passwordKey: key } = run.json<{ passwordKey: string }>();
  let state = run.json<{ import: { state: string; links: boolean } }>().import;
  assert.equal(state.links, true);
  while (state.state !== 'done') {
    state = (await admin('GET', `/imports/${id}`)).json<typeof state>();
  }
  const listed = (await admin('GET', '/members?activated=false')).json<{ items: { address: string }[] }>();
  assert.deepEqual(listed.items.map(item => item.address).toSorted(), [
    'fang@hongyan.test',
    'wei@hongyan.test',
  ]);
  const file = await admin('POST', `/imports/${id}/passwords`, { body: { key, format: 'csv', origin } });
  assert.equal(file.status, 200, file.text);
  const tokens = [...file.text.matchAll(/https:\/\/mail\.hongyan\.test\/activate\/([\w-]{43})/g)].map(
    match => match[1] ?? '',
  );
  assert.equal(new Set(tokens).size, 2);
  const shown = await Promise.all(tokens.map(token => use(house, token)));
  assert.deepEqual(
    shown.map(answer => String(answer.body['address'])).toSorted(),
    listed.items.map(item => item.address).toSorted(),
  );
  assert.equal((await use(house, tokens[0] ?? '', 'geese fly 南飞')).status, 200);
  const wrong = await admin('POST', `/imports/${id}/passwords`, {
    body: { key: 'x', format: 'csv', origin },
  });
  assert.equal(wrong.status, 403);
});
