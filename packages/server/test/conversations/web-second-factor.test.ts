import assert from 'node:assert/strict';
import { test } from 'node:test';
import { housePassword, openWebHouse, type WebHouse } from '@hongyan/testkit/web-house.ts';
import { adminFunctions, wholeAdministration } from '../../src/access/administration.ts';
import { allRights, type Scope } from '../../src/access/scope.ts';
import { resetSecondFactor } from '../../src/access/second-factor/administration.ts';
import { requireFreshFactor } from '../../src/access/second-factor/confirmation.ts';
import { totpCode, totpStepMs } from '../../src/access/second-factor/totp.ts';
import { isMailError } from '../../src/platform/errors.ts';

const login = 'alice@hongyan.test';
const minute = 60_000;
const day = 24 * 60 * minute;

type Answer = Readonly<Record<string, unknown>>;

/** A browser: keeps its cookies. */
class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: string, path: string, body?: object): Promise<{ status: number; body: Answer }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { cookie, 'x-hongyan': '1', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer };
  }

  post(path: string, body: object): Promise<{ status: number; body: Answer }> {
    return this.send('POST', path, body);
  }

  signIn(): Promise<{ status: number; body: Answer }> {
    return this.post('/auth/sign-in', { login, password: housePassword });
  }
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function decodeBase32(text: string): Buffer {
  const bits = Array.from(text, letter => base32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const octets = bits.match(/.{8}/g) ?? [];
  return Buffer.from(octets.map(octet => Number.parseInt(octet, 2)));
}

/** Code of the authenticator now; the clock moves on so that it was not used before. */
function nextCode(house: WebHouse, secret: Buffer): string {
  house.clock.advance(totpStepMs);
  return totpCode(secret, Math.floor(house.clock.now() / totpStepMs));
}

async function enrolled(house: WebHouse, browser: Browser): Promise<{ secret: Buffer; codes: string[] }> {
  assert.equal((await browser.signIn()).status, 200);
  const enrolment = await browser.post('/auth/second-factor/totp', { password: housePassword });
  assert.equal(enrolment.status, 201);
  const secret = decodeBase32(String(enrolment.body['secret']));
  assert.equal(secret.length, 20);
  assert.match(String(enrolment.body['qr']), /^<svg /);
  const confirmed = await browser.post('/auth/second-factor/totp/confirm', { code: nextCode(house, secret) });
  assert.equal(confirmed.status, 200);
  return { secret, codes: confirmed.body['recoveryCodes'] as string[] };
}

test('TOTP is on only after its first code; then the web asks in two steps and a code works once', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const first = new Browser(url);
  const other = new Browser(url);
  assert.equal((await other.signIn()).status, 200);
  assert.equal((await first.signIn()).status, 200);
  const wrong = await first.post('/auth/second-factor/totp', { password: 'wrong' });
  assert.equal(wrong.status, 401, 'an open browser alone is not enough');
  await first.post('/auth/second-factor/totp', { password: housePassword });
  assert.equal((await new Browser(url).signIn()).status, 200, 'nothing is on before the first code');
  const { secret, codes } = await enrolled(house, first);
  assert.equal(new Set(codes).size, 10);
  assert.equal((await other.send('GET', '/auth/session')).status, 401, 'other sessions ended');
  assert.equal((await first.send('GET', '/auth/session')).status, 200);

  const browser = new Browser(url);
  const step = await browser.signIn();
  assert.equal(step.status, 401);
  assert.equal(step.body['code'], 'auth.second_factor_required');
  assert.deepEqual(step.body['methods'], ['totp', 'recovery']);
  assert.equal((await browser.send('GET', '/auth/session')).status, 401);
  const ticket = step.body['ticket'];
  const code = nextCode(house, secret);
  const bad = await browser.post('/auth/sign-in/second-factor', { ticket, code: '000000' });
  assert.deepEqual([bad.status, bad.body['code']], [401, 'auth.second_factor_wrong']);
  assert.equal((await browser.post('/auth/sign-in/second-factor', { ticket, code })).status, 200);
  assert.equal((await browser.send('GET', '/auth/session')).status, 200);
  const replay = await new Browser(url).post('/auth/sign-in/second-factor', { ticket, code });
  assert.equal(replay.body['code'], 'auth.second_factor_wrong', 'RFC 6238 §5.2: not twice');
});

