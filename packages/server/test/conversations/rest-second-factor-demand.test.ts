import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestHouse, type RestHouse } from '@hongyan/testkit/rest-house.ts';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { wholeAdministration } from '../../src/access/administration.ts';
import { createClientPassword } from '../../src/access/clients/client-passwords.ts';
import { ownScope } from '../../src/access/scope.ts';
import { setFactorPolicy } from '../../src/access/second-factor/demand.ts';
import { totpCode, totpStepMs } from '../../src/access/second-factor/totp.ts';

const day = 24 * 3_600_000;
const nobody = { appliesTo: 'nobody', departments: [], accounts: [], graceDays: 7 };

type Answer = Readonly<Record<string, unknown>>;

interface Sent {
  readonly status: number;
  readonly body: Answer;
  readonly cookie: string;
}

async function send(
  house: RestHouse,
  method: string,
  path: string,
  body?: object,
  cookie = '',
): Promise<Sent> {
  const response = await fetch(`${house.url.replace('/api/v1', '')}${path}`, {
    method,
    headers: { cookie, 'x-hongyan': '1', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const cookies = response.headers.getSetCookie().map(line => line.split(';')[0]);
  return {
    status: response.status,
    body: (text === '' ? {} : JSON.parse(text)) as Answer,
    cookie: cookies.join('; '),
  };
}

const signIn = (house: RestHouse, login: string): Promise<Sent> =>
  send(house, 'POST', '/auth/sign-in', { login, password: housePassword });

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function code(house: RestHouse, secret: unknown): string {
  const bits = Array.from(String(secret), letter => base32.indexOf(letter).toString(2).padStart(5, '0')).join(
    '',
  );
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map(octet => Number.parseInt(octet, 2)));
  house.web.clock.advance(totpStepMs);
  return totpCode(key, Math.floor(house.web.clock.now() / totpStepMs));
}

async function imap(house: RestHouse, login: string): Promise<string> {
  const attempt = { service: 'imap', address: '192.0.2.9', encrypted: true } as const;
  return house.web.context.authenticator.password(login, housePassword, attempt).then(
    () => 'ok',
    (error: unknown) => (error as { code: string }).code,
  );
}

test('a demand for administrators: grace first, then they set one up before they get in; members are left alone', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const admin = await house.as(alice);
  assert.deepEqual((await admin('GET', '/sign-in/second-factor-policy')).json(), { ...nobody, since: null });
  const set = await admin('PUT', '/sign-in/second-factor-policy', {
    body: { ...nobody, appliesTo: 'administrators', graceDays: 3 },
  });
  assert.equal(set.status, 200);
  const early = await signIn(house, alice.login);
  assert.equal(early.status, 200, 'grace');
  const { body: standing } = await send(house, 'GET', '/auth/second-factor', undefined, early.cookie);
  assert.deepEqual(
    [standing['demanded'], standing['dueAt']],
    [true, new Date(clock.now() + 3 * day).toISOString()],
  );
  assert.equal(await imap(house, alice.login), 'ok');
  clock.advance(3 * day);
  const due = await signIn(house, alice.login);
  const { context } = house.web;
  const { secret } = await createClientPassword(context.signIn, ownScope(alice), 'Phone');
  await context.authenticator.password(alice.login, secret, {
    service: 'imap',
    address: '192.0.2.9',
    encrypted: true,
  });
  assert.deepEqual([due.status, due.body['code'], due.cookie], [401, 'auth.second_factor_setup', '']);
  assert.equal((await signIn(house, bob.login)).status, 200);
  assert.equal(
    await imap(house, alice.login),
    'auth.client_password_required',
    'no way round by mail clients',
  );

  const { ticket } = due.body;
  const enrolment = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket });
  assert.equal(enrolment.status, 201);
  const wrong = await send(house, 'POST', '/auth/sign-in/second-factor/totp/confirm', {
    ticket,
    code: '000000',
  });
  assert.deepEqual([wrong.status, wrong.body['code'], wrong.cookie], [401, 'auth.second_factor_wrong', '']);
  const done = await send(house, 'POST', '/auth/sign-in/second-factor/totp/confirm', {
    ticket,
    code: code(house, enrolment.body['secret']),
  });
  assert.equal(done.status, 200);
  assert.equal((done.body['recoveryCodes'] as string[]).length, 10);
  assert.equal((await send(house, 'GET', '/auth/session', undefined, done.cookie)).status, 200);

  assert.equal((await signIn(house, alice.login)).body['code'], 'auth.second_factor_required');
  const replay = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket });
  assert.equal(replay.body['code'], 'conflict.state', 'the ticket does not replace a factor that is there');
  const off = await send(
    house,
    'POST',
    '/auth/second-factor/off',
    { code: code(house, enrolment.body['secret']) },
    done.cookie,
  );
  assert.equal(off.body['code'], 'access.denied', 'not turned off while it is demanded');
  const again = await house.as(alice);
  const listed = (await again('GET', '/members?secondFactor=true')).json<{ items: Answer[] }>();
  assert.deepEqual(
    listed.items.map(item => [item['id'], item['secondFactor']]),
    [[alice.accountId, true]],
  );
});

