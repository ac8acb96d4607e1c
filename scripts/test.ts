// npm test: the checks, the unit tests in one process, then the tests that start servers, one process a file.
// npm test -- [--unit | --server | --postgres | --check] [PATTERN…] runs a part. Where PostgreSQL is installed, what the
// store promises is tested on it as well: --postgres (npm run test:postgres) runs that half alone. Where CI is set,
// missing test programs are installed first (npm run test:tools).
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findAllPostgres, startPostgres } from '../packages/testkit/src/stores/postgres-server.ts';
import { buildServer } from './build-server.ts';
import { buildWeb } from './build-web.ts';
import { runChecks } from './checks/all.ts';
import { testsOfEngine } from './engine-tests.ts';
import type { Counts } from './reporter.ts';
import { installTestTools } from './test-tools.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    unit: { type: 'boolean' },
    server: { type: 'boolean' },
    postgres: { type: 'boolean' },
    check: { type: 'boolean' },
  },
});
const everything = !values.unit && !values.server && !values.postgres && !values.check;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs test files under node:test and reads back the counts; a runner that dies counts as one failure. */
async function runFiles(
  title: string,
  files: readonly string[],
  flags: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Counts> {
  const wanted = positionals.length
    ? files.filter(file => positionals.some(part => file.includes(part)))
    : files;
  if (wanted.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  say(`— ${title}: ${wanted.length} files`);
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-test-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [
          '--test',
          ...flags,
          `--test-reporter=${join(root, 'scripts/reporter.ts')}`,
          '--test-reporter-destination=stdout',
          ...wanted,
        ],
        {
          cwd: root,
          stdio: ['ignore', 'inherit', 'inherit'],
          env: { ...process.env, ...more, HONGYAN_TEST_COUNTS: countsFile },
        },
      );
      child.on('error', reject);
      child.on('exit', resolve);
    });
    const counts = readCounts(countsFile);
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    say(
      `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((performance.now() - started) / 1000)} s`,
    );
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts;
  } catch {
    say('FAILED: the test runner ended without a result');
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** What a version has to hold for the rest to run on it. */
const aboutEngine = [
  'sql-engine',
  'statements',
  'account-fence',
  'spool.test',
  'records.test',
  'system-directory',
];

/** The PostgreSQL half: all on the newest version that is installed, what is about the engine on the others, too. */
async function runOnPostgres(): Promise<Counts[]> {
  const versions = findAllPostgres();
  if (versions.length === 0) {
    say('— tests on PostgreSQL: skipped, it is not installed');
    return [{ passed: 0, failed: 0, skipped: 1 }];
  }
  // Word indexes are files in every profile.
  const contracts = find('packages/server/test/contracts/*.test.ts').filter(
    file => !file.includes('search-index'),
  );
  const all = find('packages/server/test/{conversations,hazards}/*.test.ts');
  const { run, unexplained } = testsOfEngine(root, all);
  say(`— tests on PostgreSQL: ${run.length} of ${all.length} conversations and hazards`);
  for (const file of unexplained) say(`not on PostgreSQL: ${file}`);
  const counts: Counts[] = [];
  for (const [i, programs] of versions.entries()) {
    await using server = await startPostgres(programs);
    const files = [...contracts, ...run].filter(
      file => i === 0 || aboutEngine.some(part => file.includes(part)),
    );
    counts.push(
      await runFiles(
        `tests on PostgreSQL (${programs})`,
        files,
        ['--test-concurrency=2', '--test-timeout=300000'],
        { HONGYAN_TEST_POSTGRES: server.url },
      ),
    );
  }
  return counts;
}

const find = (pattern: string): string[] => globSync(pattern, { cwd: root }).toSorted();
const parts: Counts[] = [];
if (everything && process.env['CI']) installTestTools(say);
if (everything || values.check) parts.push(await runChecks(say));
if (everything || values.unit) {
  const files = [...find('packages/*/src/**/*.test.ts'), ...find('scripts/**/*.test.ts')];
  parts.push(await runFiles('unit tests', files, ['--test-isolation=none']));
}
if (everything || values.server) {
  await buildWeb();
  await buildServer();
  const files = find('packages/*/test/**/*.test.ts');
  // Two at a time at most: these tests start servers and compete for the disk.
  const concurrency = Math.min(2, availableParallelism());
  parts.push(
    await runFiles('server tests', files, [`--test-concurrency=${concurrency}`, '--test-timeout=300000']),
  );
}
if (everything || values.postgres) parts.push(...(await runOnPostgres()));
const sum = (key: keyof Counts): number => parts.reduce((total, counts) => total + counts[key], 0);
const failed = sum('failed');
process.exitCode = failed > 0 ? 1 : 0;
say(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
