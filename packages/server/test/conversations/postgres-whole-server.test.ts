import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { defaultConfig } from '../../src/app/config/load.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

function config(folder: string, url: string): ReturnType<typeof defaultConfig> {
  const base = defaultConfig();
  const names = ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'sieve', 'web'];
  return {
    ...base,
    data: folder,
    store: { ...base.store, url, connections: 10 },
    listen: {
      ...base.listen,
      ...Object.fromEntries(names.map(name => [name, 0])),
      hosts: ['127.0.0.1'],
    },
    access: { ...base.access, hashMemory: 1024 * 1024, hashPasses: 1 },
  };
}

async function subjectsByJmap(web: number, address: string): Promise<string[]> {
  const jmap = await JmapClient.signIn(`http://127.0.0.1:${web}`, address, password);
  const response = await fetch(jmap.session.apiUrl.replace(/^https?:\/\/[^/]+/, `http://127.0.0.1:${web}`), {
    method: 'POST',
    headers: { authorization: jmap.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'],
      methodCalls: [
        ['Email/query', { accountId: jmap.accountId, filter: { text: '鸿雁' } }, '0'],
        [
          'Email/get',
          {
            accountId: jmap.accountId,
            '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
            properties: ['subject'],
          },
          '1',
        ],
      ],
    }),
  });
  const body = (await response.json()) as {
    methodResponses: [string, { list?: { subject: string }[] }, string][];
  };
  return (body.methodResponses[1]?.[1].list ?? []).map(mail => mail.subject).toSorted();
}

test('a whole server with its rows in PostgreSQL: SMTP in, IMAP and JMAP out, the database crashes, the server starts again', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const settings = config(folder.path, postgres.url);
  const send = (port: number, subject: string): Promise<unknown> =>
    sendMail(port, 'alice@hongyan.test', password, { to: 'bob@hongyan.test', subject });
  {
    await using server = await startServer({ config: settings, sample: { password } });
    const { submissions, imaps, web } = server.ports;
    assert.ok(submissions && imaps && web);
    await send(submissions, '一');
    const imap = await openImap(imaps, 'bob@hongyan.test', password);
    try {
      await eventually(async () => (await subjectsOf(imap)).includes('一'), 'the mail is delivered');
      await imap.mailboxOpen('INBOX');
      await imap.messageFlagsAdd({ all: true }, ['\\Flagged']);
      // Everything that the database was doing is lost; the server tries again until it is back.
      await postgres.stop();
      const during = send(submissions, '二');
      await postgres.start();
      await during;
      await eventually(async () => (await subjectsOf(imap)).includes('二'), 'mail goes on');
      assert.deepEqual((await subjectsOf(imap)).filter(subject => '一二'.includes(subject)).toSorted(), [
        '一',
        '二',
      ]);
    } finally {
      await imap.logout();
    }
    await eventually(
      async () => (await subjectsByJmap(web, 'bob@hongyan.test')).join() === '一,二',
      'JMAP finds both by their text',
    );
  }
  for (const file of ['system.db', 'spool.db', 'records.db']) {
    assert.equal(existsSync(join(folder.path, file)), false, file);
  }
  await using server = await startServer({ config: settings });
  const { imaps } = server.ports;
  assert.ok(imaps);
  const imap = await openImap(imaps, 'bob@hongyan.test', password);
  try {
    const status = await imap.status('INBOX', { messages: true, uidNext: true });
    assert.equal(status && status.messages, (await subjectsOf(imap)).length);
    await imap.mailboxOpen('INBOX');
    const flagged = await imap.search({ flagged: true });
    assert.ok(flagged && flagged.length > 0, 'flags were kept');
  } finally {
    await imap.logout();
  }
});
