import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { storeSettings } from '@hongyan/testkit/stores/databases.ts';
import { builtMain } from './built-program.ts';

/** The environment of the tests without what would lead a server to other data or ports. */
function cleanEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !name.startsWith('HONGYAN_') && name !== 'NODE_TEST_CONTEXT',
  );
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    LANG: 'en_US.UTF-8',
    LC_ALL: '',
    ...extra,
  };
}

/** A temporary folder that goes away. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'hongyan-app-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A configuration file in `folder` with ports that the system chooses; rows are in the engine of the run unless `more` says where. */
export function writeConfig(folder: string, more = ''): string {
  const file = join(folder, 'hongyan.toml');
  writeFileSync(
    file,
    `data = "data"
${more.startsWith('[') ? '' : more}
[listen]
hosts = ["127.0.0.1"]
smtp = 0
submission = 0
submissions = 0
imap = 0
imaps = 0
pop3 = 0
pop3s = 0
sieve = 0
web = 0
[access]
hash_memory = "1 MB"
hash_passes = 1
${more.startsWith('[') ? more : ''}
${more.includes('[store]') ? '' : storeSettings(folder)}`,
  );
  return file;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- tests say what they expect, at the call
  json<T>(): T;
}

/** Runs one command of the program to its end. */
export async function hongyan(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly cwd?: string;
  } = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [builtMain, ...args], {
    env: cleanEnvironment(options.env ?? {}),
    stdio: 'pipe',
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in the interface
  return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}

/** A run of the program whose output nobody reads any more. */
export interface Unread {
  readonly child: ChildProcess;
  /** What the program first writes to file descriptor 3. */
  readonly ready: Promise<unknown>;
  readonly code: Promise<number | null>;
  /** Standard error so far. */
  complaints(): string;
}

/** Starts the program and goes away from its standard output. */
export function hongyanUnread(args: readonly string[]): Unread {
  const child = spawn(process.execPath, [builtMain, ...args], {
    env: cleanEnvironment({}),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stdout?.destroy();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const ready = child.stdio[3];
  return {
    child,
    ready: ready ? once(ready, 'data') : Promise.reject(new Error('no file descriptor')),
    code: once(child, 'exit').then(([code]) => code as number | null),
    complaints: () => complaints,
  };
}

export interface ReadyLine {
  readonly event: 'ready';
  readonly pid: number;
  readonly processes: number;
  readonly hostname: string;
  readonly ports: Readonly<
    Record<
      'smtp' | 'submission' | 'submissions' | 'imap' | 'imaps' | 'pop3' | 'pop3s' | 'sieve' | 'web',
      number
    >
  >;
  readonly first: {
    readonly domain: string;
    readonly accounts: readonly { readonly address: string; readonly password: string }[];
  } | null;
}

export interface ServerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly ready: ReadyLine;
  /** Log lines so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Sends a signal and resolves with the exit code (null when the signal ended it). */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `hongyan serve --json` and waits until it is ready. Rejects with what it printed when it ends before. */
export async function startServe(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  main: string = builtMain,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [main, 'serve', '--json', ...args], {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: Record<string, unknown>[] = [];
  let stderr = '';
  createInterface({ input: child.stderr }).on('line', line => {
    stderr += `${line}\n`;
    if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>);
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    closed.then(([code]) => {
      throw new Error(`serve ended with ${code}: ${stderr}`);
    }),
  ]);
  const ready = JSON.parse(first[0]) as ReadyLine;
  // What cannot start says so in the same place.
  if (ready.event !== 'ready') throw new Error(`serve did not start: ${first[0]}`);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await closed)[0];
  };
  return {
    child,
    ready,
    log,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL');
    },
  };
}

/** An offset at which the default ports are probably free: below those that the system gives out. */
export function someOffset(): string {
  return String(9_000 + Math.floor(Math.random() * 13_000));
}

/** Waits until `check` gives something; fails after a generous time. */
export async function eventually<T>(check: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