test('named members and departments; who joins later has the days of grace, too; a lost factor is set up anew', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const admin = await house.as(alice);
  const { id: sales } = (
    await admin('POST', '/departments', { body: { name: 'Sales', parentId: null } })
  ).json();
  const made = await admin('POST', '/members', {
    body: {
      address: 'carol@hongyan.test',
      name: 'Carol',
      password: housePassword,
      departments: [{ id: Number(sales), main: true }],
    },
  });
  assert.equal(made.status, 201, made.text);
  const policy = { ...nobody, appliesTo: 'selected', accounts: [bob.accountId], graceDays: 0 };
  await admin('PUT', '/sign-in/second-factor-policy', { body: policy });
  const bobs = await signIn(house, bob.login);
  assert.equal(bobs.body['code'], 'auth.second_factor_setup');
  assert.equal((await signIn(house, 'carol@hongyan.test')).status, 200);
  await admin('PUT', '/sign-in/second-factor-policy', {
    body: { ...policy, accounts: [], departments: [Number(sales)], graceDays: 2 },
  });
  assert.equal((await signIn(house, bob.login)).status, 200);
  clock.advance(2 * day);
  assert.equal((await signIn(house, 'carol@hongyan.test')).body['code'], 'auth.second_factor_setup');
  const dave = await (await house.as(alice))('POST', '/members', {
    body: {
      address: 'dave@hongyan.test',
      name: 'Dave',
      password: housePassword,
      departments: [{ id: Number(sales), main: true }],
    },
  });
  assert.equal(dave.status, 201);
  assert.equal((await signIn(house, 'dave@hongyan.test')).status, 200, 'two days for who is new');
  clock.advance(2 * day);
  const { ticket } = (await signIn(house, 'dave@hongyan.test')).body;
  const enrolment = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket });
  const code1 = code(house, enrolment.body['secret']);
  assert.equal(
    (await send(house, 'POST', '/auth/sign-in/second-factor/totp/confirm', { ticket, code: code1 })).status,
    200,
  );
  const late = await house.as(alice);
  const daveId = Number(dave.json()['id']);
  assert.equal((await late('POST', `/sign-in/accounts/${daveId}/reset-second-factor`)).status, 204);
  const log = (await late('GET', '/operations')).json<{ items: { action: string }[] }>();
  assert.equal(log.items[0]?.action, 'member.second_factor_reset');
  assert.equal((await signIn(house, 'dave@hongyan.test')).body['code'], 'auth.second_factor_setup');
});

test('hostile: forged and old tickets, wrong values, and administrators without the function', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const admin = await house.as(alice);
  const path = '/sign-in/second-factor-policy';
  for (const body of [
    { ...nobody, appliesTo: 'some' },
    { ...nobody, graceDays: -1 },
    { ...nobody, graceDays: 91 },
    { ...nobody, graceDays: 1.5 },
    { ...nobody, accounts: [0] },
    { appliesTo: 'nobody' },
  ]) {
    assert.equal((await admin('PUT', path, { body })).status, 422);
  }
  assert.equal((await (await house.as(bob))('GET', path)).status, 403);
  const partial = { ...wholeAdministration, role: 'scoped', departments: new Set([1]) } as const;
  await assert.rejects(
    setFactorPolicy(
      house.web.context.signIn,
      { ...house.web.tenant, administration: partial },
      { ...nobody, appliesTo: 'nobody' },
    ),
    { code: 'access.denied' },
    'departments alone do not do',
  );
  await admin('PUT', path, { body: { ...nobody, appliesTo: 'everybody', graceDays: 0 } });
  const { ticket } = (await signIn(house, bob.login)).body;
  for (const bad of ['', '.', `${String(ticket)}x`, 'x'.repeat(9_000)]) {
    const answer = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket: bad });
    assert.equal(answer.body['code'], 'auth.failed');
  }
  clock.advance(11 * 60_000);
  const old = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket });
  assert.equal(old.body['code'], 'auth.failed', 'ten minutes');
  const cross = await fetch(`${house.url.replace('/api/v1', '')}/auth/sign-in/second-factor/totp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    body: JSON.stringify({ ticket }),
  });
  assert.equal(cross.status, 403);
});

test('a ticket of a password that was changed meanwhile sets up no factor: the owner is not locked out', async () => {
  await using house = await openRestHouse();
  const { alice, bob, clock } = house.web;
  const admin = await house.as(alice);
  const policy = { ...nobody, appliesTo: 'selected', accounts: [bob.accountId], graceDays: 0 };
  await admin('PUT', '/sign-in/second-factor-policy', { body: policy });
  const { ticket } = (await signIn(house, bob.login)).body;
  const enrolment = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket });
  assert.equal(enrolment.status, 201);
  clock.advance(1_000);
  await admin('PUT', `/members/${bob.accountId}/password`, { body: { password: 'from the desk 钥匙' } });
  const again = await send(house, 'POST', '/auth/sign-in/second-factor/totp', { ticket });
  assert.equal(again.body['code'], 'auth.failed');
  const confirmed = await send(house, 'POST', '/auth/sign-in/second-factor/totp/confirm', {
    ticket,
    code: code(house, enrolment.body['secret']),
  });
  assert.deepEqual([confirmed.body['code'], confirmed.cookie], ['auth.failed', '']);
  const listed = (await admin('GET', '/members?secondFactor=true')).json<{ items: Answer[] }>();
  assert.deepEqual(listed.items, []);
});
