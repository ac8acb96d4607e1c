import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
} from '../../packages/testkit/src/stores/postgres-server.ts';
import { buildServer } from '../../scripts/build-server.ts';
import type { ImapPeer } from '../lib/imap-peer.ts';
import type { Subject } from '../lib/subject.ts';

const main = await buildServer();
const password = 'bench-password-1';

/**
 * A port offset under which the sample company's ports are free; not the first, which others would find as well. All of
 * them stay below the ports that Linux gives to outgoing connections (32,768 on): one of those may be taken any moment.
 */
async function freeOffset(): Promise<number> {
  const places = 40;
  const first = Math.floor(Math.random() * places);
  for (let n = 0; n < places; n += 1) {
    const offset = 20_000 + ((first + n) % places) * 100;
    const free = await Promise.all([2525, 2143, 2993, 8080].map(port => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('no free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Runs the command line to its end and throws when it fails. */
function command(args: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
    const complaints: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.on('exit', code =>
      code === 0
        ? resolve()
        : reject(new Error(`hongyan ${args.join(' ')}: ${Buffer.concat(complaints).toString()}`)),
    );
    child.stdin.end(input);
  });
}

/** Resolves when the server has said `text`, rejects when it ends before. */
function said(server: ChildProcessByStdio<null, Readable, null>, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    server.stdout.on('data', (chunk: Buffer) => {
      heard = (heard + chunk.toString()).slice(-20_000);
      if (heard.includes(text)) resolve();
    });
    server.once('exit', () => reject(new Error(`the server ended: ${heard}`)));
  });
}

/** Limits of a server that a benchmark fills with connections from one address. */
const generous = '[limits]\nconnections = 20000\nconnections_per_address = 20000\n';

/** The first start makes the sample company, which a start with a configuration of its own does not. */
async function makeSample(env: NodeJS.ProcessEnv, ready: string): Promise<void> {
  const first = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise(resolve => first.once('exit', resolve));
  await said(first, ready);
  first.kill('SIGTERM');
  await gone;
}

/** A PostgreSQL server with its defaults about durability. */
function database(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (!programs) throw new Error('PostgreSQL is not installed');
  return startPostgres(programs, true);
}

/**
 * Our own server as `npm start` runs it, all processes, in a temporary data directory. `nodeOptions` go to the server
 * process, `--cpu-prof` for instance.
 */
export async function startHongyan(
  users: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Subject & ImapPeer & { readonly webPort: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
  const offset = await freeOffset();
  const env = {
    ...process.env,
    HONGYAN_DATA: folder,
    HONGYAN_PORT_OFFSET: String(offset),
    HONGYAN_SETUP_PASSWORD: password,
  };
  const ready = String(offset + 8080);
  const config = join(folder, 'bench.toml');
  await using opened = new AsyncDisposableStack();
  const postgres = process.env['HONGYAN_BENCH_PROFILE'] === 'postgres' ? await database() : null;
  if (postgres) opened.use(postgres);
  const store = postgres ? `[store]\nurl = ${JSON.stringify(postgres.url)}\n` : '';
  writeFileSync(config, `${store}${generous}[log]\nfile = ${JSON.stringify(join(folder, 'server.log'))}\n`);
  if (postgres) {
    const setup = ['setup', '--domain', 'hongyan.test', '--password-stdin', '--config', config];
    await command(setup, env, `${password}\n`);
  } else await makeSample(env, ready);
  const server = spawn(process.execPath, [...nodeOptions, main, 'serve', '--config', config], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise(resolve => server.once('exit', resolve));
  await said(server, ready);
  for (const user of users) {
    const add = ['user', 'add', `${user}@hongyan.test`, '--password-stdin', '--config', config];
    await command(add, env, `${password}\n`);
  }
  const closing = opened.move();
  return {
    name: postgres ? 'Hongyan on PostgreSQL' : 'Hongyan',
    smtpPort: offset + 2525,
    imapPort: offset + 2143,
    imapsPort: offset + 2993,
    webPort: offset + 8080,
    password,
    roots: [server.pid ?? 0, ...(postgres ? [postgres.pid] : [])],
    storage: folder,
    login: user => `${user}@hongyan.test`,
    async settle() {
      // Stopping folds the logs into their files, as a quiet minute does.
      server.kill('SIGTERM');
      await gone;
    },
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await gone;
      await closing.disposeAsync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
