import { buildWeb, firstLoadBudget, firstLoadBytes, routeBudget, routeBytes } from '../build-web.ts';
import type { Counts } from '../reporter.ts';
import { checkImports } from './imports.ts';
import { checkRfcIndex } from './rfc-index.ts';
import { checkSizes } from './sizes.ts';
import { checkStyles } from './styles.ts';
import { tool } from './tool.ts';

/** Each check returns null when content, else what is wrong, for people. */
const checks: readonly (readonly [name: string, run: () => Promise<string | null>])[] = [
  ['types', () => tool('tsc', ['-p', '.'])],
  ['types of the web apps', () => tool('tsc', ['-p', 'packages/web'])],
  ['types of the web tests', () => tool('tsc', ['-p', 'packages/web/tsconfig.test.json'])],
  ['lint', () => tool('oxlint', ['--type-aware', '--deny-warnings', '.'])],
  ['format', () => tool('biome', ['check', '.'])],
  ['import directions', checkImports],
  ['sizes', checkSizes],
  ['styles of parts', checkStyles],
  ['unused code', () => tool('knip', ['--no-progress'])],
  ['RFC index', checkRfcIndex],
  ['web budget', checkWebBudget],
];

/** Bytes a first visitor waits for, and whoever opens a page of the console (docs/performance/). */
async function checkWebBudget(): Promise<string | null> {
  await buildWeb();
  const bytes = firstLoadBytes();
  if (bytes > firstLoadBudget)
    return `the first page loads ${bytes} bytes gzipped, at most ${firstLoadBudget}`;
  const routes = routeBytes();
  if (routes.length === 0) return 'the pages of the console are not parts of their own';
  const heavy = routes.filter(([, size]) => size > routeBudget);
  return heavy.length === 0
    ? null
    : heavy.map(([page, size]) => `${page} loads ${size} bytes gzipped, at most ${routeBudget}`).join('\n');
}

/** Runs every check, one after the other, and says what it found. */
export async function runChecks(say: (text: string) => void): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  say(`— checks: ${checks.length}`);
  for (const [name, run] of checks) {
    const problem = await run();
    if (problem === null) {
      counts.passed += 1;
    } else {
      counts.failed += 1;
      say(`FAILED: ${name}\n${problem}\n`);
    }
  }
  say(`  ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}
