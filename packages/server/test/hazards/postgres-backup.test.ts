import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeS3, fakeS3Credentials } from '@hongyan/testkit/stores/fake-s3.ts';
import { findPostgres, type PostgresServer, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import pg from 'pg';
import { parseConfig } from '../../src/app/config/load.ts';
import { type RunningServer, startServer } from '../../src/app/start-server.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import {
  type CommandResult,
  eventually,
  hongyan,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';
import { plannerKnows } from '../store-fixture/statistics-fixture.ts';

const password = 'wild goose 9';
const alice = 'alice@hongyan.test';
const bob = 'bob@hongyan.test';
const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

function load(file: string): ReturnType<typeof parseConfig> {
  return parseConfig(file, readFileSync(file, 'utf8'));
}

function configure(folder: string, name: string, settings: string): string {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  return writeConfig(home, settings);
}

function inPostgres(url: string, others: Readonly<Record<string, string>> = {}): string {
  const databases = Object.entries(others).map(
    ([name, other]) => `[[store.databases]]\nname = "${name}"\nurl = ${JSON.stringify(other)}\n`,
  );
  return `[store]\nurl = ${JSON.stringify(url)}\nconnections = 10\n${databases.join('')}`;
}

function bucketOf(folder: string, fake: FakeS3): string {
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

/** Makes an empty database beside `hongyan` and returns its URL. */
async function newDatabase(postgres: PostgresServer, name: string): Promise<string> {
  const admin = new pg.Client({ host: postgres.folder, user: 'postgres', database: 'postgres' });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} OWNER hongyan`);
  await admin.end();
  return postgres.url.replace('/hongyan?', `/${name}?`);
}

function command(file: string, ...args: string[]): Promise<CommandResult> {
  assert.ok(programs);
  return hongyan(['--config', file, ...args, '--json'], {
    env: { PATH: `${programs}:${process.env['PATH'] ?? ''}` },
  });
}

async function done(file: string, ...args: string[]): Promise<Record<string, unknown>> {
  const answer = await command(file, ...args);
  assert.equal(answer.code, 0, answer.stdout + answer.stderr);
  return JSON.parse(answer.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
}

function ports(server: RunningServer): { submissions: number; imaps: number } {
  const { submissions, imaps } = server.ports;
  assert.ok(submissions && imaps);
  return { submissions, imaps };
}

/** Sends a mail and waits until it is in the mailbox. */
async function deliver(server: RunningServer, to: string, subject: string): Promise<void> {
  const { submissions, imaps } = ports(server);
  await sendMail(submissions, alice, password, { to, subject });
  const imap = await openImap(imaps, to, password);
  await eventually(async () => (await subjectsOf(imap)).includes(subject), `${subject} is delivered`);
  await imap.logout();
}

/** Subjects in the INBOX, all bodies read. */
async function inbox(server: RunningServer, login: string): Promise<string[]> {
  const imap = await openImap(ports(server).imaps, login, password);
  const subjects = await subjectsOf(imap);
  await imap.mailboxOpen('INBOX');
  for (const [i] of subjects.entries()) {
    const message = await imap.fetchOne(String(i + 1), { source: true });
    assert.ok(message && message.source);
    assert.ok(message.source.includes(Buffer.from('鸿雁传书').toString('base64')), 'its body is there');
  }
  await imap.logout();
  return subjects;
}

test('a backup made while the server works is restored with accounts in other databases and files, bodies and all', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const others = { big: await newDatabase(postgres, 'big'), unused: await newDatabase(postgres, 'unused') };
  const first = configure(folder.path, 'first', inPostgres(postgres.url, others));
  const target = join(folder.path, 'backup');
  {
    await using server = await startServer({ config: load(first), sample: { password } });
    await deliver(server, bob, 'in the other database');
    await deliver(server, alice, 'in a file');
    const moved = await done(first, 'move-account', bob, '--to', 'postgres:big');
    assert.equal(moved['analysed'], true);
    const known = await plannerKnows(postgres, 'hongyan_accounts', 'filed', 'big');
    assert.deepEqual([known.rows, known.columns > 0], [1, true], 'the planner knows what was moved');
    await done(first, 'move-account', alice, '--to', 'file');
    const saved = await done(first, 'backup', target);
    assert.deepEqual([saved['bodies'], saved['missing']], ['files', []]);
    await deliver(server, bob, 'later');
    // Again into the same folder: what is new is brought.
    await done(first, 'backup', target);
    await deliver(server, bob, 'too late');
  }
  const again = await newDatabase(postgres, 'again');
  const bigAgain = await newDatabase(postgres, 'big_again');

  // What cannot be right is refused, and changes nothing.
  const withoutBig = configure(folder.path, 'second', inPostgres(again));
  const refused = await command(withoutBig, 'restore', target);
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(refused.stderr + refused.stdout, /big/);
  const full = configure(folder.path, 'second', inPostgres(postgres.url, { big: bigAgain }));
  assert.equal((await command(full, 'restore', target)).code, 1);
  const second = configure(folder.path, 'second', inPostgres(again, { big: bigAgain }));
  rmSync(join(folder.path, 'second', 'data'), { recursive: true, force: true });
  const pack = readdirSync(join(target, 'blobs')).find(name => name.endsWith('.pack')) ?? '';
  cpSync(target, join(folder.path, 'cut'), { recursive: true });
  writeFileSync(join(folder.path, 'cut', 'blobs', pack), 'short');
  assert.notEqual((await command(second, 'restore', join(folder.path, 'cut'))).code, 0);

  const restored = await done(second, 'restore', target);
  assert.deepEqual(restored['missing'], []);
  for (const [database, schema, table] of [
    ['again', 'hongyan_system', 'account'],
    ['big_again', 'hongyan_accounts', 'filed'],
  ] as const) {
    const { columns } = await plannerKnows(postgres, schema, table, database);
    assert.ok(columns > 0, `the planner knows ${table} of ${database}, which came in a dump`);
  }
  const checked = await command(second, 'check', '--deep');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  const looking = new pg.Client({ host: postgres.folder, user: 'hongyan', database: 'again' });
  await looking.connect();
  const policies = await looking.query("SELECT 1 FROM pg_policies WHERE policyname = 'own_account'");
  assert.ok((policies.rowCount ?? 0) > 5, 'the fence is restored, too');
  await looking.end();
  await using server = await startServer({ config: load(second) });
  assert.deepEqual(await inbox(server, bob), ['in the other database', 'later']);
  assert.deepEqual(await inbox(server, alice), ['in a file']);
  await deliver(server, bob, 'goes on');
});

test('mail delivered to an account elsewhere while the backup runs is in the queue of the backup, and applied once', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const others = { big: await newDatabase(postgres, 'big') };
  const first = configure(folder.path, 'first', inPostgres(postgres.url, others));
  const target = join(folder.path, 'backup');
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  const marks = (name: string): string => join(folder.path, name);
  // pg_dump that stops between the queue and the accounts, and between these and the rest.
  writeFileSync(
    join(bin, 'pg_dump'),
    `#!/bin/sh
case "$*" in
  *rows-big.dump*) ${join(programs, 'pg_dump')} "$@" || exit 1; touch ${marks('saved')}; while [ ! -e ${marks('go')} ]; do sleep 0.05; done;;
  *) exec ${join(programs, 'pg_dump')} "$@";;
