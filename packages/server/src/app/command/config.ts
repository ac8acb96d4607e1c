import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { configExample, configReference } from '../config/reference.ts';
import type { CommandBuilder } from './program.ts';

/** Passwords of next servers are not shown. */
function withoutSecrets(key: string, value: unknown): unknown {
  return key === 'password' && typeof value === 'string' ? '…' : value;
}

export function addConfigCommands(program: Command, { phrases, run }: CommandBuilder): void {
  const config = program.command('config').description(phrases.say('help.config'));
  config
    .command('check [file]')
    .description(phrases.say('help.config.check'))
    .action((file: string | undefined, _flags, command: Command) =>
      run(command, async ctx => {
        const name = file ?? ctx.options.config ?? null;
        loadConfig(name, ctx.terminal.environment);
        ctx.print({ ok: true, file: name }, [phrases.say('config.good')]);
        return undefined;
      }),
    );
  config
    .command('show')
    .description(phrases.say('help.config.show'))
    .action((_flags, command: Command) =>
      run(command, async ctx => {
        const text = JSON.stringify(ctx.config(), withoutSecrets, 2);
        ctx.print(JSON.parse(text), [text]);
        return undefined;
      }),
    );
  config
    .command('docs [folder]')
    .description(phrases.say('help.config.docs'))
    .action((folder: string | undefined, _flags, command: Command) =>
      run(command, async ctx => {
        const target = folder ?? join('docs', 'operator');
        mkdirSync(target, { recursive: true });
        const files = {
          'configuration.md': configReference(),
          'hongyan.example.toml': configExample(),
        };
        const written = Object.entries(files).map(([name, text]) => {
          const file = join(target, name);
          writeFileSync(file, text);
          return file;
        });
        ctx.print(
          { written },
          written.map(name => phrases.say('config.written', { file: name })),
        );
        return undefined;
      }),
    );
}
