import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keptOut, testsOfEngine } from './engine-tests.ts';

const root = join(import.meta.dirname, '..');
const tests = 'packages/server/test';

test('every conversation and hazard runs on PostgreSQL, too, or says why not', () => {
  const files = globSync(`${tests}/{conversations,hazards}/*.test.ts`, { cwd: root });
  const { run, unexplained } = testsOfEngine(root, files);
  assert.deepEqual(unexplained, []);
  assert.ok(run.length > 90, `only ${run.length}`);
  for (const name of keptOut.keys()) assert.ok(existsSync(join(root, tests, `${name}.test.ts`)), name);
});

test('a file that does not reach the fixture of the engine is told', () => {
  const file = 'scripts/engine-tests.test.ts';
  assert.deepEqual(testsOfEngine(root, [file]), { run: [], unexplained: [file] });
});
