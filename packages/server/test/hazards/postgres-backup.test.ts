import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import pg from 'pg';
import { parseConfig } from '../../src/app/config/load.ts';
import { startServer } from '../../src/app/start-server.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import { eventually, hongyan, temporaryFolder, writeConfig } from '../app-fixture/program.ts';

const run = promisify(execFile);
const password = 'wild goose 9';
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

test('a backup made while the server works is restored with pg_restore, bodies and all', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const path = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  const configure = (name: string, url: string): string => {
    const home = join(folder.path, name);
    mkdirSync(home, { recursive: true });
    return writeConfig(home, `[store]\nurl = ${JSON.stringify(url)}\nconnections = 10\n`);
  };
  const load = (file: string): ReturnType<typeof parseConfig> =>
    parseConfig(file, readFileSync(file, 'utf8'));
  const first = configure('first', postgres.url);
  const target = join(folder.path, 'backup');
  {
    await using server = await startServer({ config: load(first), sample: { password } });
    const { submissions, imaps } = server.ports;
    assert.ok(submissions && imaps);
    const send = (subject: string): Promise<string> =>
      sendMail(submissions, 'alice@hongyan.test', password, { to: 'bob@hongyan.test', subject });
    await send('in the backup');
    const imap = await openImap(imaps, 'bob@hongyan.test', password);
    await eventually(async () => (await subjectsOf(imap)).length === 1, 'it is delivered');
    const answer = await hongyan(['--config', first, 'backup', target, '--json'], { env: path });
    assert.equal(answer.code, 0, answer.stderr);
    assert.ok(answer.json<{ files: number }>().files >= 3);
    await send('too late');
    await eventually(async () => (await subjectsOf(imap)).length === 2, 'it is delivered');
    await imap.logout();
  }
  // As docs/operator/postgresql.md says.
  const admin = new pg.Client({ host: postgres.folder, user: 'postgres', database: 'postgres' });
  await admin.connect();
  await admin.query('CREATE DATABASE again OWNER hongyan');
  await admin.end();
  const url = postgres.url.replace('/hongyan?', '/again?');
  await run(join(programs, 'pg_restore'), [
    '--no-owner',
    '--exit-on-error',
    '--dbname',
    url,
    join(target, 'rows.dump'),
  ]);
  const mark = new pg.Client({ host: postgres.folder, user: 'hongyan', database: 'again' });
  await mark.connect();
  await mark.query("SET hongyan.bypass = 'restore'");
  const marked = await mark.query(
    "UPDATE hongyan_accounts.account_state SET clean = 0, boot_id = 'restored'",
  );
  assert.ok((marked.rowCount ?? 0) >= 2);
  const policies = await mark.query("SELECT 1 FROM pg_policies WHERE policyname = 'own_account'");
  assert.ok((policies.rowCount ?? 0) > 5, 'the fence is restored, too');
  await mark.end();
  const second = configure('second', url);
  for (const name of ['blobs', 'keys'])
    cpSync(join(target, name), join(folder.path, 'second', 'data', name), { recursive: true });
  const checked = await hongyan(['--config', second, 'check', '--json'], { env: path });
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  await using server = await startServer({ config: load(second) });
  const { imaps } = server.ports;
  assert.ok(imaps);
  const imap = await openImap(imaps, 'bob@hongyan.test', password);
  assert.deepEqual(await subjectsOf(imap), ['in the backup']);
  await imap.mailboxOpen('INBOX');
  const message = await imap.fetchOne('1', { source: true });
  assert.ok(message && message.source);
  assert.ok(message.source.includes(Buffer.from('鸿雁传书').toString('base64')), 'its body is there');
  await imap.logout();
});

test('without pg_dump there is no backup, and it is said', { skip }, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const file = writeConfig(folder.path, `[store]\nurl = ${JSON.stringify(postgres.url)}\nconnections = 10\n`);
  const answer = await hongyan(['--config', file, 'backup', join(folder.path, 'b')], {
    env: { PATH: folder.path },
  });
  assert.notEqual(answer.code, 0);
  assert.match(answer.stderr, /pg_dump/);
  assert.equal(existsSync(join(folder.path, 'b', 'postgres-backup.json')), false);
  const restore = await hongyan(['--config', file, 'restore', folder.path]);
  assert.notEqual(restore.code, 0);
  assert.match(restore.stderr, /pg_restore/);
});
