import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { SmtpClient } from '@hongyan/testkit/smtp-client.ts';
import { WebSocket } from 'ws';
import {
  createClientPassword,
  listClientPasswords,
  revokeClientPassword,
} from '../../src/access/clients/client-passwords.ts';
import { setSignInPolicy } from '../../src/access/clients/policies.ts';
import { clientAccess, setClientSwitches } from '../../src/access/clients/settings.ts';
import { setPassword } from '../../src/access/passwords.ts';
import { ownScope, type Scope, systemScope, tenantScope } from '../../src/access/scope.ts';
import { type RunningServer, startServer } from '../../src/app/start-server.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

const folder = temporaryFolder();
let server: RunningServer;

before(async () => {
  server = await startServer({
    config: testConfig(folder.path),
    sample: { password },
  });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function scopeOf(login: string): Promise<Scope> {
  const found = await server.house.directory.resolve(login);
  assert.ok(found.kind === 'account');
  const { tenantId, accountId } = found;
  return ownScope({ kind: 'account', tenantId, accountId, login });
}

function company(scope: Scope): Scope {
  return tenantScope(scope.tenantId, 'test');
}

function port(name: keyof typeof server.ports): number {
  return server.ports[name] ?? assert.fail(`no port ${name}`);
}

function plain(login: string, secret: string): string {
  return Buffer.from(`\0${login}\0${secret}`).toString('base64');
}

/** A connection that signed in, or tried to. */
interface Tried {
  readonly client: LineClient;
  readonly answer: string;
  readonly ok: boolean;
}

async function lineThat(client: LineClient, wanted: RegExp): Promise<string> {
  for (;;) {
    const line = (await client.readLine()) ?? assert.fail('the server hung up');
    if (wanted.test(line)) return line;
  }
}

const protocols = {
  async imap(login: string, secret: string): Promise<Tried> {
    const client = await LineClient.connect({ port: port('imaps'), tls: true });
    await lineThat(client, /^\* OK/);
    client.send(`a AUTHENTICATE PLAIN ${plain(login, secret)}\r\n`);
    const answer = await lineThat(client, /^a /);
    return { client, answer, ok: answer.startsWith('a OK') };
  },
  async pop3(login: string, secret: string): Promise<Tried> {
    const client = await LineClient.connect({ port: port('pop3s'), tls: true });
    await lineThat(client, /^\+OK/);
    client.send(`AUTH PLAIN ${plain(login, secret)}\r\n`);
    const answer = await lineThat(client, /./);
    return { client, answer, ok: answer.startsWith('+OK') };
  },
  async smtp(login: string, secret: string): Promise<Tried> {
    const client = await LineClient.connect({ port: port('submissions'), tls: true });
    await lineThat(client, /^220/);
    client.send(`EHLO test\r\n`);
    await lineThat(client, /^250 /);
    client.send(`AUTH PLAIN ${plain(login, secret)}\r\n`);
    const answer = await lineThat(client, /./);
    return { client, answer, ok: answer.startsWith('235') };
  },
  async sieve(login: string, secret: string): Promise<Tried> {
    const client = await LineClient.connect({ port: port('sieve') });
    await lineThat(client, /^OK/);
    client.send(`AUTHENTICATE "PLAIN" "${plain(login, secret)}"\r\n`);
    const answer = await lineThat(client, /^(OK|NO)/);
    return { client, answer, ok: answer.startsWith('OK') };
  },
};

const names = ['imap', 'pop3', 'smtp', 'sieve'] as const;

function session(login: string, secret: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`;
  return fetch(`http://127.0.0.1:${port('web')}/jmap/session`, { headers: { authorization } });
}

async function outcomes(login: string, secret: string): Promise<Record<string, boolean>> {
  const results: Record<string, boolean> = { api: (await session(login, secret)).ok };
  for (const name of names) {
    const { client, ok } = await protocols[name](login, secret);
    client.destroy();
    results[name] = ok;
  }
  return results;
}

const all = { api: true, imap: true, pop3: true, smtp: true, sieve: true };
const nothing = { api: false, imap: false, pop3: false, smtp: false, sieve: false };

test('CLI-03, CLI-04, CLI-05: with safe sign-in only client passwords open mail clients, on every protocol', async () => {
  const login = 'bob@hongyan.test';
  const bob = await scopeOf(login);
  const { signIn } = server.house;
  const phone = await createClientPassword(signIn, bob, 'Phone');
  const laptop = await createClientPassword(signIn, bob, 'Laptop');
  assert.deepEqual(await outcomes(login, password), all, 'both, while safe sign-in is off');
  assert.deepEqual(await outcomes(login, phone.secret.toUpperCase()), all);
  await setClientSwitches(signIn, bob, { safeSignIn: true });
  assert.deepEqual(await outcomes(login, password), nothing);
  assert.deepEqual(await outcomes(login, laptop.secret), all);
  const web = await fetch(`http://127.0.0.1:${port('web')}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password: laptop.secret }),
  });
  assert.equal(web.status, 401, 'not the web');
  const refused = await protocols.imap(login, password);
  assert.match(refused.answer, /^a NO \[AUTHORIZATIONFAILED\] Use a client password/);
  const stranger = await protocols.imap(login, 'wrong');
  assert.match(stranger.answer, /^a NO \[AUTHENTICATIONFAILED\] Authentication failed/);
  for (const { client } of [refused, stranger]) client.destroy();
  const list = await eventually(async () => {
    const found = await listClientPasswords(signIn, bob);
    return found.every(item => item.lastUsedAt !== null) ? found : null;
  }, 'the last use is written down');
  assert.deepEqual(
    list.map(item => [item.name, item.state, item.lastAddress]),
    [
      ['Phone', 'normal', '127.0.0.1'],
      ['Laptop', 'normal', '127.0.0.1'],
    ],
  );
  assert.ok(!JSON.stringify(list).includes(phone.secret), 'never shown again');
  assert.ok(await revokeClientPassword(signIn, bob, phone.clientPassword.id));
  assert.deepEqual(await outcomes(login, phone.secret), nothing);
  assert.deepEqual(await outcomes(login, laptop.secret), all, 'the others go on');
  await setClientSwitches(signIn, bob, { safeSignIn: false });
});

test('SCRAM-SHA-256 takes the main password and each client password, also after a change of the main one', async () => {
  const login = 'alice@hongyan.test';
  const alice = await scopeOf(login);
  const { signIn, passwords } = server.house;
  const one = await createClientPassword(signIn, alice, 'one');
  const two = await createClientPassword(signIn, alice, 'two');
  const scram = async (secret: string): Promise<boolean> => {
    await using client = await SmtpClient.connect({ port: port('submissions'), tls: 'implicit' });
    return await client.scram(login, secret, null).then(
      () => true,
      () => false,
    );
  };
  const tryAll = (secrets: readonly string[]): Promise<boolean[]> => Promise.all(secrets.map(scram));
  assert.deepEqual(await tryAll([password, one.secret, two.secret, 'wrong']), [true, true, true, false]);
  await setPassword(passwords, alice, alice.accountId, 'another goose 10');
  assert.deepEqual(await tryAll([password, 'another goose 10', one.secret, two.secret]), [
    false,
    true,
    true,
    true,
  ]);
  await setClientSwitches(signIn, alice, { safeSignIn: true });
  assert.deepEqual(await tryAll(['another goose 10', one.secret]), [false, true]);
  await setClientSwitches(signIn, alice, { safeSignIn: false });
  await setPassword(passwords, alice, alice.accountId, password);
});

test('CLI-01, CLI-02, CLI-07, SEC-06: the administrator chooses who may and who must; the self-check names the first step', async () => {
  const login = 'bob@hongyan.test';
  const bob = await scopeOf(login);
  const { signIn } = server.house;
  const admin = company(bob);
  const failing = async (): Promise<string | null> => (await clientAccess(signIn, bob)).failing;
  const forBob = { appliesTo: 'selected', departments: [], accounts: [bob.accountId] } as const;
  const forNobody = { appliesTo: 'nobody', departments: [], accounts: [] } as const;
  const forAll = { appliesTo: 'everybody', departments: [], accounts: [] } as const;
  assert.equal(await failing(), null);
  await setSignInPolicy(signIn, admin, 'safe-sign-in', forBob);
  assert.deepEqual(await outcomes(login, password), nothing);
  assert.deepEqual(await outcomes('alice@hongyan.test', password), all, 'not forced');
  assert.equal(await failing(), 'safe_sign_in');
  await setSignInPolicy(signIn, admin, 'safe-sign-in', forNobody);
  await setSignInPolicy(signIn, admin, 'client-access', { ...forBob, accounts: [bob.accountId + 1_000] });
  const refused = await protocols.imap(login, password);
  refused.client.destroy();
  assert.match(refused.answer, /Mail clients are turned off/);
  assert.equal(await failing(), 'scope');
  const results = await server.house.records
    .flush()
    .then(() =>
      server.house.records.findSignIns({ tenantId: bob.tenantId, accountId: bob.accountId }, { limit: 1 }),
    );
  assert.equal(results[0]?.result, 'auth.clients_off');
  await setSignInPolicy(signIn, admin, 'client-access', forAll);
  await setClientSwitches(signIn, bob, { enabled: false });
  assert.deepEqual(await outcomes(login, password), nothing);
  assert.equal(await failing(), 'switch');
  await setClientSwitches(signIn, bob, { enabled: true });
  assert.deepEqual(await outcomes(login, password), all);
});

test('PUB-05: a public mailbox is opened by its client passwords only', async () => {
  const bob = await scopeOf('bob@hongyan.test');
  const { directory, signIn } = server.house;
  const login = 'sales-desk@hongyan.test';
  const { accountId } = await directory.createUser(company(bob), { address: login, kind: 'public' });
  const made = await createClientPassword(signIn, systemScope(bob.tenantId, accountId, 'test'), 'shop');
  assert.deepEqual(await outcomes(login, made.secret), all);
  assert.deepEqual(await outcomes(login, password), nothing, "no member's own password");
});

test('what a revoked client password or a disabled account has open is closed, on every protocol', async () => {
  const login = 'bob@hongyan.test';
  const bob = await scopeOf(login);
  const { signIn, directory } = server.house;
  for (const end of ['revoke', 'disable'] as const) {
    const { secret, clientPassword } = await createClientPassword(signIn, bob, end);
    const open = await Promise.all(names.map(name => protocols[name](login, secret)));
    assert.ok(open.every(({ ok }) => ok));
    const authorization = `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`;
    const socket = new WebSocket(`ws://127.0.0.1:${port('web')}/jmap/ws`, 'jmap', {
      headers: { authorization },
    });
    // It may be open before the stream is.
    const opened = new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const stream = await fetch(
      `http://127.0.0.1:${port('web')}/jmap/eventsource?types=*&closeafter=no&ping=0`,
      {
        headers: { authorization },
      },
    );
    assert.equal(stream.status, 200);
    await opened;
    const closed = new Promise<number>(resolve => {
      socket.once('close', resolve);
    });
    const other = await protocols.imap(login, password);
    if (end === 'revoke') await revokeClientPassword(signIn, bob, clientPassword.id);
    else await directory.updateUser(company(bob), bob.accountId, { disabled: true });
    for (const [n, { client }] of open.entries()) {
      assert.equal(await client.readToEnd().catch(() => 'open'), '', names[n] ?? '');
    }
    assert.equal(await closed, 1008);
    await stream.text();
    if (end === 'revoke') {
      other.client.send('b NOOP\r\n');
      assert.match(await lineThat(other.client, /^b /), /^b OK/, 'what another password opened goes on');
      other.client.destroy();
    } else await other.client.readToEnd();
  }
  await directory.updateUser(company(bob), bob.accountId, { disabled: false });
});
