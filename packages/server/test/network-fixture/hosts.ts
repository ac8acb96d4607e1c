import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, chownSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { builtMain } from '../app-fixture/built-program.ts';

const run = promisify(execFile);

/** Why hosts cannot be made here; false when they can. */
export function cannotMakeHosts(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'network namespaces need root on Linux';
  const name = `hongyan-try-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'network namespaces may not be made here';
  }
}

const ip = (...args: string[]): void =>
  void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Hosts on a network of their own, each a network namespace; the test is the address .1 on it. */
export class Network implements Disposable {
  readonly #id: string;
  readonly #subnet: string;
  readonly #hosts: string[] = [];

  constructor() {
    this.#id = `hy${randomInt(0x1000, 0xffff).toString(16)}`;
    this.#subnet = `10.${randomInt(180, 250)}.${randomInt(1, 250)}`;
    ip('link', 'add', this.#id, 'type', 'bridge');
    ip('addr', 'add', `${this.#subnet}.1/24`, 'dev', this.#id);
    ip('link', 'set', this.#id, 'up');
  }

  get range(): string {
    return `${this.#subnet}.0/24`;
  }

  /** Adds a host; returns its address. */
  add(name: string): string {
    const address = `${this.#subnet}.${this.#hosts.length + 2}`;
    const space = this.space(name);
    const [outside, inside] = [`${this.#id}${name}o`, `${this.#id}${name}i`];
    ip('netns', 'add', space);
    this.#hosts.push(name);
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', space);
    ip('link', 'set', outside, 'master', this.#id, 'up');
    ip('-n', space, 'link', 'set', 'lo', 'up');
    ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', inside);
    ip('-n', space, 'link', 'set', inside, 'up');
    return address;
  }

  space(name: string): string {
    return `${this.#id}-${name}`;
  }

  /** From now on nothing of the host reaches that address; the others do. */
  cut(name: string, address: string): void {
    ip('-n', this.space(name), 'route', 'add', 'blackhole', `${address}/32`);
  }

  mend(name: string, address: string): void {
    ip('-n', this.space(name), 'route', 'del', 'blackhole', `${address}/32`);
  }

  [Symbol.dispose](): void {
    for (const name of this.#hosts) ip('netns', 'del', this.space(name));
    ip('link', 'del', this.#id);
  }
}

/** A PostgreSQL server on a host, with its data on a small disk of its own. */
export class DatabaseHost implements AsyncDisposable {
  readonly #bin: string;
  readonly #network: Network;
  readonly #folder: string;
  readonly #address: string;
  readonly #user: string;
  #child: ChildProcess | null = null;

  private constructor(bin: string, network: Network, folder: string, address: string, user: string) {
    this.#bin = bin;
    this.#network = network;
    this.#folder = folder;
    this.#address = address;
    this.#user = user;
  }

  static async make(bin: string, network: Network, folder: string, diskMiB: number): Promise<DatabaseHost> {
    const address = network.add('db');
    const user = execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).trim();
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'hongyan-test', folder]);
    const host = new DatabaseHost(bin, network, folder, address, user);
    try {
      chownSync(folder, Number(user), Number(user));
      await host.#as('initdb', [
        '-D',
        host.#data,
        '-A',
        'trust',
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ]);
      appendFileSync(join(host.#data, 'pg_hba.conf'), `host all all ${network.range} trust\n`);
      await host.start();
      for (const sql of ['CREATE ROLE hongyan LOGIN', 'CREATE DATABASE hongyan OWNER hongyan'])
        await host.#as('psql', ['-h', folder, '-U', 'postgres', '-d', 'postgres', '-qc', sql]);
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
    return host;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  get address(): string {
    return this.#address;
  }

  get url(): string {
    return `postgres://hongyan@${this.#address}/hongyan?sslmode=disable`;
  }

  #as(program: string, args: readonly string[]): Promise<unknown> {
    const who = ['--reuid', this.#user, '--regid', this.#user, '--clear-groups'];
    return run('setpriv', [...who, join(this.#bin, program), ...args], { cwd: this.#folder });
  }

  /** Whether it runs; it ends by itself when it cannot write its log of changes. */
  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it and waits until it answers; tries again while it ends by itself. */
  async start(): Promise<void> {
    const settings = [
      `listen_addresses=${this.#address}`,
      'max_connections=100',
      'shared_buffers=32MB',
      'max_wal_size=64MB',
      'fsync=off',
      'jit=off',
    ].flatMap(setting => ['-c', setting]);
    const deadline = performance.now() + 30_000;
    const who = ['--reuid', this.#user, '--regid', this.#user, '--clear-groups'];
    const program = ['setpriv', ...who, join(this.#bin, 'postgres'), '-D', this.#data, '-k', this.#folder];
    while (performance.now() < deadline) {
      if (!this.running)
        this.#child = spawn('ip', ['netns', 'exec', this.#network.space('db'), ...program, ...settings], {
          cwd: this.#folder,
          stdio: 'ignore',
        });
      const ready = await this.#as('pg_isready', [
        '-h',
        this.#folder,
        '-U',
        'postgres',
        '-d',
        'postgres',
      ]).then(
        () => true,
        () => false,
      );
      if (ready) return;
      await sleep(100);
    }
    throw new Error('postgres did not start');
  }

  /** Ends it at once, as a crash does. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    const ended = once(child, 'exit');
    child.kill('SIGQUIT');
    await ended;
  }

  /** Takes all room that is left on its disk. */
  fill(): void {
    const file = openSync(join(this.#folder, 'filler'), 'w');
    const chunk = Buffer.alloc(1024 * 1024);
    try {
      for (;;) writeSync(file, chunk);
    } catch {
      // No space is left.
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(join(this.#folder, 'filler'), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    execFileSync('umount', ['--lazy', this.#folder]);
  }
}

/** A mail server on a host. */
export class MailHost implements AsyncDisposable {
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly #child: ChildProcess;

  private constructor(address: string, ports: Readonly<Record<string, number>>, child: ChildProcess) {
    this.address = address;
    this.ports = ports;
    this.#child = child;
  }

  static async start(network: Network, name: string, address: string, config: string): Promise<MailHost> {
    const program = [process.execPath, builtMain, 'serve', '--json', '--config', config, '--processes', '1'];
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const child = spawn('ip', ['netns', 'exec', network.space(name), ...program], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => String(text)),
      once(child, 'exit').then(() => {
        throw new Error(`${name} ended: ${said}`);
      }),
    ]);
    const ready = JSON.parse(line) as { event: string; ports: Record<string, number> };
    if (ready.event !== 'ready') throw new Error(`${name} did not start: ${line}`);
    return new MailHost(address, ready.ports, child);
  }

  port(service: string): number {
    const port = this.ports[service];
    if (port === undefined) throw new Error(`no ${service}`);
    return port;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** Runs a command of the program on a host, with `input` on its standard input; returns what it printed. */
export async function commandOn(
  network: Network,
  name: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const program = ['netns', 'exec', network.space(name), process.execPath, builtMain, ...args];
  const running = run('ip', program, { env });
  running.child.stdin?.end(input);
  return (await running).stdout;
}
