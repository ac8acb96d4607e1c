import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openImap, sendMail, subjectsOf } from '../app-fixture/clients.ts';
import {
  eventually,
  hongyan,
  hongyanUnread,
  type ServerProcess,
  startServe,
  temporaryFolder,
  writeConfig,
} from '../app-fixture/program.ts';

const password = 'wild goose 9';

async function company(folder: string, more = ''): Promise<string> {
  const file = writeConfig(folder, more);
  const base = ['--config', file];
  const setup = await hongyan([...base, 'setup', '--domain', 'x.test', '--password-stdin'], {
    input: password,
  });
  assert.equal(setup.code, 0, setup.stderr);
  for (const name of ['alice', 'bob']) {
    const added = await hongyan([...base, 'user', 'add', `${name}@x.test`, '--password-stdin'], {
      input: password,
    });
    assert.equal(added.code, 0, added.stderr);
  }
  return file;
}

/** Process ids of the workers. */
function workersOf(server: Pick<ServerProcess, 'child'>): number[] {
  const { pid } = server.child;
  return readdirSync('/proc').flatMap(name => {
    if (!/^[0-9]+$/.test(name)) return [];
    try {
      const stat = readFileSync(join('/proc', name, 'stat'), 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Whether a process holds a connection to a port of this machine. */
function connectedTo(pid: number, port: number): boolean {
  const inodes = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map(line => line.trim().split(/ +/))
    .filter(([, , remote = '']) => remote.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`))
    .map(fields => `socket:[${fields[9]}]`);
  const folder = join('/proc', String(pid), 'fd');
  return readdirSync(folder).some(name => {
    try {
      return inodes.includes(readlinkSync(join(folder, name)));
    } catch {
      return false;
    }
  });
}

test('with two processes everybody can sign in and send through both, and hears of mail that the other took', async () => {
  using folder = temporaryFolder();
  const file = await company(folder.path);
  await using server = await startServe(['--processes', '2', '--config', file]);
  const { ports } = server.ready;
  assert.equal(server.ready.processes, 2);
  // Connections go to the processes in turn: four listeners are on both.
  const clients = await Promise.all([1, 2, 3, 4].map(() => openImap(ports.imaps, 'bob@x.test', password)));
  const seen = clients.map(() => 0);
  for (const [index, client] of clients.entries()) {
    client.on('exists', ({ count }: { count: number }) => {
      seen[index] = count;
    });
    await client.mailboxOpen('INBOX');
    void client.idle().catch(() => undefined);
  }
  for (const subject of ['1', '2', '3', '4']) {
    await sendMail(ports.submissions, 'alice@x.test', password, { to: 'bob@x.test', subject });
  }
  await eventually(() => seen.every(count => count === 4), 'all four listeners know of all four messages');
  const reader = await openImap(ports.imaps, 'bob@x.test', password);
  assert.deepEqual((await subjectsOf(reader)).sort(), ['1', '2', '3', '4']);
  // Both processes hold connections: when one dies, some listeners are gone and some are not.
  let gone = 0;
  for (const client of clients) {
    client.on('error', () => undefined);
    client.once('close', () => {
      gone += 1;
    });
  }
  if (process.platform === 'linux') {
    process.kill(workersOf(server)[0] ?? 0, 'SIGKILL');
    await eventually(() => gone > 0, 'listeners of the killed process are cut');
    assert.ok(gone < clients.length, `${gone} of ${clients.length} are gone`);
  }
  for (const client of [...clients, reader]) client.close();
  assert.equal(await server.stop(), 0);
});

test('a worker that dies is started again and nothing else ends', {
  skip: process.platform === 'linux' ? false : 'workers are found through /proc',
}, async () => {
  using folder = temporaryFolder();
  const file = await company(folder.path);
  await using server = await startServe(['--processes', '2', '--config', file]);
  const { ports } = server.ready;
  const before = workersOf(server);
  assert.equal(before.length, 2);
  const victim = before[0] ?? 0;
  process.kill(victim, 'SIGKILL');
  await eventually(
    () => server.log.find(line => line['event'] === 'group.worker_died'),
    'the death in the log',
  );
  const after = await eventually(() => {
    const now = workersOf(server);
    return now.length === 2 && !now.includes(victim) ? now : null;
  }, 'a new worker');
  assert.ok(after.includes(before[1] ?? 0));
  for (let i = 0; i < 4; i += 1) {
    await sendMail(ports.submissions, 'alice@x.test', password, { to: 'bob@x.test', subject: String(i) });
  }
  const reader = await openImap(ports.imaps, 'bob@x.test', password);
  await eventually(async () => (await subjectsOf(reader)).length === 4, 'four messages');
  await reader.logout();
});

test('mail that a killed process had in hand is taken up by another at once', {
  skip: process.platform === 'linux' ? false : 'workers are found through /proc',
}, async () => {
  using folder = temporaryFolder();
  // A server that takes connections and says nothing: whoever sends to it has the mail in hand for minutes.
  const sockets = new Set<Socket>();
  let connections = 0;
  const silent = createServer(socket => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined));
  }).listen(0, '127.0.0.1');
  try {
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const hop = `smart_host = { host = "127.0.0.1", port = ${port}, tls = "none" }`;
    const file = await company(folder.path, `[relay]\n${hop}`);
    await using server = await startServe(['--processes', '2', '--config', file]);
    await sendMail(server.ready.ports.submissions, 'alice@x.test', password, {
      to: 'somebody@elsewhere.test',
      subject: 'away',
    });
    await eventually(() => connections === 1, 'somebody sends');
    // Whichever of them has it in hand: the other's restart changes nothing.
    const [first = 0, second = 0] = workersOf(server);
    const hands = [first, second].find(pid => connectedTo(pid, port)) ?? 0;
    process.kill(hands, 'SIGKILL');
    await eventually(() => connections === 2, 'another process sends, before the lease of two minutes ends');
    await eventually(
      () => server.log.find(line => line['event'] === 'group.work_taken_over'),
      'it is said in the log',
    );
    // The attempt under way ends with it: the server stops without waiting.
    for (const socket of sockets) socket.destroy();
    silent.close();
    assert.equal(await server.stop(), 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});

test('SIGTERM lets an open session end and is over within ten seconds', async () => {
  using folder = temporaryFolder();
  const file = await company(folder.path);
  await using server = await startServe(['--processes', '2', '--config', file]);
  const client = await openImap(server.ready.ports.imaps, 'bob@x.test', password);
  const closed = new Promise(resolve => client.once('close', resolve));
  client.on('error', () => undefined);
  const begin = performance.now();
  assert.equal(await server.stop('SIGTERM'), 0);
  assert.ok(performance.now() - begin < 10_000);
  await closed;
});

test('a port that is taken stops the whole group with a clear message', async () => {
  using folder = temporaryFolder();
  const file = await company(folder.path);
  await using server = await startServe(['--processes', '1', '--config', file]);
  using other = temporaryFolder();
  const { writeFileSync } = await import('node:fs');
  const config = join(other.path, 'h.toml');
  const port = server.ready.ports.smtp;
  writeFileSync(
    config,
    `data = "data"\n[listen]\nhosts = ["127.0.0.1"]\nsmtp = ${port}\nsubmission = 0\nsubmissions = 0\nimap = 0\nimaps = 0\npop3 = 0\npop3s = 0\nsieve = 0\nweb = 0\n`,
  );
  const refused = await hongyan(['serve', '--config', config, '--processes', '2']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken`));
});

test('a worker that dies while it prepares the house ends the start, with a reason and nothing left running', {
  skip: process.platform === 'linux' ? false : 'workers are found through /proc',
}, async () => {
  using folder = temporaryFolder();
  const file = writeConfig(folder.path);
  const args = ['serve', '--config', file, '--processes', '2', '--demo'];
  const server = hongyanUnread(args);
  // Mail of the sample company is filed for seconds: by the first worker, while the other waits.
  const workers = await eventually(() => {
    const found = workersOf(server);
    return existsSync(join(folder.path, 'data', 'keys', 'master.key')) && found.length === 2 ? found : null;
  }, 'two workers, one of which has opened the house');
  process.kill(Math.min(...workers), 'SIGKILL');
  assert.equal(await server.code, 1);
  assert.match(server.complaints(), /SIGKILL/);
  for (const pid of workers) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  // What was begun is completed by the next start.
  await using again = await startServe(['--config', file, '--processes', '2', '--demo']);
  assert.equal(again.ready.processes, 2);
  assert.equal(await again.stop(), 0);
});

test('a process that only supervises loads nothing of the house', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(process.argv[1]);
    process.stdout.write(JSON.stringify(loaded));
  `;
  const serve = fileURLToPath(new URL('../../src/app/serve/serve.ts', import.meta.url));
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, serve], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  const loaded = JSON.parse(text) as string[];
  assert.ok(loaded.some(url => url.endsWith('/group/primary.ts')));
  const heavy = /\/(?:protocols|directory|mailbox|store|domains)\/|\/node_modules\/(?:fastify|typebox|pg)\//;
  assert.deepEqual(
    loaded.filter(url => heavy.test(url.replace('/app/config/', '/'))),
    [],
  );
});
