// Joins the program with its libraries into few files: 2,460 are slow to find, to load and to keep in memory.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin } from 'rolldown';
import { sourceHash } from './source-hash.ts';

const root = join(import.meta.dirname, '..');
const server = join(root, 'packages/server');
const target = join(server, 'dist');
/** Where the files lie that processes and threads of the program begin with. */
const entries: Readonly<Record<string, string>> = {
  main: 'app/main.ts',
  'worker-main': 'app/group/worker-main.ts',
  'thread-main': 'search/thread/thread-main.ts',
};
const sources = [
  'packages/{server,formats,phrases}/src/**/*.ts',
  'packages/{server,formats,phrases}/package.json',
  'scripts/build-server.ts',
  'package-lock.json',
];
/** Built programs that are kept: those before the newest may be running, and load parts of themselves at first use. */
const kept = 3;

/** Leads files that start others, by addresses of source files, to what became of them. */
const entryAddresses: Plugin = {
  name: 'entry-addresses',
  transform(code) {
    if (!code.includes('new URL(')) return null;
    return code.replace(/new URL\('(\.[^']*)\.ts', import\.meta\.url\)/g, (_, path: string) => {
      const name = basename(path);
      if (!(name in entries)) throw new Error(`${path}.ts is started but not built: scripts/build-server.ts`);
      return `new URL('./${name}.js', import.meta.url)`;
    });
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A text with one Chinese letter in it takes two bytes for each of all its letters, and processes keep what they run. */
const plainAscii: Plugin = {
  name: 'plain-ascii',
  // Last of all: what comes after writes the letters out again.
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[\u0080-\uffff]/g, escaped);
    }
  },
};

/** Lays the newest program under a name that stays, for units and containers. */
function pointTo(folder: string): void {
  const link = join(target, 'current');
  if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) === folder) return;
  const fresh = `${link}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(folder, fresh);
  renameSync(fresh, link);
}

/** Removes what was built long ago, and what a build that was cut off left; never `newest`. */
function removeOld(newest: string): void {
  const built = readdirSync(target, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== newest)
    .map(({ name }) => ({ name, at: statSync(join(target, name)).mtimeMs }))
    .toSorted((a, b) => b.at - a.at);
  for (const { name } of built.slice(kept - 1)) rmSync(join(target, name), { recursive: true, force: true });
}

/** Builds when something has changed. Returns the file that the program begins with. */
export async function buildServer(): Promise<string> {
  // As deep as the folders of `src`, so that paths from there to other packages hold for both.
  const name = sourceHash(root, sources).slice(0, 16);
  const folder = join(target, name);
  const main = join(folder, 'main.js');
  if (!existsSync(main)) {
    await build(folder);
    removeOld(name);
  }
  pointTo(name);
  return main;
}

async function build(folder: string): Promise<void> {
  process.stderr.write('hongyan: building the program …\n');
  const { rolldown } = await import('rolldown');
  const unfinished = join(target, `.${basename(folder)}.${process.pid}`);
  await using bundle = await rolldown({
    input: Object.fromEntries(
      Object.entries(entries).map(([entry, file]) => [entry, join(server, 'src', file)]),
    ),
    platform: 'node',
    // Libraries try to load these and do without.
    external: ['pg-native', 'bufferutil', 'utf-8-validate'],
    plugins: [entryAddresses, plainAscii],
    logLevel: 'warn',
  });
  mkdirSync(target, { recursive: true });
  await bundle.write({
    dir: unfinished,
    format: 'esm',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another command has built the same meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

/**
 * The file that the program begins with: built from these sources, or the sources themselves where nothing can be built,
 * such as without the libraries of development.
 */
export async function builtProgram(): Promise<string> {
  try {
    return await buildServer();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `hongyan: the program is started from its sources, since it could not be built: ${why}\n`,
    );
    return join(server, 'src', entries['main'] ?? '');
  }
}
