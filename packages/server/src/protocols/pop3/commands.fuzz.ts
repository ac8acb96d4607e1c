import assert from 'node:assert/strict';
import type { FuzzTarget } from '@hongyan/formats/fuzz.ts';
import { splitPop3Command } from '@hongyan/formats/pop3/command.ts';
import { pop3Commands } from './registry.ts';

/** The arguments of every command: taken or refused, never thrown at; and no line is taken for two commands. */
export const target: FuzzTarget = {
  name: 'pop3 commands',
  seeds: () => [
    Buffer.from('USER alice@example.test'),
    Buffer.from('PASS a b  c '),
    Buffer.from('AUTH PLAIN AGEAYg=='),
    Buffer.from('TOP 1 10'),
    Buffer.from('LANG zh-CN'),
    Buffer.from('RETR 12'),
  ],
  dictionary: [...pop3Commands.map(command => command.keyword), ' ', '0', '-1', '999999999', '*', '='],
  run(input) {
    const { keyword, argument } = splitPop3Command(Buffer.from(input));
    for (const command of pop3Commands) command.parse(argument);
    assert.ok(pop3Commands.filter(command => command.keyword === keyword).length <= 1);
  },
};
