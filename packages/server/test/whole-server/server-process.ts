import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeSettings } from '@hongyan/testkit/stores/databases.ts';
import { builtMain } from '../app-fixture/built-program.ts';

export const password = 'wild goose 42';

/** How a run of the command line ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function collect(child: ChildProcess): Promise<CommandResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** A data directory and the program that works on it, as an operator runs it: own processes, own ports. */
export class ServerFolder {
  readonly #env: NodeJS.ProcessEnv;
  readonly #config: string;

  /** `settings` is TOML that goes before the sections on ports and logs, which are ours. */
  constructor(folder: string, settings: string = '') {
    this.#config = join(folder, 'hongyan.toml');
    writeFileSync(
      this.#config,
      `data = ${JSON.stringify(join(folder, 'data'))}\n${settings}\n${storeSettings(folder)}[listen]\nhosts = ["127.0.0.1"]\nsmtp = 0\nsubmission = 0\nsubmissions = 0\nimap = 0\nimaps = 0\npop3 = 0\npop3s = 0\nsieve = 0\nweb = 0\n`,
    );
    this.#env = { ...process.env, HONGYAN_SETUP_PASSWORD: password, HONGYAN_PORT_OFFSET: '' };
  }

  /** Runs a command of the command line to its end. */
  run(args: readonly string[], input: string = ''): Promise<CommandResult> {
    const child = spawn(process.execPath, [builtMain, '--config', this.#config, ...args], {
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return collect(child);
  }

  /** Makes the company hongyan.test with admin@, alice@ and bob@, all with `password`. */
  async makeCompany(): Promise<void> {
    const commands = [
      ['setup', '--domain', 'hongyan.test', '--password-stdin'],
      ['user', 'add', 'alice@hongyan.test', '--password-stdin'],
      ['user', 'add', 'bob@hongyan.test', '--password-stdin'],
    ];
    for (const args of commands) {
      const { code, stdout, stderr } = await this.run(args, `${password}\n`);
      if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
    }
  }

  /** Starts the server and waits until it is ready. */
  async start(args: readonly string[] = []): Promise<ServerProcess> {
    // A process group of its own, so that all of it can be killed at once.
    const child = spawn(process.execPath, [builtMain, '--config', this.#config, '--json', 'serve', ...args], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, number>>>();
    let text = '';
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-8000);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const line of text.split('\n').slice(0, -1)) {
        if (!line.startsWith('{')) continue;
        const message = JSON.parse(line) as { event?: string; ports?: Record<string, number> };
        if (message.event === 'ready' && message.ports) resolve(message.ports);
      }
    });
    const gone = once(child, 'exit');
    void gone.then(() => reject(new Error(`the server ended before it was ready:\n${text}\n${complaints}`)));
    const ports = await promise;
    return new ServerProcess(child, ports, gone, () => complaints);
  }
}

/** A server that runs. Disposing it kills it. */
export class ServerProcess implements AsyncDisposable {
  readonly ports: Readonly<Record<string, number>>;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  /** What it wrote to standard error lately. */
  readonly complaints: () => string;

  constructor(
    child: ChildProcess,
    ports: Readonly<Record<string, number>>,
    gone: Promise<unknown>,
    complaints: () => string,
  ) {
    this.#child = child;
    this.ports = ports;
    this.#gone = gone;
    this.complaints = complaints;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Port of a service; fails when it is not open. */
  port(service: string): number {
    const port = this.ports[service];
    if (port === undefined) throw new Error(`no service ${service}`);
    return port;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // Gone already.
    }
  }

  /** `kill -9` to every process of the group at once, as a power cut looks to it. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#gone;
  }

  /** Asks it to stop and waits; returns the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#gone;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
  }
}
