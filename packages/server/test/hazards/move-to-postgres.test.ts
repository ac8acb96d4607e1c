import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import pg from 'pg';
import { parseConfig } from '../../src/app/config/load.ts';
import { StartError } from '../../src/app/start-error.ts';
import { type RunningServer, startServer } from '../../src/app/start-server.ts';
import { builtMain } from '../app-fixture/built-program.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import {
  type CommandResult,
  eventually,
  hongyan,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';

const password = 'wild goose 9';
const [alice, bob] = ['alice@hongyan.test', 'bob@hongyan.test'];
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

function load(file: string): ReturnType<typeof parseConfig> {
  return parseConfig(file, readFileSync(file, 'utf8'));
}

async function refusal(file: string): Promise<string> {
  try {
    await using _server = await startServer({ config: load(file) });
    return 'started';
  } catch (error) {
    if (error instanceof StartError) return error.phrase;
    throw error;
  }
}

function port(server: RunningServer, service: 'submissions' | 'imaps' | 'web'): number {
  const found = server.ports[service];
  assert.ok(found);
  return found;
}

async function session(server: RunningServer, cookie: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port(server, 'web')}/auth/session`, { headers: { cookie } });
  await answer.body?.cancel();
  return answer.status;
}

async function signIn(server: RunningServer): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port(server, 'web')}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: alice, password }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers
    .getSetCookie()
    .map(line => line.split(';')[0] ?? '')
    .join('; ');
}

async function inbox(server: RunningServer): Promise<string[]> {
  const imap = await openImap(port(server, 'imaps'), bob, password);
  const subjects = await subjectsOf(imap);
  await imap.logout();
  return subjects;
}

test('an installation with members, sessions, trace and mail in the queue moves to PostgreSQL; killed in between it goes on', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const run = (...args: string[]): Promise<CommandResult> =>
    hongyan(['--config', join(folder.path, 'hongyan.toml'), '--json', ...args]);
  const onFiles = (): string => writeConfig(folder.path);
  const onPostgres = (): string =>
    writeConfig(folder.path, `[store]\nurl = ${JSON.stringify(postgres.url)}\nconnections = 10\n`);
  let cookie: string;
  {
    await using server = await startServer({ config: load(onFiles()), sample: { password } });
    const send = (subject: string): Promise<string> =>
      sendMail(port(server, 'submissions'), alice, password, { to: bob, subject });
    await send('delivered');
    await eventually(async () => (await inbox(server)).length === 1, 'it is delivered');
    cookie = await signIn(server);
    onPostgres();
    const beside = await run('move-to-postgres');
    assert.equal(beside.code, 1, 'not while a server runs');
    const ahead = await run('move-to-postgres', '--ahead');
    assert.equal(ahead.code, 0, ahead.stderr);
    assert.equal(ahead.json<{ moved: boolean }>().moved, false);
    const users = await run('user', 'list');
    assert.notEqual(users.code, 0, 'a command with the new configuration finds the rows in files');
    onFiles();
  }
  {
    // Without the role that delivers: what comes now waits in the queue.
    const file = writeConfig(folder.path, 'roles = ["submission", "imap", "web"]\n');
    await using server = await startServer({ config: load(file) });
    await sendMail(port(server, 'submissions'), alice, password, { to: bob, subject: 'waiting' });
    assert.deepEqual(await inbox(server), ['delivered']);
  }

  onPostgres();
  // Killed while it waits for a lock, with two of three databases copied.
  const sql = new pg.Client({ host: postgres.folder, user: 'hongyan', database: 'hongyan' });
  sql.on('error', () => undefined);
  await sql.connect();
  await sql.query('BEGIN');
  await sql.query('LOCK TABLE hongyan_records.trace');
  const args = ['--config', join(folder.path, 'hongyan.toml'), 'move-to-postgres'];
  const killed = spawn(process.execPath, [builtMain, ...args], { stdio: 'ignore' });
  const ended = once(killed, 'exit');
  const waiting =
    "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = CAST('hongyan_records.trace' AS regclass)";
  await eventually(async () => ((await sql.query(waiting)).rowCount ?? 0) > 0, 'it came to the records');
  killed.kill('SIGKILL');
  await ended;
  await sql.query('ROLLBACK');
  assert.equal(await refusal(join(folder.path, 'hongyan.toml')), 'serve.rows_in_files');
  mkdirSync(join(folder.path, 'other'));
  const settings = `[store]\nurl = ${JSON.stringify(postgres.url)}\nconnections = 10\n`;
  const elsewhere = writeConfig(join(folder.path, 'other'), settings);
  assert.equal(await refusal(elsewhere), 'serve.rows_on_their_way');
  const stranger = await hongyan(['--config', elsewhere, 'move-to-postgres']);
  assert.equal(stranger.code, 1, 'there is nothing to move from there');

  // A row that is not as it was copied is put right, and one that is not in the files goes.
  await sql.query("UPDATE hongyan_system.account SET display_name = 'nobody'");
  await sql.query("INSERT INTO hongyan_spool.counter (name, value) VALUES ('stray', 1)");
  const moved = await run('move-to-postgres');
  assert.equal(moved.code, 0, moved.stderr);
  const { tables } = moved.json<{ tables: { database: string; name: string; rows: number }[] }>();
  const rowsOf = (name: string): number => tables.find(table => table.name === name)?.rows ?? -1;
  for (const name of [
    'account',
    'address',
    'web_session',
    'spool_message',
    'spool_recipient',
    'blob',
    'trace',
  ])
    assert.ok(rowsOf(name) > 0, `${name}: ${rowsOf(name)}`);
  const counted = await sql.query<{ n: string }>(
    "SELECT COUNT(*) AS n FROM hongyan_spool.counter WHERE name = 'stray'",
  );
  assert.equal(counted.rows[0]?.n, '0');
  const late = await sql.query(
    "SELECT 1 FROM pg_constraint WHERE condeferrable AND contype = 'f' AND connamespace = 'hongyan_system'::regnamespace",
  );
  assert.equal(late.rowCount, 0, 'references are looked at at once again');
  await sql.end();
  assert.equal(existsSync(join(data, 'system.db')), false);
  assert.ok(existsSync(join(data, 'before-postgres', 'system.db')));
  onFiles();
  assert.equal(await refusal(join(folder.path, 'hongyan.toml')), 'serve.rows_in_postgres');

  onPostgres();
  assert.equal((await run('move-to-postgres')).code, 0, 'called again it has nothing left to do');
  {
    await using server = await startServer({ config: load(join(folder.path, 'hongyan.toml')) });
    await eventually(async () => (await inbox(server)).includes('waiting'), 'the queue goes on');
    assert.equal(await session(server, cookie), 200, 'who was signed in still is');
    await sendMail(port(server, 'submissions'), alice, password, { to: bob, subject: 'new' });
    await eventually(async () => (await inbox(server)).includes('new'), 'new mail');
    const trace = await run('trace', bob);
    assert.equal(trace.code, 0, trace.stderr);
    assert.match(trace.stdout, /delivered/);
    const all = await run('move-all', '--to', 'postgres:main');
    assert.equal(all.code, 0, all.stdout + all.stderr);
    await sendMail(port(server, 'submissions'), alice, password, { to: bob, subject: 'in PostgreSQL' });
    await eventually(async () => (await inbox(server)).includes('in PostgreSQL'), 'mail to the new place');
    assert.deepEqual(await inbox(server), ['delivered', 'waiting', 'new', 'in PostgreSQL']);
  }
  const checked = await run('check', '--deep');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
});

test('a database with rows of another installation is not written over', { skip }, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const settings = `[store]\nurl = ${JSON.stringify(postgres.url)}\nconnections = 10\n`;
  for (const name of ['theirs', 'ours']) {
    mkdirSync(join(folder.path, name));
    const file = writeConfig(join(folder.path, name), name === 'theirs' ? settings : '');
    await using _server = await startServer({ config: load(file), sample: { password } });
  }
  const ours = writeConfig(join(folder.path, 'ours'), settings);
  const refused = await hongyan(['--config', ours, 'move-to-postgres']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /another installation/);
  assert.ok(existsSync(join(folder.path, 'ours', 'data', 'system.db')));
});
