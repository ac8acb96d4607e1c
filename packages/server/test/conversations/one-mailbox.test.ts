import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap } from '../app-fixture/clients.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

interface Made {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

test('MBX-01, MBX-02, DOM-19: a member has one mailbox, made with the account, the same in webmail and mail clients; any free prefix in any own domain', async () => {
  using folder = temporaryFolder();
  await using server = await startServer({
    config: testConfig(folder.path),
    sample: { password },
  });
  const { imaps, web } = server.ports;
  assert.ok(imaps && web);
  const url = `http://127.0.0.1:${web}`;
  const signedIn = await fetch(`${url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'admin@hongyan.test', password }),
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const post = async (path: string, body: unknown): Promise<Made> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hongyan': '1', cookie },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Made['body'] };
  };
  const second = await post('/domains', { name: 'qinghe.test' });
  assert.ok(second.status < 300, JSON.stringify(second.body));

  // DOM-19: prefix and domain are chosen freely, among the company's own.
  const tom = { name: 'Tom', userId: 'tom', address: 'tom@hongyan.test', password };
  assert.equal((await post('/members', tom)).status, 201);
  const namesake = { name: 'Tom', userId: 'tom2', address: 'tom@qinghe.test', password };
  assert.equal((await post('/members', namesake)).status, 201);
  const foreign = { name: 'Tom', userId: 'tom3', address: 'tom@elsewhere.test', password };
  assert.equal((await post('/members', foreign)).status, 404);

  // MBX-01: no second mailbox for a member, nor two members for one address.
  for (const twin of [
    { ...tom, address: 'tommy@hongyan.test' },
    { ...tom, userId: 'tommy' },
  ]) {
    assert.equal((await post('/members', twin)).status, 409, JSON.stringify(twin));
  }

  // MBX-02: there from the first sign-in, and the same wherever it is opened.
  const jmap = await JmapClient.signIn(url, tom.address, password);
  assert.equal(Object.keys(jmap.session.accounts).length, 1);
  const phone = await openImap(imaps, tom.address, password);
  const desktop = await openImap(imaps, tom.address, password);
  await phone.append('INBOX', 'Subject: plan\r\n\r\ntext\r\n');
  const ids = await eventually(async () => {
    const found = (await jmap.call('Email/query', {}))['ids'] as string[];
    return found.length === 1 ? found : null;
  }, 'the mail in the webmail');
  await jmap.call('Email/set', { update: { [String(ids[0])]: { 'keywords/$seen': true } } });
  const lock = await desktop.getMailboxLock('INBOX');
  const message = await desktop.fetchOne('1', { flags: true, envelope: true });
  lock.release();
  assert.ok(message && message.flags?.has('\\Seen'));
  assert.equal(message.envelope?.subject, 'plan');
  const other = await JmapClient.signIn(url, namesake.address, password);
  assert.deepEqual((await other.call('Email/query', {}))['ids'], [], 'a mailbox of its own');
  await phone.logout();
  await desktop.logout();
});
