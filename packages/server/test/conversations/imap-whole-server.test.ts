import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { defaultConfig } from '../../src/app/config/load.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap } from '../app-fixture/clients.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

test('a folder shared over IMAP is there for a colleague’s client', async () => {
  using folder = temporaryFolder();
  const base = defaultConfig();
  const none = {
    smtp: 0,
    submission: 0,
    submissions: 0,
    imap: 0,
    imaps: 0,
    pop3: 0,
    pop3s: 0,
    sieve: 0,
    web: 0,
  };
  await using server = await startServer({
    config: {
      ...base,
      data: folder.path,
      listen: { ...base.listen, ...none, hosts: ['127.0.0.1'] },
      access: { ...base.access, hashMemory: 1024 * 1024, hashPasses: 1 },
    },
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
