import assert from 'node:assert/strict';
import { test } from 'node:test';
import { housePassword } from '@hongyan/testkit/web-house.ts';
import { ownScope } from '../../src/access/scope.ts';
import { resetSecondFactor } from '../../src/access/second-factor/administration.ts';
import { confirmTotp, enrolTotp } from '../../src/access/second-factor/second-factor.ts';
import { openTotpSecret } from '../../src/access/second-factor/secret.ts';
import { totpCode, totpStepMs } from '../../src/access/second-factor/totp.ts';
import { setDisabled } from '../../src/directory/members/change.ts';
import { secondFactor } from '../../src/store/system/sign-in/second-factors.ts';
import { listOperations } from '../domains-fixture/operations.ts';
import { fine, openScene, type Scene } from '../wecom-fixture/scene.ts';

/** Cookies of an answer by name; those that are taken away are left out. */
function cookiesOf(response: Response): Map<string, string> {
  const pairs = response.headers.getSetCookie().map(text => text.split(';')[0] ?? '');
  return new Map(pairs.map(pair => pair.split(/=(.*)/s) as [string, string]).filter(([, value]) => value));
}

async function addressOf(scene: Scene, userid = 'bob@hongyan.test'): Promise<string> {
  const answer = fine(await scene.get('/service/get_login_url', { userid }));
  assert.equal(answer['expires_in'], 300);
  return String(answer['login_url']);
}

/** Opens the address as a browser does; the cookies that it gets. */
async function open(url: string): Promise<Map<string, string>> {
  const response = await fetch(url, { redirect: 'manual' });
  assert.deepEqual([response.status, response.headers.get('location')], [303, '/']);
  return cookiesOf(response);
}

async function signIn(url: string, cookies: ReadonlyMap<string, string>, login = 'bob@hongyan.test') {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(new URL('/auth/sign-in', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ login, password: housePassword }),
  });
  assert.equal(response.status, 200, await response.text());
}

async function who(url: string, cookies: ReadonlyMap<string, string>): Promise<string | null> {
  const response = await fetch(new URL('/auth/session', url), {
    headers: { cookie: `hongyan=${cookies.get('hongyan') ?? ''}` },
  });
  return response.status === 200 ? ((await response.json()) as { login: string }).login : null;
}

/** Bob agrees to the program by signing in with the password. */
async function agree(scene: Scene): Promise<void> {
  const url = await addressOf(scene);
  await signIn(url, await open(url));
}

test('API-02: get_login_url asks for the password once; after that the address signs in, once', async () => {
  await using scene = await openScene();
  const first = await addressOf(scene);
  const before = await open(first);
  assert.deepEqual([...before.keys()], ['hongyan-sign-on'], 'no session yet');
  await signIn(first, before);
  const spent = await open(first);
  assert.equal(spent.get('hongyan'), undefined, 'the first address is spent');
  const second = await addressOf(scene);
  const cookies = await open(second);
  assert.equal(await who(second, cookies), 'bob@hongyan.test');
  assert.deepEqual([...(await open(second)).keys()], [], 'good once');
  const log = await listOperations(scene.house.web.database.look('provider'), scene.house.web.bob.tenantId);
  assert.equal(log.filter(action => action === 'member.sign_on_issued').length, 2);
});

test('get_login_url: an address is good for five minutes', async () => {
  await using scene = await openScene();
  await agree(scene);
  const { clock } = scene.house.web;
  const early = await addressOf(scene);
  clock.advance(299_999);
  assert.equal(await who(early, await open(early)), 'bob@hongyan.test');
  const late = await addressOf(scene);
  clock.advance(300_000);
  assert.deepEqual([...(await open(late)).keys()], []);
});

