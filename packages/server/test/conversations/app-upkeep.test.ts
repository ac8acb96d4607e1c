import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { systemScope } from '../../src/access/scope.ts';
import { fillDemo } from '../../src/app/demo/fill.ts';
import { defaultDemoPlan } from '../../src/app/demo/generate.ts';
import { tryFileLock } from '../../src/app/file-lock.ts';
import { startHousekeeping } from '../../src/app/housekeeping.ts';
import { startServer } from '../../src/app/start-server.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { installation, writeSetting } from '../../src/store/system/settings.ts';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import { testConfig } from '../app-fixture/config.ts';
import { eventually, hongyan, temporaryFolder } from '../app-fixture/program.ts';

const password = 'wild goose 9';

test('startServer runs everything in this process: mail goes in and comes out, the web answers', async () => {
  using folder = temporaryFolder();
  await using server = await startServer({ config: testConfig(folder.path), sample: { password } });
  const { submissions, imaps, web } = server.ports;
  assert.ok(submissions && imaps && web);
  await sendMail(submissions, 'alice@hongyan.test', password, {
    to: 'bob@hongyan.test',
    subject: 'in one process',
  });
  const client = await openImap(imaps, 'bob@hongyan.test', password);
  await eventually(async () => (await subjectsOf(client)).includes('in one process'), 'the message');
  await client.logout();
  const health = await fetch(`http://127.0.0.1:${web}/healthz`);
  assert.equal(health.status, 200);
  await assert.rejects(startServer({ config: testConfig(folder.path) }), /Another server runs/);
});

test('check is clean after work, says what is damaged, and repairs what can be repaired', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryFolder();
  {
    await using server = await startServer({ config: testConfig(folder.path), sample: { password } });
    const { submissions, imaps } = server.ports;
    assert.ok(submissions && imaps);
    for (const subject of ['one', 'two']) {
      await sendMail(submissions, 'alice@hongyan.test', password, { to: 'bob@hongyan.test', subject });
    }
    await server.flow.dispatcher?.settled();
  }
  const check = (...args: string[]): ReturnType<typeof hongyan> =>
    hongyan(['--json', '--data', folder.path, 'check', ...args]);
  const clean = await check('--deep');
  assert.equal(clean.code, 0, clean.stdout);
  assert.equal(clean.json<{ accounts: number; bodies: number }>().accounts, 3);
  assert.equal(clean.json<{ bodies: number }>().bodies, 2);
  const lie = await hongyan(['--json', '--data', folder.path, 'bodies']);
  assert.equal(lie.code, 0, lie.stderr);
  const counted = lie.json<{ packs: number; dead: number; waiting: { bodies: number } }>();
  assert.deepEqual([counted.packs, counted.dead, counted.waiting.bodies], [1, 0, 0]);
  assert.equal((await hongyan(['--data', folder.path, 'bodies', '--pack'])).code, 2, 'there is no bucket');
  // A lost link is made again.
  const spool = new DatabaseSync(join(folder.path, 'spool.db'));
  spool.exec('DELETE FROM blob_link');
  spool.close();
  assert.equal((await check()).code, 3);
  assert.equal((await check('--repair')).code, 3);
  assert.equal((await check()).code, 0);
  // Wrong counters are found.
  const account = new DatabaseSync(join(folder.path, 'shards', 't1-0.db'));
  account.exec("UPDATE mailbox SET total = total + 1 WHERE account_id = 3 AND role = 'inbox'");
  account.close();
  const wrong = await check();
  assert.equal(wrong.code, 3);
  assert.match(wrong.stdout, /mailbox\.total/);
});

test('backup beside a running server, restore elsewhere: the mail is there and everything is clean', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const data = join(folder.path, 'data');
  const config = testConfig(data);
  const backup = join(other.path, 'backup');
  const account = join(other.path, 'account');
  {
    await using server = await startServer({ config, sample: { password } });
    const { submissions } = server.ports;
    assert.ok(submissions);
    await sendMail(submissions, 'alice@hongyan.test', password, { to: 'bob@hongyan.test', subject: 'saved' });
    await server.flow.dispatcher?.settled();
    const run = (...args: string[]): ReturnType<typeof hongyan> =>
      hongyan(['--json', '--data', data, ...args]);
    const made = await run('backup', backup);
    assert.equal(made.code, 0, made.stdout + made.stderr);
    assert.equal((await run('backup', account, '--account', 'bob@hongyan.test')).code, 0);
    const refused = await run('restore', account, '--account', 'bob@hongyan.test', '--replace');
    assert.equal(refused.code, 1);
    assert.equal((await run('restore', backup)).code, 2, 'the data directory is not empty');
  }
  const restored = join(other.path, 'restored');
  const run = (...args: string[]): ReturnType<typeof hongyan> =>
    hongyan(['--json', '--data', restored, ...args]);
  assert.equal((await run('restore', backup)).code, 0);
  assert.equal((await run('check', '--deep')).code, 0);
  assert.equal((await run('restore', account, '--account', 'bob@hongyan.test')).code, 1, 'it exists');
  assert.equal((await run('restore', account, '--account', 'bob@hongyan.test', '--replace')).code, 0);
  assert.equal((await run('check', '--deep')).code, 0);
  await using server = await startServer({ config: testConfig(restored) });
  const { imaps } = server.ports;
  assert.ok(imaps);
  const client = await openImap(imaps, 'bob@hongyan.test', password);
  assert.deepEqual(await subjectsOf(client), ['saved']);
  await client.logout();
});

