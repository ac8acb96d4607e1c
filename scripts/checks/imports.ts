import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './tool.ts';

/**
 * The rooms of the server and which rooms each may import. A room may always import itself, `formats` and `platform`.
 * ARCHITECTURE.md draws the same picture.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  store: [],
  notify: ['store'],
  records: ['store', 'access'],
  access: ['store', 'directory', 'records'],
  directory: ['store', 'access'],
  mailbox: ['store', 'access', 'directory', 'notify'],
  search: ['store', 'access', 'mailbox'],
  sieve: ['store', 'access'],
  personal: ['store', 'access', 'directory', 'mailbox', 'sieve', 'notify'],
  domains: ['store', 'access', 'directory'],
  flow: ['store', 'access', 'directory', 'mailbox', 'sieve', 'personal', 'records', 'notify'],
  administration: ['store', 'access', 'directory', 'mailbox', 'sieve'],
  migration: ['store', 'access', 'directory', 'mailbox'],
  protocols: [
    'access',
    'administration',
    'directory',
    'domains',
    'mailbox',
    'sieve',
    'personal',
    'flow',
    'records',
    'notify',
  ],
  app: [
    'platform',
    'store',
    'notify',
    'records',
    'access',
    'directory',
    'domains',
    'mailbox',
    'search',
    'sieve',
    'personal',
    'flow',
    'administration',
    'migration',
    'protocols',
  ],
};
const packagesAllowed: Readonly<Record<string, readonly string[]>> = {
  formats: [],
  phrases: [],
  server: ['formats', 'phrases'],
  testkit: ['formats', 'server'],
  web: ['phrases'],
};

/** Type-only seams that a lower room states for others to keep: contracts, not code. */
const importPattern = /^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm;

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function edgesOf(file: string): Edge[] {
  const text = readFileSync(join(root, file), 'utf8');
  const edges: Edge[] = [];
  for (const match of text.matchAll(importPattern)) {
    const target = match[1] ?? match[2] ?? '';
    const typeOnly = /^\s*(?:import|export)\s+type\b/.test(match[0]);
    if (target.startsWith('.'))
      edges.push({ from: file, to: relative(root, resolve(root, dirname(file), target)), typeOnly });
    else if (target.startsWith('@hongyan/')) {
      const [, name, ...rest] = target.split('/');
      edges.push({ from: file, to: `packages/${name}/src/${rest.join('/')}`, typeOnly });
    }
  }
  return edges;
}

function place(file: string): { pkg: string; room: string; sub: string } {
  const [, pkg = '', src = '', room = '', sub = ''] = file.split('/');
  return { pkg, room: src === 'src' ? room : '', sub };
}

function wrong(edge: Edge): string | null {
  const from = place(edge.from);
  const to = place(edge.to);
  if (from.pkg !== to.pkg) {
    return packagesAllowed[from.pkg]?.includes(to.pkg)
      ? null
      : `package ${from.pkg} may not import ${to.pkg}`;
  }
  if (from.pkg !== 'server' || from.room === '') return null;
  if (from.room === to.room) {
    if (from.room !== 'protocols' || from.sub === to.sub) return null;
    return 'protocols may not import each other';
  }
  if (to.room === 'platform') return null;
  return allowed[from.room]?.includes(to.room) ? null : `${from.room} may not import ${to.room}`;
}

/** Finds a cycle among run-time imports, as a list of files, or null. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  function visit(file: string): string[] | null {
    if (state.get(file) === 'done') return null;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    state.set(file, 'done');
    return null;
  }
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}

/** Refuses arrows that run the wrong way, protocols that import each other or the store, and cycles. */
export async function checkImports(): Promise<string | null> {
  const files = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
    file => !/\.(test|fuzz)\.ts$/.test(file),
  );
  const problems: string[] = [];
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const edges = edgesOf(file);
    graph.set(
      file,
      edges.filter(edge => !edge.typeOnly).map(edge => edge.to),
    );
    for (const edge of edges) {
      const reason = wrong(edge);
      if (reason) problems.push(`${edge.from} → ${edge.to}: ${reason}`);
    }
  }
  const cycle = findCycle(graph);
  if (cycle) problems.push(`cycle: ${cycle.join(' → ')}`);
  return problems.length ? problems.join('\n') : null;
}
