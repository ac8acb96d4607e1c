// Builds the web apps when their sources differ from what was built.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, gzipSync } from 'node:zlib';
import { buildHelp } from './help-pages.ts';
import { sourceHash } from './source-hash.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'packages/web/dist');
const stamp = join(target, '.built-from');

/** Most bytes, gzipped, of what the first page loads before lazy parts: scripts and styles. */
export const firstLoadBudget = 340_000;

const sources = [
  'packages/web/{src,public}/**/*',
  'packages/web/*.{html,ts,json}',
  'packages/phrases/src/**/*',
  'docs/admin/console/**/*',
  'scripts/{build-web,help-pages}.ts',
  'package-lock.json',
];

/** A smaller file is one packet either way, bytes. */
const worthCompressing = 1_000;

/** Lays `.br` and `.gz` beside every text file: the server sends what the browser takes, and compresses nothing itself. */
async function compress(): Promise<void> {
  const files = globSync('**/*.{js,css,html,svg,json,webmanifest}', { cwd: target });
  await Promise.all(
    files.map(async file => {
      const path = join(target, file);
      const bytes = readFileSync(path);
      if (bytes.length < worthCompressing) return;
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
      writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }));
    }),
  );
}

/** Builds when something has changed. Returns whether it did. */
export async function buildWeb(): Promise<boolean> {
  const wanted = sourceHash(root, sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false;
  process.stderr.write('hongyan: building the web apps …\n');
  const { build } = await import('vite');
  await build({ configFile: join(root, 'packages/web/vite.config.ts'), logLevel: 'warn' });
  buildHelp(target);
  await compress();
  writeFileSync(stamp, wanted);
  return true;
}

/** Most bytes, gzipped, of what opening one page of the console loads beyond the console itself: scripts and styles. */
export const routeBudget = 120_000;

interface BuiltFile {
  readonly file: string;
  readonly src?: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Gzipped bytes that each page of the console adds to what `admin.html` has loaded, largest first. */
export function routeBytes(): (readonly [source: string, bytes: number])[] {
  const built = JSON.parse(readFileSync(join(target, 'app-files.json'), 'utf8')) as Readonly<
    Record<string, BuiltFile>
  >;
  const filesOf = (key: string, into: Set<string>, seen: Set<string>): Set<string> => {
    const one = built[key];
    if (!one || seen.has(key)) return into;
    seen.add(key);
    for (const file of [one.file, ...(one.css ?? [])]) into.add(file);
    for (const other of one.imports ?? []) filesOf(other, into, seen);
    return into;
  };
  const there = filesOf('admin.html', new Set(), new Set());
  return Object.keys(built)
    .filter(key => key.startsWith('src/console/pages/'))
    .map(key => {
      const more = [...filesOf(key, new Set(), new Set())].filter(file => !there.has(file));
      return [
        key,
        more.reduce((sum, file) => sum + gzipSync(readFileSync(join(target, file))).length, 0),
      ] as const;
    })
    .toSorted(([, a], [, b]) => b - a);
}

/** Gzipped bytes of the scripts and styles that index.html names. */
export function firstLoadBytes(): number {
  const html = readFileSync(join(target, 'index.html'), 'utf8');
  let total = 0;
  for (const match of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)) {
    total += gzipSync(readFileSync(join(target, match[1] ?? ''))).length;
  }
  return total;
}