test('a ticket is signed, ends after five minutes, and dies with the password', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const { secret } = await enrolled(house, new Browser(url));
  const { body } = await new Browser(url).signIn();
  const ticket = String(body['ticket']);
  const [fields = '', signature = ''] = ticket.split('.');
  const forged = Buffer.from(
    Buffer.from(fields, 'base64url')
      .toString()
      .replace(`${house.alice.accountId},`, `${house.bob.accountId},`),
  ).toString('base64url');
  for (const bad of [
    '',
    '.',
    ticket.slice(0, -2),
    `${forged}.${signature}`,
    `${ticket}.x`,
    'x'.repeat(9_000),
  ]) {
    const answer = await new Browser(url).post('/auth/sign-in/second-factor', {
      ticket: bad,
      code: nextCode(house, secret),
    });
    assert.equal(answer.body['code'], 'auth.failed');
  }
  house.clock.advance(5 * minute);
  const late = await new Browser(url).post('/auth/sign-in/second-factor', {
    ticket,
    code: nextCode(house, secret),
  });
  assert.equal(late.body['code'], 'auth.failed');
});

test('a recovery code opens the door once, a remembered browser is not asked for 30 days', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const { codes } = await enrolled(house, new Browser(url));
  const browser = new Browser(url);
  const { body } = await browser.signIn();
  const answer = { ticket: body['ticket'], code: codes[0], remember: true };
  assert.equal((await browser.post('/auth/sign-in/second-factor', answer)).status, 200);
  const again = await new Browser(url).post('/auth/sign-in/second-factor', answer);
  assert.equal(again.body['code'], 'auth.second_factor_wrong');
  const state = (await browser.send('GET', '/auth/second-factor')).body;
  assert.equal(state['recoveryCodesLeft'], 9);
  assert.equal((state['devices'] as Answer[]).length, 1);
  house.clock.advance(29 * day);
  assert.equal((await browser.signIn()).status, 200, 'not asked');
  house.clock.advance(2 * day);
  assert.equal((await browser.signIn()).body['code'], 'auth.second_factor_required');
});

test('guessing codes is slowed for the account, from wherever it comes, and not for ever', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const { secret } = await enrolled(house, new Browser(url));
  const browser = new Browser(url);
  const ticket = (await browser.signIn()).body['ticket'];
  for (let n = 0; n < 5; n += 1) {
    const wrong = await browser.post('/auth/sign-in/second-factor', { ticket, code: '000000' });
    assert.equal(wrong.status, 401);
  }
  const slowed = await browser.post('/auth/sign-in/second-factor', { ticket, code: '000000' });
  assert.equal(slowed.status, 429);
  assert.ok(Number(slowed.body['seconds']) >= 1);
  const code = nextCode(house, secret);
  assert.equal((await browser.post('/auth/sign-in/second-factor', { ticket, code })).status, 200);
});

test('off needs a code; an administrator can take it off for who lost everything', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const browser = new Browser(url);
  const { secret } = await enrolled(house, browser);
  assert.equal((await browser.post('/auth/second-factor/off', { code: '111111' })).status, 401);
  const off = await browser.post('/auth/second-factor/off', { code: nextCode(house, secret) });
  assert.equal(off.status, 204);
  assert.equal((await new Browser(url).signIn()).status, 200);
  await enrolled(house, browser);
  const { tenantId } = house.tenant;
  const administrator = (functions: readonly string[]): Scope => ({
    tenantId,
    principal: house.bob,
    accountId: 0,
    rights: allRights,
    administration: {
      ...wholeAdministration,
      functions: new Map(
        adminFunctions.filter(name => functions.includes(name)).map(name => [name, 'manage']),
      ),
    },
  });
  const { signIn } = house.context;
  const { accountId } = house.alice;
  await assert.rejects(resetSecondFactor(signIn, administrator(['members']), accountId), error =>
    isMailError(error, 'access.denied'),
  );
  assert.equal(await resetSecondFactor(signIn, administrator(['signIn']), accountId), true);
  assert.equal((await new Browser(url).signIn()).status, 200);
});

test('SEC-10: a sharp act asks again, each time, and with a second factor for its code', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const browser = new Browser(url);
  const session = ((await browser.signIn()).body['session'] as Answer)['id'] as string;
  const act = (): Promise<void> => requireFreshFactor(house.context.signIn, house.alice, session);
  const refused = (error: unknown): boolean => isMailError(error, 'auth.confirmation_required');
  await assert.rejects(act(), refused);
  assert.equal((await browser.post('/auth/confirm', { password: 'wrong' })).status, 401);
  await assert.rejects(act(), refused);
  assert.equal((await browser.post('/auth/confirm', { password: housePassword })).status, 200);
  await act();
  await assert.rejects(act(), refused, 'used up');
  await browser.post('/auth/confirm', { password: housePassword });
  house.clock.advance(6 * minute);
  await assert.rejects(act(), refused, 'over');
  const { secret } = await enrolled(house, browser);
  const answer = await browser.post('/auth/confirm', { password: housePassword });
  assert.equal(answer.body['code'], 'auth.second_factor_required');
  assert.equal((await browser.post('/auth/confirm', { code: nextCode(house, secret) })).status, 200);
});

