import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { JmapClient } from '@hongyan/testkit/jmap-client.ts';
import { FakeS3, fakeS3Credentials } from '@hongyan/testkit/stores/fake-s3.ts';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { sendMail } from '../app-fixture/clients.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';
import { password, ServerFolder } from '../whole-server/server-process.ts';

const bob = 'bob@hongyan.test';

function bucket(folder: string, fake: FakeS3): string {
  const secret = join(folder, 's3.secret');
  writeFileSync(secret, `${fakeS3Credentials.secretKey}\n`);
  return `[store.objects]
url = ${JSON.stringify(fake.endpoint)}
bucket = ${JSON.stringify(fake.bucket)}
access_key = ${JSON.stringify(fakeS3Credentials.accessKey)}
secret_key_file = ${JSON.stringify(secret)}
timeout = "500 ms"
pack_after = "1 s"
`;
}

async function signIn(port: number): Promise<ImapClient> {
  const client = await ImapClient.connect(port, true);
  await client.ok(`LOGIN ${bob} "${password}"`);
  await client.ok('SELECT INBOX');
  return client;
}

test('bodies in a bucket: packed behind the scenes; while it is away old mail says so, new mail is taken, and nothing is lost', async () => {
  using folder = temporaryFolder();
  await using fake = await FakeS3.start();
  const installation = new ServerFolder(folder.path, bucket(folder.path, fake));
  await installation.makeCompany();
  const small = 'Subject: small\r\n\r\nfirst text\r\n';
  const large = (subject: string): Buffer =>
    Buffer.from(
      `Subject: ${subject}\r\n\r\n${randomBytes(300_000).toString('base64').replaceAll(/.{76}/g, '$&\r\n')}\r\n`,
    );
  const first = large('large');
  {
    await using server = await installation.start(['--processes', '1']);
    await using imap = await signIn(server.port('imaps'));
    await imap.ok('APPEND INBOX ', Buffer.from(small));
    await imap.ok('APPEND INBOX ', first);
    const count = (): number => [...fake.objects.keys()].filter(key => key.startsWith('packs/')).length;
    assert.ok(count() >= 1, 'a large body is sent before it is acknowledged');
    await eventually(() => waitingBodies(folder.path) === 0 || null, 'packing');
    assert.ok(count() >= 2, 'the small one went by itself');
    fake.away = true;
    // The small one was read from nowhere yet, so nobody remembers it.
    const [gone] = [await imap.command('FETCH 1 BODY.PEEK[]')];
    assert.equal(gone.status, 'NO');
    assert.equal(gone.code?.name, 'UNAVAILABLE');
    const jmap = await JmapClient.signIn(`http://127.0.0.1:${server.port('web')}`, bob, password);
    const { ids } = await jmap.call('Email/query', { sort: [{ property: 'receivedAt' }] });
    assert.equal((ids as string[]).length, 2);
    const answer = await jmap.errorOf('Email/get', {
      ids,
      properties: ['bodyValues'],
      fetchAllBodyValues: true,
    });
    assert.equal(answer, 'serverUnavailable');
    // Lists need no bodies.
    assert.equal((await imap.command('FETCH 1:2 (UID ENVELOPE)')).status, 'OK');
    await sendMail(server.port('submissions'), 'alice@hongyan.test', password, { to: bob, subject: 'news' });
    await imap.ok('APPEND INBOX ', large('large while away'));
    await eventually(
      async () =>
        (await imap.command('STATUS INBOX (MESSAGES)')).untagged.length > 0 && (await exists(imap)) === 4
          ? true
          : null,
      'delivery',
    );
    assert.equal((await imap.command('FETCH 4 BODY.PEEK[]')).status, 'OK');
    await server.kill();
  }
  fake.away = false;
  {
    await using server = await installation.start(['--processes', '1']);
    await using imap = await signIn(server.port('imaps'));
    assert.equal(await exists(imap), 4);
    for (const n of [1, 2, 3, 4]) assert.equal((await imap.command(`FETCH ${n} BODY.PEEK[]`)).status, 'OK');
    assert.equal(await server.stop(), 0);
  }
  const { code, stdout, stderr } = await installation.run(['check', '--deep']);
  assert.equal(code, 0, stdout + stderr);
});

/** How many bodies wait in rows until they are packed. */
function waitingBodies(folder: string): number {
  const spool = new DatabaseSync(join(folder, 'data', 'spool.db'), { readOnly: true });
  try {
    return Number(spool.prepare('SELECT count(*) AS n FROM blob_waiting').get()?.['n']);
  } finally {
    spool.close();
  }
}

async function exists(imap: ImapClient): Promise<number> {
  const { untagged } = await imap.ok('SELECT INBOX');
  const line = untagged.map(response => JSON.stringify(response)).find(text => /EXISTS/i.test(text)) ?? '';
  return Number(/\d+/.exec(line)?.[0] ?? 0);
}

const programs = findPostgres();

test('hongyan move-account and move-all: to PostgreSQL and back beside a server with clients', {
  skip: programs ? false : 'PostgreSQL is not installed',
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const installation = new ServerFolder(
    folder.path,
    `[[store.databases]]\nname = "big"\nurl = ${JSON.stringify(postgres.url)}\n`,
  );
  await installation.makeCompany();
  await using server = await installation.start(['--processes', '2']);
  await using imap = await signIn(server.port('imaps'));
  await imap.ok('APPEND INBOX ', Buffer.from('Subject: one\r\n\r\ntext\r\n'));
  const move = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await installation.run(['--json', ...args]);
    assert.equal(code, 0, stdout + stderr);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
  };
  const result = await move('move-account', bob, '--to', 'postgres:big');
  assert.deepEqual([result['moved'], result['failed']], [1, 0]);
  await imap.ok('APPEND INBOX ', Buffer.from('Subject: two\r\n\r\ntext\r\n'));
  await sendMail(server.port('submissions'), 'alice@hongyan.test', password, { to: bob, subject: 'three' });
  await eventually(async () => ((await exists(imap)) === 3 ? true : null), 'delivery to the new place');
  const all = await move('move-all', '--to', 'postgres:big');
  assert.deepEqual([all['already'], all['failed']], [1, 0]);
  await imap.ok('STORE 1 +FLAGS (\\Flagged)');
  const back = await move('move-all', '--to', 'file');
  assert.equal(back['failed'], 0);
  assert.equal(await exists(imap), 3);
  const flags = await imap.ok('FETCH 1 (FLAGS)');
  assert.match(JSON.stringify(flags.untagged), /Flagged/i);
  const nowhere = await installation.run(['move-account', bob, '--to', 'moon']);
  assert.equal(nowhere.code, 2);
  const missing = await installation.run(['move-account', bob, '--to', 'postgres:nowhere']);
  assert.equal(missing.code, 1);
  assert.equal(await exists(imap), 3);
  const { code, stdout, stderr } = await installation.run(['check', '--deep']);
  assert.equal(code, 0, stdout + stderr);
});
