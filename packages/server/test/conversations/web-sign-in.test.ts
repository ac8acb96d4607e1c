import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordCredentials, setPassword } from '@hongyan/server/access/passwords.ts';
import { tenantScope } from '@hongyan/server/access/scope.ts';
import { createDirectoryContext } from '@hongyan/server/directory/directory.ts';
import { createMember } from '@hongyan/server/directory/members/create.ts';
import { housePassword, openWebHouse } from '@hongyan/testkit/web-house.ts';

const day = 24 * 3_600_000;
const own = { 'x-hongyan': '1' };

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

async function signIn(url: string, more: object = {}, login = 'alice@hongyan.test'): Promise<string> {
  const response = await post(`${url}/auth/sign-in`, { login, password: housePassword, ...more });
  assert.equal(response.status, 200);
  return cookieOf(response);
}

async function statusOf(url: string, cookie: string): Promise<number> {
  return (await fetch(`${url}/auth/session`, { headers: { cookie } })).status;
}

test('SEC-04: the right password sets a cookie that scripts cannot read, and says who is an administrator', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const response = await post(`${url}/auth/sign-in`, {
    login: 'alice@hongyan.test',
    password: housePassword,
  });
  assert.equal(response.status, 200);
  assert.match(
    response.headers.get('set-cookie') ?? '',
    /^hongyan=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const answer = (await response.json()) as Record<string, unknown>;
  assert.deepEqual([answer['login'], answer['administrator']], ['alice@hongyan.test', true]);
  const session = await fetch(`${url}/auth/session`, { headers: { cookie: cookieOf(response) } });
  assert.equal(((await session.json()) as Record<string, unknown>)['login'], 'alice@hongyan.test');
  const bob = await post(`${url}/auth/sign-in`, { login: 'bob@hongyan.test', password: housePassword });
  assert.equal(((await bob.json()) as Record<string, unknown>)['administrator'], false);
});

test('a wrong password and an unknown login get the same answer, and many are slowed', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const answers = [];
  for (const login of ['alice@hongyan.test', 'nobody@hongyan.test']) {
    const response = await post(`${url}/auth/sign-in`, { login, password: 'wrong' });
    answers.push([response.status, await response.text()]);
  }
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0]?.[0], 401);
  let last: Response | undefined;
  for (let i = 0; i < 8; i++) {
    last = await post(`${url}/auth/sign-in`, { login: 'alice@hongyan.test', password: 'wrong' });
  }
  assert.equal(last?.status, 429);
  assert.ok(Number(last.headers.get('retry-after')) > 0);
});

test('SEC-02: kept signed in for 5 days, not on day 6; otherwise until unused for half a day', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const response = await post(`${url}/auth/sign-in`, {
    login: 'alice@hongyan.test',
    password: housePassword,
    keep: true,
  });
  assert.match(response.headers.get('set-cookie') ?? '', /; Max-Age=432000$/);
  const kept = cookieOf(response);
  const short = await signIn(url);
  house.clock.advance(day / 2 + 1);
  assert.deepEqual([await statusOf(url, kept), await statusOf(url, short)], [200, 401]);
  house.clock.advance(4.4 * day);
  assert.equal(await statusOf(url, kept), 200);
  house.clock.advance(0.2 * day);
  assert.equal(await statusOf(url, kept), 401);
});

test('signing out ends the session on the server, not only in the browser', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const cookie = await signIn(url);
  const out = await post(`${url}/auth/sign-out`, {}, { cookie, ...own });
  assert.equal(out.status, 204);
  assert.match(out.headers.get('set-cookie') ?? '', /^hongyan=;.*; Max-Age=0$/);
  assert.equal(await statusOf(url, cookie), 401);
});

test('SEC-08: a new password needs the old one, ends the other sessions and keeps this one', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const [here, elsewhere] = [await signIn(url), await signIn(url)];
  const next = 'a new one 新密码';
  const change = (current: string): Promise<Response> =>
    post(`${url}/auth/password`, { current, next }, { cookie: here, ...own });
  assert.equal((await change('wrong')).status, 401);
  assert.equal(await statusOf(url, elsewhere), 200);
  assert.equal((await change(housePassword)).status, 204);
  assert.deepEqual([await statusOf(url, here), await statusOf(url, elsewhere)], [200, 401]);
  const old = await post(`${url}/auth/sign-in`, { login: 'alice@hongyan.test', password: housePassword });
  assert.equal(old.status, 401);
});

