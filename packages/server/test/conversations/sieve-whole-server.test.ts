import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { startServer } from '../../src/app/start-server.ts';
import { envelopesOf, openImap, sendMail } from '../app-fixture/clients.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

const script = `require ["fileinto","mailbox","vacation","imap4flags"];
if header :contains "subject" "报表" { addflag "\\\\Flagged"; fileinto :create "报表"; stop; }
vacation :subject "休假" "I am away.";
`;

async function answer(client: LineClient): Promise<string> {
  for (;;) {
    const line = (await client.readLine()) ?? assert.fail('the server hung up');
    if (/^(?:OK|NO|BYE)\b/.test(line)) return line;
  }
}

test('a script uploaded over ManageSieve files mail that comes by SMTP, as IMAP shows; the sender is answered once', async () => {
  using folder = temporaryFolder();
  await using server = await startServer({
    config: testConfig(folder.path),
    sample: { password },
  });
  const { sieve, submissions, imaps } = server.ports;
  assert.ok(sieve && submissions && imaps);
  await using client = await LineClient.connect({ port: sieve });
  assert.match(await answer(client), /^OK/);
  const secret = Buffer.from(`\0bob@hongyan.test\0${password}`).toString('base64');
  client.send(`AUTHENTICATE "PLAIN" "${secret}"\r\n`);
  assert.match(await answer(client), /^OK/);
  const bytes = Buffer.from(script);
  client.send(`PUTSCRIPT "main" {${bytes.length}+}\r\n${bytes.toString('latin1')}\r\n`);
  assert.equal(await answer(client), 'OK');
  client.send('SETACTIVE "main"\r\n');
  assert.equal(await answer(client), 'OK');

  for (const subject of ['三月报表', '你好', '再见']) {
    await sendMail(submissions, 'alice@hongyan.test', password, { to: 'bob@hongyan.test', subject });
  }
  const bob = await openImap(imaps, 'bob@hongyan.test', password);
  const inbox = await eventually(async () => {
    const envelopes = await envelopesOf(bob);
    return envelopes.length === 2 ? envelopes : null;
  }, 'two messages in the inbox');
  assert.deepEqual(new Set(inbox.map(envelope => envelope.subject)), new Set(['你好', '再见']));
  const lock = await bob.getMailboxLock('报表');
  const filed = await bob.fetchOne('*', { envelope: true, flags: true });
  lock.release();
  assert.ok(filed && filed.envelope && filed.flags);
  assert.equal(filed.envelope.subject, '三月报表');
  assert.deepEqual(
    [...filed.flags].filter(flag => flag !== '\\Recent'),
    ['\\Flagged'],
  );
  await bob.logout();

  const alice = await openImap(imaps, 'alice@hongyan.test', password);
  const [reply] = await eventually(async () => {
    const envelopes = await envelopesOf(alice);
    return envelopes.length > 0 ? envelopes : null;
  }, 'an automatic reply');
  assert.equal(reply?.subject, '休假');
  await server.flow.dispatcher?.settled();
  assert.equal((await envelopesOf(alice)).length, 1);
  await alice.logout();
});
