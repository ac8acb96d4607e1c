// npm run bench [-- NAME [OPTIONS…]]: without a name, lists what there is. `--profile postgres`: our server keeps its rows in
// a PostgreSQL server of its own, which is started and counted with it; without a name, the benchmarks of whole servers.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const given = process.argv.slice(2);
const at = given.indexOf('--profile');
const profile = at === -1 ? 'files' : (given.splice(at, 2)[1] ?? '');
const [name, ...rest] = given;
/** Benchmarks that start our server as a whole, without their peers. */
const whole = [
  ['mail-flow', '--only', 'hongyan'],
  ['imap', '--only', 'hongyan'],
];
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map(file => basename(file, '.ts'))
  .filter(other => other !== 'main')
  .toSorted();

function runBench(args: readonly string[]): number {
  const [first = '', ...others] = args;
  const env = { ...process.env, HONGYAN_BENCH_PROFILE: profile };
  const file = join(import.meta.dirname, `${first}.ts`);
  return spawnSync(process.execPath, [file, ...others], { stdio: 'inherit', env }).status ?? 1;
}

if (!['files', 'postgres'].includes(profile)) {
  process.stdout.write('profiles: files, postgres\n');
  process.exitCode = 2;
} else if (!name && at !== -1) {
  for (const args of whole) process.exitCode ||= runBench(args);
} else if (!name || !names.includes(name)) {
  process.stdout.write(`usage: npm run bench -- NAME [OPTIONS]\nbenchmarks: ${names.join(', ')}\n`);
  process.exitCode = name ? 2 : 0;
} else {
  process.exitCode = runBench([name, ...rest]);
}