test('SEC-08: a password that an administrator sets ends every session; so does disabling the account', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const bob = await signIn(url, {}, 'bob@hongyan.test');
  const { setPassword } = await import('@hongyan/server/access/passwords.ts');
  await setPassword(house.context.passwords, house.tenant, house.bob.accountId, 'set by the administrator');
  assert.equal(await statusOf(url, bob), 401);
  const alice = await signIn(url, { keep: true });
  const { createDirectoryContext } = await import('@hongyan/server/directory/directory.ts');
  const { transferOwnership } = await import('@hongyan/server/directory/administrators/administrators.ts');
  await transferOwnership(createDirectoryContext(house), house.tenant, house.bob.accountId);
  await house.directory.updateUser(house.tenant, house.alice.accountId, { disabled: true });
  assert.equal(await statusOf(url, alice), 401);
});

test('devices are listed and revoked one by one; nobody revokes what is not theirs', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const [first, second] = [await signIn(url), await signIn(url)];
  const bob = await signIn(url, {}, 'bob@hongyan.test');
  const list = await fetch(`${url}/auth/sessions`, { headers: { cookie: first } });
  const { sessions } = (await list.json()) as { sessions: { id: string; current: boolean }[] };
  assert.equal(sessions.length, 2);
  const other = sessions.find(session => !session.current)?.id ?? '';
  const revoke = (cookie: string): Promise<Response> =>
    fetch(`${url}/auth/sessions/${other}`, { method: 'DELETE', headers: { cookie, ...own } });
  assert.equal((await revoke(bob)).status, 404);
  assert.equal(await statusOf(url, second), 200);
  assert.equal((await revoke(first)).status, 204);
  assert.equal(await statusOf(url, second), 401);
});

test('a bearer token works for programs, is no cookie, and needs the password to be made', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const cookie = await signIn(url);
  const make = (password: string): Promise<Response> =>
    post(`${url}/auth/tokens`, { name: 'backup', password }, { cookie, ...own });
  assert.equal((await make('wrong')).status, 401);
  const made = await make(housePassword);
  assert.equal(made.status, 201);
  const { token } = (await made.json()) as { token: string };
  const bearer = await fetch(`${url}/auth/session`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(bearer.status, 200);
  assert.equal(await statusOf(url, `hongyan=${token}`), 401);
  const browser = { authorization: `Bearer ${cookie.slice('hongyan='.length)}` };
  assert.equal((await fetch(`${url}/auth/session`, { headers: browser })).status, 401);
});

