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

const ownServer = 'starts PostgreSQL itself, whatever the engine of the run is';
const noRows = 'speaks SMTP to an acceptor that keeps nothing';

/** Conversations and hazards that do not run again on PostgreSQL, each with the reason. */
export const keptOut: ReadonlyMap<string, string> = new Map([
  ...[
    'conversations/nodes-together',
    'conversations/outgrowing',
    'conversations/postgres-whole-server',
    'hazards/hosts-apart',
    'hazards/move-to-postgres',
    'hazards/nodes-kill',
    'hazards/postgres-backup',
    'hazards/rolling-upgrade',
  ].map(name => [name, ownServer] as const),
  ...[
    'conversations/smtp-chunking',
    'conversations/smtp-foreign-clients',
    'conversations/smtp-network',
    'conversations/smtp-receive',
    'conversations/smtp-submission',
    'conversations/smtp-transcript',
    'hazards/smtp-abuse',
    'hazards/smtp-cluster',
    'hazards/smtp-large-message',
    'hazards/smtp-slow-clients',
    'hazards/smtp-smuggling',
  ].map(name => [name, noRows] as const),
  ...['hazards/account-epoch', 'hazards/account-faults'].map(
    name =>
      [name, 'is about what only files have: marks of an unclean stop, a full disk under SQLite'] as const,
  ),
  ['hazards/search-index', 'is about the word index, which is a file in every profile'],
  ['conversations/flow-dns', 'asks a resolver, without a store'],
  ['conversations/net-deflate', 'compresses a connection, without a store'],
]);

const nameOf = (file: string): string => file.replace(/^.*\/test\//, '').replace(/\.test\.ts$/, '');

/** Of some files, relative to `root`: those that run on the engine of the run, and those that neither do nor have a reason. */
export function testsOfEngine(
  root: string,
  files: readonly string[],
): { readonly run: readonly string[]; readonly unexplained: readonly string[] } {
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
  const asked = files.filter(file => !keptOut.has(nameOf(file)));
  const run = asked.filter(file => reaches(join(root, file)));
  return { run, unexplained: asked.filter(file => !run.includes(file)) };
}
