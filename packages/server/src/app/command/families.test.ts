import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { Command } from 'commander';
import { commandFamilies, familiesFor } from './families.ts';

test('every family of commands is called as what it adds, and no two share a name', async () => {
  const phrases = createPhrases('en');
  const { stdin, stdout, stderr } = process;
  const terminal = { stdin, stdout, stderr, environment: {} };
  for (const { names, load } of commandFamilies) {
    const program = new Command();
    (await load())(program, { phrases, terminal, run: async () => undefined });
    assert.deepEqual(
      program.commands.map(command => command.name()),
      names,
    );
  }
  const all = commandFamilies.flatMap(({ names }) => names);
  assert.equal(new Set(all).size, all.length);
});

test('a command line needs the family of its command; help and what is unknown need all', () => {
  const named = (...args: string[]): string[] =>
    familiesFor(args, ['-c', '--config', '--data']).flatMap(({ names }) => names);
  assert.deepEqual(named('--config', 'x.toml', 'queue', 'list'), ['queue']);
  assert.deepEqual(named('backup', '/mnt/b'), ['backup', 'restore', 'mark-restored']);
  assert.deepEqual(named('user', 'add', 'group'), ['user']);
  assert.deepEqual(named('--data', 'queue', '--json', 'trace', 'x'), ['trace']);
  assert.deepEqual(named('-cqueue', '--data=queue', 'trace', 'queue'), ['trace']);
  for (const args of [[], ['--help'], ['help', 'queue'], ['qeueu', 'queue'], ['--data', 'queue']])
    assert.deepEqual(familiesFor(args, ['--data']), commandFamilies);
});