test('HTTP Basic: one sign-in in the log for many requests, and none once the password is changed', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  let attempts = 0;
  const { authenticator } = house.context;
  const password = authenticator.password.bind(authenticator);
  authenticator.password = (login, secret, attempt) => {
    attempts += 1;
    return password(login, secret, attempt);
  };
  const ask = async (secret: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`alice@hongyan.test:${secret}`).toString('base64')}`;
    return (await fetch(`${url}/auth/sessions`, { headers: { authorization } })).status;
  };
  assert.deepEqual([await ask(housePassword), await ask(housePassword), await ask('wrong')], [200, 200, 401]);
  assert.equal(attempts, 2);
  house.clock.advance(6 * 60_000);
  assert.equal(await ask(housePassword), 200);
  assert.equal(attempts, 3);
  const { setPassword } = await import('@hongyan/server/access/passwords.ts');
  await setPassword(house.context.passwords, house.tenant, house.alice.accountId, 'another password');
  assert.equal(await ask(housePassword), 401);
});

test('a password that was changed between showing it and starting the session starts none', async () => {
  await using house = await openWebHouse();
  const { startSession } = await import('@hongyan/server/access/sessions.ts');
  const { setPassword } = await import('@hongyan/server/access/passwords.ts');
  const start = (provenAt: number): Promise<unknown> =>
    startSession(house.context.sessions, house.alice, {
      kind: 'browser',
      keep: false,
      label: '',
      address: '127.0.0.1',
      provenAt,
    });
  const provenAt = house.clock.now();
  await start(provenAt);
  house.clock.advance(10);
  await setPassword(house.context.passwords, house.tenant, house.alice.accountId, 'changed meanwhile');
  await assert.rejects(start(provenAt), /auth\.failed/);
});

test('pages of other sites cannot use the cookie', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const cookie = await signIn(url);
  const out = (headers: Record<string, string>): Promise<Response> =>
    post(`${url}/auth/sign-out`, {}, { cookie, ...headers });
  assert.equal((await out({})).status, 403);
  assert.equal((await out({ ...own, origin: 'https://evil.example' })).status, 403);
  assert.equal((await out({ ...own, origin: 'null' })).status, 403);
  assert.equal((await out({ ...own, 'sec-fetch-site': 'same-site' })).status, 403);
  const body = { login: 'alice@hongyan.test', password: housePassword };
  const foreign = await post(`${url}/auth/sign-in`, body, { origin: 'https://evil.example' });
  assert.equal(foreign.status, 403);
  assert.equal((await out({ ...own, origin: url })).status, 204);
});

test('bodies are what they must be: no conversion, no surplus, no junk', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const good = { login: 'alice@hongyan.test', password: housePassword };
  for (const body of [
    null,
    [],
    'x',
    {},
    { ...good, keep: 'true' },
    { ...good, more: 1 },
    { ...good, login: 1 },
  ]) {
    assert.equal((await post(`${url}/auth/sign-in`, body)).status, 422, JSON.stringify(body));
  }
  const raw = (body: string, type: string): Promise<Response> =>
    fetch(`${url}/auth/sign-in`, { method: 'POST', headers: { 'content-type': type }, body });
  assert.equal((await raw('{', 'application/json')).status, 400);
  assert.equal((await raw('login=x', 'application/x-www-form-urlencoded')).status, 415);
  assert.equal((await raw(JSON.stringify({ login: 'x'.repeat(20_000) }), 'application/json')).status, 413);
  const proto = `{"login":"alice@hongyan.test","password":"x","__proto__":{"keep":true}}`;
  assert.equal((await raw(proto, 'application/json')).status, 400);
});

test('passwords do not go over a connection without TLS from elsewhere', async () => {
  await using house = await openWebHouse();
  const url = await house.serve([], { trustedProxies: ['127.0.0.1'] });
  const body = { login: 'alice@hongyan.test', password: housePassword };
  const far = { 'x-forwarded-for': '203.0.113.9' };
  assert.equal(
    (await post(`${url}/auth/sign-in`, body, { ...far, 'x-forwarded-proto': 'http' })).status,
    403,
  );
  const tls = await post(`${url}/auth/sign-in`, body, { ...far, 'x-forwarded-proto': 'https' });
  assert.equal(tls.status, 200);
  assert.match(tls.headers.get('set-cookie') ?? '', /^__Host-hongyan=.*; Secure/);
  assert.ok(tls.headers.get('strict-transport-security'));
});

test('forwarded headers of strangers count for nothing', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const body = { login: 'alice@hongyan.test', password: housePassword };
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
  const response = await post(`${url}/auth/sign-in`, body, headers);
  assert.equal(response.status, 200);
  const answer = (await response.json()) as { session: { address: string } };
  assert.equal(answer.session.address, '127.0.0.1');
});

test('TEN-37: a mobile number signs in; with the same password in two companies one chooses by name', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const { tenant } = house;
  const directory = createDirectoryContext({ database: house.database, clock: house.clock });
  const other = tenantScope((await house.directory.createTenant('青禾')).tenantId, 'test');
  await house.directory.addDomain(other, 'qinghe.test');
  const credentials = await passwordCredentials(house.context.passwords, housePassword);
  const mobile = '138 0011 2233';
  const person = { mobile, credentials };
  await createMember(directory, tenant, { address: 'lin@hongyan.test', ...person });
  const send = (login: string, password = housePassword): Promise<Response> =>
    post(`${url}/auth/sign-in`, { login, password });
  const alone = await send('+86 138-0011-2233');
  assert.deepEqual(
    [alone.status, ((await alone.json()) as { login: string }).login],
    [200, 'lin@hongyan.test'],
  );

  const there = await createMember(directory, other, { address: 'lin@qinghe.test', ...person });
  const several = await send(mobile);
  const answer = (await several.json()) as {
    code: string;
    companies: { company: string; address: string }[];
  };
  assert.deepEqual([several.status, answer.code], [401, 'auth.choose_company']);
  assert.equal(several.headers.get('set-cookie'), null);
  assert.deepEqual(
    answer.companies.map(({ address }) => address),
    ['lin@hongyan.test', 'lin@qinghe.test'],
  );
  assert.equal(answer.companies[1]?.company, '青禾');
  const chosen = await send('lin@qinghe.test');
  assert.equal(((await chosen.json()) as { login: string }).login, 'lin@qinghe.test');

  // What is not the person's own password there opens nothing and tells nothing.
  const wrong = await send(mobile, 'wrong');
  const unknown = await send('139 0000 0000', 'wrong');
  assert.deepEqual([wrong.status, await wrong.text()], [401, await unknown.text()]);
  await setPassword(house.context.passwords, other, there.accountId, 'another password of hers');
  const one = await send(mobile);
  assert.equal(((await one.json()) as { login: string }).login, 'lin@hongyan.test');
});
