import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pop3Client } from '@hongyan/testkit/pop3-client.ts';
import { sendMail } from '../app-fixture/clients.ts';
import { eventually, hongyan, startServe, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const bob = 'bob@hongyan.test';

/** Tries to sign in; the client, or what it was told. */
async function trySignIn(port: number): Promise<Pop3Client | string | null> {
  const client = await Pop3Client.connect({ port, tls: true });
  await client.ok(`USER ${bob}`);
  const answer = await client.command(`PASS ${password}`);
  if (answer.ok) return client;
  client.lines.destroy();
  return answer.code;
}

test('the whole server: mail comes in by SMTP and out by POP3; the lock holds between its processes', async () => {
  using folder = temporaryFolder();
  const file = writeConfig(folder.path, '[pop3]\nkeep_deleted = true\n');
  const setup = ['setup', '--domain', 'hongyan.test', '--password-stdin'];
  for (const command of [setup, ['user', 'add', bob, '--password-stdin']]) {
    const done = await hongyan(['--config', file, ...command], { input: password });
    assert.equal(done.code, 0, done.stderr);
  }
  await using server = await startServe(['--processes', '2', '--config', file]);
  const { ports } = server.ready;
  await sendMail(ports.submissions, bob, password, { to: bob, subject: 'by POP3' });
  // Connections go to the processes in turn: of six at a time one gets in, whichever process has it.
  const attempts = await Promise.all(Array.from({ length: 6 }, () => trySignIn(ports.pop3s)));
  const [holder, ...others] = attempts.filter(attempt => attempt instanceof Pop3Client);
  assert.ok(holder !== undefined && others.length === 0);
  assert.deepEqual(
    attempts.filter(attempt => !(attempt instanceof Pop3Client)),
    Array.from({ length: 5 }, () => 'IN-USE'),
  );
  await holder.ok('QUIT');
  // The mail that was just sent is among those of the last days; what is deleted is hidden, as the operator wants it.
  const found = await eventually(async () => {
    const client = await trySignIn(ports.pop3s);
    if (!(client instanceof Pop3Client)) return null;
    const count = Number((await client.ok('STAT')).split(' ')[0]);
    const header = count === 0 ? [] : await client.multi(`TOP ${count} 0`);
    if (header.includes('Subject: by POP3')) return { client, count };
    await client.ok('QUIT');
    return null;
  }, 'the mail is there');
  await found.client.ok(`DELE ${found.count}`);
  await found.client.ok('QUIT');
  const again = await trySignIn(ports.pop3s);
  assert.ok(again instanceof Pop3Client);
  assert.equal(Number((await again.ok('STAT')).split(' ')[0]), found.count - 1);
  await again.ok('QUIT');
  assert.equal(await server.stop(), 0);
});