test('LOG-04, SEC-13: members see how sign-ins to their account ended, and a hint when some failed', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const browser = new Browser(url);
  await browser.post('/auth/sign-in', { login, password: 'wrong' });
  await browser.post('/auth/sign-in', { login: 'bob@hongyan.test', password: 'wrong' });
  await browser.signIn();
  const answer = (await browser.send('GET', '/auth/sign-ins')).body;
  const results = (answer['list'] as Answer[]).map(row => [row['result'], row['service'], row['method']]);
  assert.deepEqual(results, [
    ['ok', 'web', 'password'],
    ['auth.failed', 'web', 'password'],
  ]);
  assert.equal((answer['hint'] as Answer)['failures'], 1);
  const failed = (await browser.send('GET', '/auth/sign-ins?failed=true&limit=1')).body;
  assert.equal((failed['list'] as Answer[])[0]?.['result'], 'auth.failed');
  for (const bad of ['limit=0', 'limit=x', 'before=1', 'before=1.2.3']) {
    assert.equal((await browser.send('GET', `/auth/sign-ins?${bad}`)).status, 422);
  }
  house.clock.advance(93 * day);
  await browser.signIn();
  const later = (await browser.send('GET', '/auth/sign-ins')).body;
  assert.equal((later['list'] as Answer[]).length, 1, 'three months');
  assert.equal(later['hint'], null);
});

test('CLI-04: with a second factor mail clients need client passwords, and those open mail only', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const browser = new Browser(url);
  await enrolled(house, browser);
  const { authenticator } = house.context;
  const services = ['imap', 'pop3', 'smtp', 'sieve', 'api'] as const;
  const attempt = { address: '192.0.2.1', encrypted: true };
  for (const service of services) {
    await assert.rejects(authenticator.password(login, housePassword, { ...attempt, service }), error =>
      isMailError(error, 'auth.client_password_required'),
    );
  }
  const clients = (await browser.send('GET', '/auth/clients')).body;
  assert.equal((clients['access'] as Answer)['password'], 'client');
  assert.equal((clients['check'] as Answer)['failing'], 'safe_sign_in');
  const made = await browser.post('/auth/client-passwords', { name: 'Phone', password: housePassword });
  assert.equal(made.status, 201);
  const secret = String(made.body['secret']);
  for (const service of services) await authenticator.password(login, secret, { ...attempt, service });
  assert.equal((await browser.post('/auth/client-passwords', { name: 'x', password: 'wrong' })).status, 401);
  assert.equal(
    (await browser.post('/auth/client-passwords', { name: ' ', password: housePassword })).status,
    422,
  );
  const authorization = `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`;
  for (const [method, path] of [
    ['GET', '/auth/client-passwords'],
    ['GET', '/auth/second-factor'],
    ['GET', '/auth/sign-ins'],
    ['GET', '/auth/clients'],
    ['POST', '/auth/clients'],
    ['GET', '/auth/sessions'],
    ['DELETE', `/auth/client-passwords/${(made.body['clientPassword'] as Answer)['id'] as string}`],
  ] as const) {
    const body = method === 'POST' ? { 'content-type': 'application/json' } : {};
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization, ...body },
      ...(method === 'POST' && { body: '{"enabled":false}' }),
    });
    assert.equal(response.status, 403, `${method} ${path}`);
  }
  const list = (await browser.send('GET', '/auth/client-passwords')).body['list'] as Answer[];
  assert.deepEqual(
    list.map(item => [item['name'], item['lastService'], item['state']]),
    [['Phone', 'api', 'normal']],
  );
  const switched = await browser.post('/auth/clients', { enabled: false });
  assert.equal((switched.body['check'] as Answer)['failing'], 'switch');
  await assert.rejects(authenticator.password(login, secret, { ...attempt, service: 'imap' }), error =>
    isMailError(error, 'auth.clients_off'),
  );
  const gone = await browser.send('DELETE', `/auth/client-passwords/${String(list[0]?.['id'])}`);
  assert.equal(gone.status, 204);
  for (const id of ['0', 'x', '1e3', '99999999999999999999']) {
    assert.equal((await browser.send('DELETE', `/auth/client-passwords/${id}`)).status, 404);
  }
});
