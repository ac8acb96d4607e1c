import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const debianFolder = '/usr/lib/postgresql';

/** Folder of PostgreSQL's programs, newest version first; null where it is not installed. */
export function findPostgres(): string | null {
  if (!existsSync(debianFolder)) return null;
  const versions = readdirSync(debianFolder).toSorted((a, b) => Number(b) - Number(a));
  return (
    versions
      .map(version => join(debianFolder, version, 'bin'))
      .find(bin => existsSync(join(bin, 'initdb'))) ?? null
  );
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
}

const startTimeoutMs = 30_000;

async function startProgram(
  bin: string,
  folder: string,
  user: { uid?: number; gid?: number },
  durable: boolean,
): Promise<ChildProcess> {
  const quick = ['fsync=off', 'full_page_writes=off', 'autovacuum=off', 'shared_buffers=32MB'];
  const settings = [
    'listen_addresses=',
    'max_connections=300',
    'max_wal_size=2GB',
    'jit=off',
    ...(durable ? ['shared_buffers=128MB'] : quick),
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

/** A role and its database, as docs/operator/postgresql.md says. */
async function makeDatabase(bin: string, folder: string): Promise<void> {
  const options = ['-h', folder, '-U', 'postgres', '-d', 'postgres', '-q', '-v', 'ON_ERROR_STOP=1'];
  const commands = ['CREATE ROLE hongyan LOGIN', 'CREATE DATABASE hongyan OWNER hongyan'];
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
  const killed = (): void => void child.kill('SIGQUIT');
  process.on('exit', killed);
  const start = async (): Promise<void> => {
    child = await startProgram(bin, folder, user, durable);
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
    async [Symbol.asyncDispose](): Promise<void> {
      process.off('exit', killed);
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
