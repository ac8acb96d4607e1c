import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One hash over names and contents of the files below `root` that `patterns` match, tests left out. */
export function sourceHash(root: string, patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd: root }).toSorted()) {
    if (file.endsWith('.test.ts')) continue;
    try {
      hash.update(file).update(readFileSync(join(root, file)));
    } catch {
      // A folder.
    }
  }
  return hash.digest('hex');
}
