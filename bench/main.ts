// npm run bench [-- NAME [OPTIONS…]]: without a name, lists what there is.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const [name, ...rest] = process.argv.slice(2);
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map(file => basename(file, '.ts'))
  .filter(other => other !== 'main')
  .toSorted();
if (!name || !names.includes(name)) {
  process.stdout.write(`usage: npm run bench -- NAME [OPTIONS]\nbenchmarks: ${names.join(', ')}\n`);
  process.exitCode = name ? 2 : 0;
} else {
  process.exitCode =
    spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...rest], { stdio: 'inherit' })
      .status ?? 1;
}
