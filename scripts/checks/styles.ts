import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from './tool.ts';

/** The apps: what is loaded before any of their parts, and which parts are theirs. */
const apps = [
  { entries: ['console/main.tsx', 'console/shell.tsx'], own: (part: string) => part.startsWith('console/') },
  { entries: ['main.tsx'], own: (part: string) => !part.startsWith('console/') },
] as const;

const web = join(root, 'packages/web/src');

interface Module {
  readonly modules: readonly string[];
  readonly styles: readonly string[];
  /** Parts that are loaded when they are wanted. */
  readonly parts: readonly string[];
  readonly classes: ReadonlySet<string>;
}

const words = (text: string): string[] => text.match(/[a-z][a-z0-9-]*/g) ?? [];
const relatives = (file: string, text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, path = '']) => normalize(join(dirname(file), path)));

function readModule(file: string): Module {
  const text = readFileSync(join(web, file), 'utf8');
  const imported = relatives(file, text, /(?:\bfrom|\bimport) '(\.[^']+)'/g);
  const classes = Array.from(text.matchAll(/className=(?:"([^"]*)"|\{([^}]*)\})/g), ([, plain, code = '']) =>
    plain === undefined
      ? words(Array.from(code.matchAll(/['"`]([^'"`]*)['"`]/g), m => m[1]).join(' '))
      : words(plain),
  );
  return {
    modules: imported.filter(path => !path.endsWith('.css')),
    styles: imported.filter(path => path.endsWith('.css')),
    parts: relatives(file, text, /\bimport\('(\.[^']+)'\)/g),
    classes: new Set(classes.flat()),
  };
}

/** What a style sheet brings along, itself included. */
function sheets(file: string): string[] {
  const text = readFileSync(join(web, file), 'utf8');
  return [file, ...relatives(file, text, /@import url\("(\.[^"]+)"\)/g).flatMap(sheets)];
}

/**
 * A part of the web apps that is loaded by itself must bring the style sheets of all that it shows: opened first, with its own
 * address, it would look different from what it is when somebody came by another page.
 */
export async function checkStyles(): Promise<string | null> {
  const files = globSync('**/*.{ts,tsx}', { cwd: web }).filter(file => !file.endsWith('.test.ts'));
  const modules = new Map(files.map(file => [file, readModule(file)]));
  const definedIn = new Map<string, string[]>();
  for (const sheet of globSync('**/*.css', { cwd: web })) {
    const text = readFileSync(join(web, sheet), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
    for (const name of new Set(Array.from(text.matchAll(/\.([a-z][a-z0-9-]*)/g), match => match[1] ?? '')))
      definedIn.set(name, [...(definedIn.get(name) ?? []), sheet]);
  }
  const reach = (file: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(file) || !modules.has(file)) return seen;
    seen.add(file);
    for (const next of modules.get(file)?.modules ?? []) reach(next, seen);
    return seen;
  };
  const loadedBy = (reached: ReadonlySet<string>): string[] =>
    [...reached].flatMap(file => modules.get(file)?.styles ?? []).flatMap(sheets);
  const problems = new Set<string>();
  const parts = new Set([...modules.values()].flatMap(module => module.parts));
  for (const { entries, own } of apps) {
    for (const entry of entries)
      if (!existsSync(join(web, entry))) problems.add(`${entry}: not there, named by the check of styles`);
    const first = entries.flatMap(entry => loadedBy(reach(entry)));
    for (const part of [...parts].filter(own)) {
      const reached = reach(part);
      const loaded = new Set([...first, ...loadedBy(reached)]);
      for (const file of reached) {
        for (const name of modules.get(file)?.classes ?? []) {
          const sources = definedIn.get(name);
          if (sources && !sources.some(sheet => loaded.has(sheet)))
            problems.add(`${file}: .${name} of ${sources.join(', ')} is not loaded with ${part}`);
        }
      }
    }
  }
  return problems.size === 0 ? null : [...problems].join('\n');
}
