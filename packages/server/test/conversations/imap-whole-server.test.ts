import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap } from '../app-fixture/clients.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

test('a folder shared over IMAP is there for a colleague’s client', async () => {
  using folder = temporaryFolder();
  await using server = await startServer({
    config: testConfig(folder.path),
    sample: { password },
  });
  const { imaps } = server.ports;
  assert.ok(imaps);
  await using alice = await ImapClient.connect(imaps, true);
  await alice.ok(`LOGIN alice@hongyan.test "${password}"`);
  await alice.ok('CREATE Projects');
  await alice.ok('SETACL Projects bob@hongyan.test lrsi');
  await alice.ok('APPEND Projects ', Buffer.from('Subject: plan\r\n\r\ntext\r\n'));

  const bob = await openImap(imaps, 'bob@hongyan.test', password);
  const shared = 'Other Users/alice@hongyan.test/Projects';
  const paths = (await bob.list()).map(each => each.path);
  assert.ok(paths.includes(shared), paths.join());
  const lock = await bob.getMailboxLock(shared);
  const message = await bob.fetchOne('1', { envelope: true });
  lock.release();
  assert.equal(message && message.envelope?.subject, 'plan');
  await bob.append(shared, 'Subject: answer\r\n\r\ntext\r\n');
  await eventually(async () => {
    const reply = await alice.ok('STATUS Projects (MESSAGES)');
    return JSON.stringify(reply.untagged).includes('"2"') ? true : null;
  }, 'two messages in the folder');
  await bob.logout();
});
