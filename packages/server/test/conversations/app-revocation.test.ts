import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { hongyan, startServe, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const bob = 'bob@hongyan.test';

async function open(port: number, secret: string): Promise<LineClient> {
  const client = await LineClient.connect({ port, tls: true });
  await client.readLine();
  const plain = Buffer.from(`\0${bob}\0${secret}`).toString('base64');
  client.send(`a AUTHENTICATE PLAIN ${plain}\r\n`);
  assert.match((await client.readLine()) ?? '', /^a OK/);
  return client;
}

test('a revoked client password and a password set on the command line close what is open in every process', async () => {
  using folder = temporaryFolder();
  const file = writeConfig(folder.path);
  const setup = ['setup', '--domain', 'hongyan.test', '--password-stdin'];
  for (const command of [setup, ['user', 'add', bob, '--password-stdin']]) {
    const done = await hongyan(['--config', file, ...command], { input: password });
    assert.equal(done.code, 0, done.stderr);
  }
  await using server = await startServe(['--processes', '2', '--config', file]);
  const { ports } = server.ready;
  const url = `http://127.0.0.1:${ports.web}`;
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hongyan': '1', ...headers },
      body: JSON.stringify(body),
    });
  const signedIn = await post('/auth/sign-in', { login: bob, password });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const made = await post('/auth/client-passwords', { name: 'Phone', password }, { cookie });
  assert.equal(made.status, 201);
  const { secret, clientPassword } = (await made.json()) as {
    secret: string;
    clientPassword: { id: string };
  };
  // Connections go to the processes in turn.
  const phones = await Promise.all(Array.from({ length: 6 }, () => open(ports.imaps, secret)));
  const others = await Promise.all(Array.from({ length: 6 }, () => open(ports.imaps, password)));
  const revoked = await fetch(`${url}/auth/client-passwords/${clientPassword.id}`, {
    method: 'DELETE',
    headers: { cookie, 'x-hongyan': '1' },
  });
  assert.equal(revoked.status, 204);
  for (const client of phones) assert.equal(await client.readToEnd(), '');
  for (const client of others) {
    client.send('b NOOP\r\n');
    assert.match((await client.readLine()) ?? '', /^b OK/);
  }
  const set = await hongyan(['--config', file, 'user', 'password', bob, '--password-stdin'], {
    input: 'another goose 10',
  });
  assert.equal(set.code, 0, set.stderr);
  for (const client of others) assert.equal(await client.readToEnd(), '');
  assert.equal((await fetch(`${url}/auth/session`, { headers: { cookie } })).status, 401);
  assert.equal(await server.stop(), 0);
});