esac
`,
    { mode: 0o755 },
  );
  {
    await using server = await startServer({ config: load(first), sample: { password } });
    await deliver(server, bob, 'before');
    await done(first, 'move-account', bob, '--to', 'postgres:big');
    // Held in the queue while it is saved, delivered before the rest is.
    const sql = new pg.Client({ host: postgres.folder, user: 'hongyan', database: 'big' });
    await sql.connect();
    await sql.query("SET hongyan.bypass = 'test'");
    await sql.query('BEGIN');
    await sql.query('SELECT 1 FROM hongyan_accounts.account_state FOR UPDATE');
    await sendMail(ports(server).submissions, alice, password, { to: bob, subject: 'meanwhile' });
    const saving = hongyan(['--config', first, 'backup', target, '--json'], {
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    await eventually(() => existsSync(marks('saved')), 'the accounts are saved');
    await sql.query('ROLLBACK');
    await sql.end();
    const imap = await openImap(ports(server).imaps, bob, password);
    await eventually(async () => (await subjectsOf(imap)).includes('meanwhile'), 'it is delivered');
    await imap.logout();
    writeFileSync(marks('go'), '');
    const { code, stderr } = await saving;
    assert.equal(code, 0, stderr);
  }
  const settings = inPostgres(await newDatabase(postgres, 'again'), {
    big: await newDatabase(postgres, 'big_again'),
  });
  const second = configure(folder.path, 'second', settings);
  await done(second, 'restore', target);
  await using server = await startServer({ config: load(second) });
  await eventually(async () => (await inbox(server, bob)).includes('meanwhile'), 'it comes out of the queue');
  assert.deepEqual((await inbox(server, bob)).toSorted(), ['before', 'meanwhile']);
});

test('bodies in a bucket: the backup says that they stay there and whether all are there, or takes them along', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  await using fake = await FakeS3.start();
  const bucket = bucketOf(folder.path, fake);
  const first = configure(folder.path, 'first', inPostgres(postgres.url) + bucket);
  const target = join(folder.path, 'backup');
  const plain = join(folder.path, 'rows only');
  {
    await using server = await startServer({ config: load(first), sample: { password } });
    await deliver(server, bob, 'small');
    await eventually(() => fake.objects.size >= 1, 'it is packed');
    const imap = await openImap(ports(server).imaps, bob, password);
    await imap.append('INBOX', `Subject: large\r\n\r\n鸿雁传书 ${randomBytes(150_000).toString('hex')}\r\n`);
    await imap.logout();
    const rows = await done(first, 'backup', plain);
    assert.equal(rows['bodies'], 'bucket');
    assert.ok(Number(rows['packs']) >= 2);
    const told = await hongyan(['--config', first, 'backup', plain], {
      env: { PATH: `${programs}:${process.env['PATH'] ?? ''}` },
    });
    assert.match(told.stdout, /are not in this backup/);
    const whole = await done(first, 'backup', target, '--with-bucket');
    assert.deepEqual([whole['bodies'], whole['missing']], ['copied', []]);
    assert.ok(readdirSync(join(target, 'blobs')).filter(name => name.endsWith('.pack')).length >= 2);

    // One that is gone is told of, with the status of a finding; a bucket that is away, too.
    const [key, object] = [...fake.objects][0] ?? [];
    assert.ok(key !== undefined && object);
    fake.objects.delete(key);
    const short = await command(first, 'backup', plain);
    assert.equal(short.code, 3, short.stderr);
    assert.equal(short.json<{ missing: unknown[] }>().missing.length, 1);
    fake.objects.set(key, object);
    fake.away = true;
    const away = await command(first, 'backup', plain);
    assert.equal(away.code, 3, away.stderr);
    fake.away = false;
  }
  // The bucket is lost with everything else: an empty one takes its place.
  await using other = await FakeS3.start();
  const settings = inPostgres(await newDatabase(postgres, 'again')) + bucketOf(folder.path, other);
  const second = configure(folder.path, 'second', settings);
  const restored = await done(second, 'restore', target);
  assert.deepEqual(restored['missing'], []);
  const checked = await command(second, 'check', '--deep');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  await using server = await startServer({ config: load(second) });
  const imap = await openImap(ports(server).imaps, bob, password);
  assert.deepEqual(await subjectsOf(imap), ['small', 'large']);
  await imap.logout();
  await eventually(() => other.objects.size >= 2, 'the packs go to the new bucket');
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
  assert.match(restore.stderr, /no complete backup|not empty/);
});

test('back to a point in time: base backup and WAL, a younger copy of the bodies, mark-restored, and all is well', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const first = configure(folder.path, 'first', inPostgres(postgres.url));
  const point = await postgres.startArchiving();
  let before: { uidNext: number; uidValidity: bigint };
  {
    await using server = await startServer({ config: load(first), sample: { password } });
    await deliver(server, bob, 'before the base backup');
    await point.takeBase();
    await deliver(server, bob, 'before the point');
    await point.name('wanted');
    await deliver(server, bob, 'after the point');
    await done(first, 'backup', join(folder.path, 'bodies and keys'));
    const imap = await openImap(ports(server).imaps, bob, password);
    const status = await imap.status('INBOX', { uidNext: true, uidValidity: true });
    assert.ok(status && status.uidNext && status.uidValidity);
    before = { uidNext: status.uidNext, uidValidity: status.uidValidity };
    await imap.logout();
    const running = await command(first, 'mark-restored');
    assert.equal(running.code, 1, 'not while a server runs');
  }
  await postgres.stop();
  await using recovered = await point.recover('wanted');
  const second = configure(folder.path, 'second', inPostgres(recovered.url));
  for (const name of ['blobs', 'keys'])
    cpSync(join(folder.path, 'bodies and keys', name), join(folder.path, 'second', 'data', name), {
      recursive: true,
    });
  // The rows say that the node of that time is alive, until its last sign of life is old enough.
  const marked = await eventually(async () => {
    const { code, stdout } = await command(second, 'mark-restored');
    return code === 0 ? stdout.trim().split('\n').at(-1) : null;
  }, 'the node of before is taken for dead');
  assert.ok(Number((JSON.parse(marked) as Record<string, unknown>)['accounts']) >= 2);
  const checked = await command(second, 'check', '--deep');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  await using server = await startServer({ config: load(second) });
  assert.deepEqual(await inbox(server, bob), ['before the base backup', 'before the point']);
  await deliver(server, bob, 'goes on');
  const imap = await openImap(ports(server).imaps, bob, password);
  const status = await imap.status('INBOX', { uidNext: true, uidValidity: true });
  assert.ok(status && status.uidNext);
  // No client that saw the lost mail is given its number for another (RFC 9051 §2.3.1.1).
  assert.ok(status.uidNext > before.uidNext, `${status.uidNext} after ${before.uidNext}`);
  assert.equal(status.uidValidity, before.uidValidity);
  await imap.logout();
});
