import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tool.ts';

const maxFileLines = 400;
const maxFolderFiles = 20;

/** Files and folders beyond the house's sizes, each with the reason why it stays so. */
const exceptions: Readonly<Record<string, string>> = {};

/** Files over 400 lines and folders over 20 source files make us stop and ask which room is missing. */
export async function checkSizes(): Promise<string | null> {
  const problems: string[] = [];
  const folders = new Map<string, number>();
  const files = globSync('{packages/*/{src,test},scripts,bench}/**/*.{ts,tsx}', { cwd: root });
  for (const file of files) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
    if (lines > maxFileLines && !(file in exceptions))
      problems.push(`${file}: ${lines} lines (at most ${maxFileLines})`);
    if (/\.(test|fuzz)\.ts$/.test(file)) continue;
    const folder = file.slice(0, file.lastIndexOf('/'));
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  for (const [folder, count] of folders) {
    if (count > maxFolderFiles && !(folder in exceptions))
      problems.push(`${folder}: ${count} files (at most ${maxFolderFiles})`);
  }
  for (const name of Object.keys(exceptions)) {
    if (!files.includes(name) && !folders.has(name))
      problems.push(`${name}: listed as an exception but not there`);
  }
  return problems.length ? problems.join('\n') : null;
}