test('get_login_url: a new password and the end of the secret take the agreement back', async () => {
  await using scene = await openScene();
  await agree(scene);
  const { web } = scene.house;
  const owner = await scene.house.as(web.alice);
  const changed = await owner('PUT', `/members/${web.bob.accountId}/password`, {
    body: { password: 'wild goose 飞鸿 again' },
  });
  assert.ok(changed.status < 300, changed.text);
  const asked = await open(await addressOf(scene));
  assert.deepEqual([...asked.keys()], ['hongyan-sign-on'], 'asks for the password again');
  const url = await addressOf(scene);
  const [token] = (await owner('GET', '/tokens')).json<{ items: { id: number }[] }>().items;
  await owner('DELETE', `/tokens/${token?.id}`);
  assert.deepEqual([...(await open(url)).keys()], []);
});

test('get_login_url: who signs in as somebody else agrees to nothing; forged and cut tickets open nothing', async () => {
  await using scene = await openScene();
  const url = await addressOf(scene);
  await signIn(url, await open(url), 'alice@hongyan.test');
  assert.deepEqual([...(await open(await addressOf(scene))).keys()], ['hongyan-sign-on']);
  await agree(scene);
  const good = new URL(await addressOf(scene));
  const ticket = good.searchParams.get('ticket') ?? '';
  const [body = '', seal = ''] = ticket.split('.');
  const fields = JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[];
  const other = Buffer.from(JSON.stringify([fields[0], 1, ...fields.slice(2)])).toString('base64url');
  for (const forged of ['', '.', body, `${body}.`, `${other}.${seal}`, `${ticket}.x`, 'x'.repeat(5_000)]) {
    good.searchParams.set('ticket', forged);
    assert.deepEqual([...(await open(good.href)).keys()], [], forged.slice(0, 80));
  }
});

test('get_login_url: never for administrators, unknown or disabled people, or without the function', async () => {
  await using scene = await openScene();
  const ask = async (from: Scene, userid: string): Promise<number> =>
    (await from.get('/service/get_login_url', { userid })).errcode;
  assert.equal(await ask(scene, 'alice@hongyan.test'), 690003);
  assert.equal(await ask(scene, 'nobody@hongyan.test'), 60111);
  assert.equal((await scene.get('/service/get_login_url')).errcode, 40035);
  await agree(scene);
  const url = await addressOf(scene);
  const { web, rest } = scene.house;
  await setDisabled(rest.directory, web.tenant, [web.bob.accountId], true);
  assert.deepEqual([...(await open(url)).keys()], []);
  await using narrow = await openScene(['members', 'groups']);
  assert.equal(await ask(narrow, 'bob@hongyan.test'), 48002);
});

test('get_login_url: who has a second factor, owes one, or became an administrator is not signed in so', async () => {
  await using scene = await openScene();
  await agree(scene);
  const { web } = scene.house;
  const owner = await scene.house.as(web.alice);
  const demand = (appliesTo: string) =>
    owner('PUT', '/sign-in/second-factor-policy', {
      body: { appliesTo, departments: [], accounts: [], graceDays: 0 },
    });
  assert.equal((await demand('everybody')).status, 200);
  assert.deepEqual([...(await open(await addressOf(scene))).keys()], ['hongyan-sign-on'], 'owes one');
  assert.equal((await demand('nobody')).status, 200);
  const { signIn: ctx } = web.context;
  const self = ownScope({
    kind: 'account',
    tenantId: web.bob.tenantId,
    accountId: web.bob.accountId,
    login: web.bob.login,
  });
  await enrolTotp(ctx, self);
  assert.ok((await open(await addressOf(scene))).has('hongyan'), 'nothing is on yet');
  const row = await secondFactor(ctx.database.of(self.tenantId), self.tenantId, self.accountId, 'totp');
  assert.ok(row);
  const step = Math.floor(web.clock.now() / totpStepMs);
  await confirmTotp(ctx, self, totpCode(openTotpSecret(ctx, row), step));
  assert.deepEqual([...(await open(await addressOf(scene))).keys()], ['hongyan-sign-on'], 'has one');
  await resetSecondFactor(ctx, web.tenant, self.accountId);
  const url = await addressOf(scene);
  const granted = await owner('PUT', `/administrators/${self.accountId}`, { body: { role: 'super' } });
  assert.ok(granted.status < 300, granted.text);
  assert.deepEqual([...(await open(url)).keys()], [], 'an administrator by now');
});
