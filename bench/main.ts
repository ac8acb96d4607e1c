// npm run bench [-- NAME [OPTIONS…]]: without a name, lists what there is. `--profile postgres`: our server keeps its rows in
// a PostgreSQL server of its own, which is started and counted with it; without a name, the benchmarks of whole servers.
// Those that work on the store or the house in their own process use such a database as well.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findPostgres, startPostgres } from '../packages/testkit/src/stores/postgres-server.ts';

const given = process.argv.slice(2);
const at = given.indexOf('--profile');
const profile = at === -1 ? 'files' : (given.splice(at, 2)[1] ?? '');
const [name, ...rest] = given;
/** What both profiles are compared by: whole servers without their peers, then the house and the store alone. */
const whole = [
  ['mail-flow', '--only', 'hongyan'],
  ['imap', '--only', 'hongyan'],
  ['jmap', '10000', '100', '20', '2000'],
  ['store-accept', '1500'],
];
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map(file => basename(file, '.ts'))
  .filter(other => other !== 'main')
  .toSorted();

/** Benchmarks without a server process of ours: they are told of a database, which is durable as a real one. */
const inProcess: readonly string[] = ['growth', 'jmap', 'store-accept'];

async function runBench(args: readonly string[]): Promise<number> {
  const [first = '', ...others] = args;
  const env: NodeJS.ProcessEnv = { ...process.env, HONGYAN_BENCH_PROFILE: profile };
  await using opened = new AsyncDisposableStack();
  if (profile === 'postgres' && inProcess.includes(first)) {
    const programs = findPostgres();
    if (!programs) throw new Error('PostgreSQL is not installed');
    const database = opened.use(await startPostgres(programs, true));
    env['HONGYAN_TEST_POSTGRES'] = database.url;
    env['HONGYAN_BENCH_DATABASE_PID'] = `${database.pid}`;
  }
  const file = join(import.meta.dirname, `${first}.ts`);
  const child = spawn(process.execPath, [file, ...others], { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

if (!['files', 'postgres'].includes(profile)) {
  process.stdout.write('profiles: files, postgres\n');
  process.exitCode = 2;
} else if (!name && at !== -1) {
  for (const args of whole) process.exitCode ||= await runBench(args);
} else if (!name || !names.includes(name)) {
  process.stdout.write(`usage: npm run bench -- NAME [OPTIONS]\nbenchmarks: ${names.join(', ')}\n`);
  process.exitCode = name ? 2 : 0;
} else {
  process.exitCode = await runBench([name, ...rest]);
}
