// Which tests run on the engine of the run: those that reach the fixture that chooses it, through whatever they import.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const fixture = 'packages/testkit/src/stores/databases.ts';

/** Files of tests and fixtures that a file imports; those of the product are not looked through. */
function importsOf(root: string, file: string): string[] {
  const found: string[] = [];
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/\bfrom '([^']+)'/g)) {
    const path = target.startsWith('@hongyan/testkit/')
      ? join(root, 'packages/testkit/src', target.slice('@hongyan/testkit/'.length))
      : target.startsWith('.')
        ? resolve(dirname(file), target)
        : null;
    if (path !== null && /\/(?:test|testkit)\//.test(path) && existsSync(path)) found.push(path);
  }
  return found;
}

/** They start a server of their own, or need one beside files: the engine of the run says nothing to them. */
const aboutPostgres =
  /\/(?:nodes-kill|nodes-together|postgres-[a-z-]+|move-to-postgres|rolling-upgrade|three-hosts|outgrowing)\.test\.ts$/;

/** Those of some files, relative to `root`, that open their databases on the engine of the run. */
export function testsOfEngine(root: string, files: readonly string[]): string[] {
  const wanted = join(root, fixture);
  const known = new Map<string, boolean>();
  const reaches = (file: string): boolean => {
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, file === wanted);
    const does = file === wanted || importsOf(root, file).some(reaches);
    known.set(file, does);
    return does;
  };
  return files.filter(file => !aboutPostgres.test(file) && reaches(join(root, file)));
}
