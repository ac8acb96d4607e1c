import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const debianFolder = '/usr/lib/postgresql';

/** Folders of PostgreSQL's programs, one for each version that is installed, the newest first. */
export function findAllPostgres(): string[] {
  if (!existsSync(debianFolder)) return [];
  return readdirSync(debianFolder)
    .toSorted((a, b) => Number(b) - Number(a))
    .map(version => join(debianFolder, version, 'bin'))
    .filter(bin => existsSync(join(bin, 'initdb')));
}

/** Folder of PostgreSQL's programs, of the newest version; null where it is not installed. */
export function findPostgres(): string | null {
  return findAllPostgres()[0] ?? null;
}

/** PostgreSQL refuses to run as root: numbers of its own user, or nothing when this is not root. */
async function otherUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async option => Number((await run('id', [option, 'postgres'])).stdout)),
  );
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

/** A server of its own in a temporary folder, reached over a Unix socket; gone after `Symbol.asyncDispose`. */
export interface PostgresServer extends AsyncDisposable {
  /** `postgres:` URL of the database `hongyan`, for the role that owns it: no superuser, as operators are told. */
  readonly url: string;
  readonly folder: string;
  /** Its first process. */
  readonly pid: number;
  /** Stops at once, as a crash does, and starts again. */
  crash(): Promise<void>;
  /** Stops at once; `start` starts it again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Keeps the log of changes from now on, as an operator does who wants to go back to a point in time; starts anew. */
  startArchiving(): Promise<PointInTime>;
}

/** A base backup and an archive of the log of changes. */
export interface PointInTime {
  /** Takes the base backup. */
  takeBase(): Promise<void>;
  /** Names this moment. */
  name(point: string): Promise<void>;
  /** A new server as it was at that moment; the old one must not be needed. */
  recover(point: string): Promise<PostgresServer>;
}

const startTimeoutMs = 30_000;

async function startProgram(
  bin: string,
  folder: string,
  user: { uid?: number; gid?: number },
  durable: boolean,
  more: readonly string[] = [],
): Promise<ChildProcess> {
  // The log is written by commits, and by nobody else in between: what a crash takes is the same in every run.
  const quick = [
    'fsync=off',
    'full_page_writes=off',
    'autovacuum=off',
    'shared_buffers=32MB',
    'wal_writer_delay=10s',
  ];
  const settings = [
    'listen_addresses=',
    'max_connections=300',
    'max_wal_size=2GB',
    'jit=off',
    ...(durable ? ['shared_buffers=128MB'] : quick),
    ...more,
  ].flatMap(setting => ['-c', setting]);
  const child = spawn(join(bin, 'postgres'), ['-D', join(folder, 'data'), '-k', folder, ...settings], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`postgres ended: ${said}`);
    const ready = await run(join(bin, 'pg_isready'), ['-h', folder, '-d', 'postgres', '-U', 'postgres']).then(
      () => true,
      () => false,
    );
    if (ready) return child;
    await sleep(50);
  }
  child.kill('SIGQUIT');
  throw new Error(`postgres did not start: ${said}`);
}

/** A role and its database, as docs/operator/postgresql.md says; it may make more of them, one for each file of tests. */
async function makeDatabase(bin: string, folder: string): Promise<void> {
  const options = ['-h', folder, '-U', 'postgres', '-d', 'postgres', '-q', '-v', 'ON_ERROR_STOP=1'];
  const commands = ['CREATE ROLE hongyan LOGIN CREATEDB', 'CREATE DATABASE hongyan OWNER hongyan'];
  await run(join(bin, 'psql'), [...options, ...commands.flatMap(text => ['-c', text])]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGQUIT');
  await ended;
}

/**
 * Makes a cluster and starts it. Its default collation sorts Chinese by a dictionary, so that an order by bytes that a
 * query forgot to ask for is noticed. Unless it has to be `durable`, as for measuring, nothing waits for the disk.
 */
export async function startPostgres(bin: string, durable: boolean = false): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-pg-'));
  const user = await otherUser();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const options = ['-D', join(folder, 'data'), '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync'];
  const initdb = (more: string[]): Promise<unknown> =>
    run(join(bin, 'initdb'), [...options, ...more], { ...user, cwd: folder });
  let child: ChildProcess;
  try {
    await initdb(['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=zh-CN']).catch(() =>
      initdb(['--locale=C.UTF-8']),
    );
    child = await startProgram(bin, folder, user, durable);
    await makeDatabase(bin, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return serverIn({ bin, folder, user, durable }, child);
}

interface Installed {
  readonly bin: string;
  readonly folder: string;
  readonly user: { uid?: number; gid?: number };
  readonly durable: boolean;
}

function serverIn(installed: Installed, first: ChildProcess): PostgresServer {
  const { bin, folder, user, durable } = installed;
  let child = first;
  let settings: readonly string[] = [];
  const killed = (): void => void child.kill('SIGQUIT');
  process.on('exit', killed);
  const start = async (): Promise<void> => {
    child = await startProgram(bin, folder, user, durable, settings);
  };
  return {
    url: `postgres:///hongyan?host=${encodeURIComponent(folder)}&user=hongyan`,
    folder,
    get pid() {
      return child.pid ?? 0;
    },
    stop: () => end(child),
    start,
    crash: async () => {
      await end(child);
      await start();
    },
    startArchiving: async () => {
      mkdirSync(join(folder, 'archive'));
      if (user.uid !== undefined && user.gid !== undefined)
        chownSync(join(folder, 'archive'), user.uid, user.gid);
      settings = ['archive_mode=on', `archive_command=cp %p ${join(folder, 'archive')}/%f`];
      await end(child);
      await start();
      return pointInTime(installed);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      process.off('exit', killed);
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pointInTime({ bin, folder, user, durable }: Installed): PointInTime {
  const archive = join(folder, 'archive');
  const base = mkdtempSync(join(tmpdir(), 'hongyan-pg-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(base, user.uid, user.gid);
  const as = { ...user, cwd: folder };
  const sql = (text: string): Promise<unknown> =>
    run(join(bin, 'psql'), ['-h', folder, '-U', 'postgres', '-d', 'postgres', '-qc', text]);
  return {
    async takeBase() {
      const options = ['-h', folder, '-U', 'postgres', '-D', join(base, 'data'), '-X', 'none', '--no-sync'];
      await run(join(bin, 'pg_basebackup'), [...options, '-c', 'fast', '--no-manifest'], as);
    },
    async name(point) {
      await sql(`SELECT pg_create_restore_point('${point}')`);
      await sql('SELECT pg_switch_wal()');
    },
    async recover(point) {
      writeFileSync(join(base, 'data', 'recovery.signal'), '');
      const settings = [
        `restore_command=cp ${archive}/%f %p`,
        `recovery_target_name=${point}`,
        'recovery_target_action=promote',
      ];
      const child = await startProgram(bin, base, user, durable, settings);
      for (const wait = performance.now() + startTimeoutMs; ; await sleep(50)) {
        const asked = ['-h', base, '-U', 'postgres', '-d', 'postgres', '-Atqc', 'SELECT pg_is_in_recovery()'];
        if ((await run(join(bin, 'psql'), asked)).stdout.trim() === 'f') break;
        if (performance.now() > wait) throw new Error('postgres did not end its recovery');
      }
      return serverIn({ bin, folder: base, user, durable }, child);
    },
  };
}