// With rows in files the right to collect is a lock on a file; on PostgreSQL it is a lease (hazards/postgres-backup).
test('housekeeping: one process at a time, none while a backup is made; old records go', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryFolder();
  const clock = new FakeClock();
  const config = testConfig(folder.path);
  await using server = await startServer({ config, clock, sample: { password } });
  const { house } = server;
  await house.records.trace({ at: clock.now(), tenantId: 1, queueId: 'old', event: 'accepted' });
  await house.records.flush();
  await using keeping = startHousekeeping(house);
  {
    using _lock = tryFileLock(house.folder.collectLock);
    assert.equal(await keeping.run(), false);
  }
  assert.equal(await keeping.run(), true);
  assert.equal((await house.records.findTraceAcross({ queueId: 'old' }, { limit: 1 })).length, 1);
  clock.jump(clock.now() + config.records.keepTrace + 1);
  assert.equal(await keeping.run(), true);
  assert.equal((await house.records.findTraceAcross({ queueId: 'old' }, { limit: 1 })).length, 0);
});

test('the sample company is filled once; interrupted, it goes on and files nothing twice', async () => {
  using folder = temporaryFolder();
  await using server = await startServer({ config: testConfig(folder.path), sample: { password } });
  const { house, ports } = server;
  const options = { domain: 'hongyan.test', password, plan: { ...defaultDemoPlan, mails: 200 } };
  assert.deepEqual(await fillDemo(house, options), { people: 20, departments: 3, messages: 200 });
  assert.equal(await fillDemo(house, options), null);
  const count = async (): Promise<number> => {
    const found = await house.directory.resolve('zhangwei@hongyan.test');
    assert.ok(found.kind === 'account');
    const scope = systemScope(found.tenantId, found.accountId, 'test');
    return (await listMailboxes(house.mailbox, scope)).reduce((sum, mailbox) => sum + mailbox.total, 0);
  };
  const before = await count();
  assert.ok(before > 10);
  // As if it had been cut short before it was marked as done.
  await house.system.of(installation).transact(tx => writeSetting(tx, installation, 'demo.filled', 'begun'));
  assert.equal((await fillDemo(house, options))?.messages, 200);
  assert.equal(await count(), before);
  const all = await house.directory.resolve('all@hongyan.test');
  assert.equal(all.kind === 'group' && all.members.length, 20);
  assert.ok(ports.imaps);
  await (await openImap(ports.imaps, 'gaoyan@hongyan.test', password)).logout();
});

test('keys stay private: files of the data directory are for the account that runs the server', async () => {
  using folder = temporaryFolder();
  await using server = await startServer({ config: testConfig(folder.path), sample: { password } });
  assert.ok(server.first);
  for (const name of ['keys/master.key', 'tls/key.pem']) {
    assert.equal(statSync(join(folder.path, name)).mode & 0o077, 0, name);
  }
  // The password is nowhere in the data.
  const names = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  for (const name of names) {
    const path = join(folder.path, name);
    if (statSync(path).isFile()) assert.equal(readFileSync(path).includes(password), false, name);
  }
});

test('a half-made first run is completed at the next start, with passwords that work', async () => {
  using folder = temporaryFolder();
  {
    await using server = await startServer({ config: testConfig(folder.path), sample: { password } });
    assert.equal(server.first?.accounts.length, 3);
    await server.house.system
      .of(installation)
      .transact(tx => writeSetting(tx, installation, 'setup.first_run', 'begun'));
  }
  await using server = await startServer({ config: testConfig(folder.path), sample: {} });
  const alice = server.first?.accounts.find(account => account.address.startsWith('alice'));
  assert.ok(alice && server.ports.imaps);
  assert.notEqual(alice.password, password);
  await (await openImap(server.ports.imaps, alice.address, alice.password)).logout();
});
